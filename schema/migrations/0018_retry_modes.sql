-- How a retry came about: all, from_failed_task, or failed_records:<component>.
ALTER TABLE runs ADD COLUMN retry_mode TEXT;

-- The records that one component of a run refused are brought home once: not while a retry of them is under way or has completed.
CREATE UNIQUE INDEX runs_of_failed_records ON runs (retry_of, retry_mode) WHERE substr(retry_mode, 1, 15) = 'failed_records:' AND status NOT IN ('failed', 'stopped');
