-- The life of a cluster: its object writes it. A schedule's fleeting clusters are found by when they ended.
ALTER TABLE clusters ADD COLUMN requested_at INTEGER;

ALTER TABLE clusters ADD COLUMN idled_at INTEGER;

CREATE INDEX clusters_fleeting ON clusters (terminated_at) WHERE schedule_id IS NOT NULL AND status = 'terminated';

-- 1 before 0 before -1 in the queue of a cluster.
ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -1 AND 1);

CREATE TRIGGER clusters_found_no_more AFTER DELETE ON clusters
BEGIN
	DELETE FROM search_entries WHERE kind = 'cluster' AND ref_id = OLD.id;
END;
