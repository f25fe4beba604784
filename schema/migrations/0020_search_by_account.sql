-- A search reads the entries of its own account alone. In the index an entry has account, kind and id of the thing in one number,
-- (account << 39) + (kind << 36) + id, so that whatever other accounts hold lies outside the range that is looked through.
-- Kinds: 0 package, 1 connection, 2 cluster, 3 workspace, 4 run, 5 schedule. The texts stay in `search_entries`.
DROP TRIGGER search_entries_inserted;

DROP TRIGGER search_entries_updated;

DROP TRIGGER search_entries_deleted;

DROP TABLE search_index;

CREATE VIRTUAL TABLE search_index USING fts5(name, body, content='', contentless_delete=1, tokenize='trigram');

CREATE TRIGGER search_entries_inserted AFTER INSERT ON search_entries
BEGIN
	INSERT INTO search_index (rowid, name, body) VALUES ((NEW.account_id << 39) + (CASE NEW.kind WHEN 'package' THEN 0 WHEN 'connection' THEN 1
		WHEN 'cluster' THEN 2 WHEN 'workspace' THEN 3 WHEN 'run' THEN 4 WHEN 'schedule' THEN 5 END << 36) + NEW.ref_id, NEW.name, NEW.body);
END;

CREATE TRIGGER search_entries_updated AFTER UPDATE OF name, body ON search_entries WHEN OLD.name <> NEW.name OR OLD.body <> NEW.body
BEGIN
	DELETE FROM search_index WHERE rowid = (OLD.account_id << 39) + (CASE OLD.kind WHEN 'package' THEN 0 WHEN 'connection' THEN 1
		WHEN 'cluster' THEN 2 WHEN 'workspace' THEN 3 WHEN 'run' THEN 4 WHEN 'schedule' THEN 5 END << 36) + OLD.ref_id;
	INSERT INTO search_index (rowid, name, body) VALUES ((NEW.account_id << 39) + (CASE NEW.kind WHEN 'package' THEN 0 WHEN 'connection' THEN 1
		WHEN 'cluster' THEN 2 WHEN 'workspace' THEN 3 WHEN 'run' THEN 4 WHEN 'schedule' THEN 5 END << 36) + NEW.ref_id, NEW.name, NEW.body);
END;

CREATE TRIGGER search_entries_deleted AFTER DELETE ON search_entries
BEGIN
	DELETE FROM search_index WHERE rowid = (OLD.account_id << 39) + (CASE OLD.kind WHEN 'package' THEN 0 WHEN 'connection' THEN 1
		WHEN 'cluster' THEN 2 WHEN 'workspace' THEN 3 WHEN 'run' THEN 4 WHEN 'schedule' THEN 5 END << 36) + OLD.ref_id;
END;

-- Runs are found by what else failed in them, too.
CREATE TRIGGER runs_found_by_further_errors AFTER INSERT ON run_failures WHEN NEW.position BETWEEN 1 AND 9
BEGIN
	UPDATE search_entries SET body = body || ' ' || NEW.message WHERE kind = 'run' AND ref_id = NEW.run_id;
END;

UPDATE search_entries SET body = body || (SELECT ' ' || group_concat(f.message, ' ') FROM run_failures f
	WHERE f.run_id = search_entries.ref_id AND f.position BETWEEN 1 AND 9)
WHERE kind = 'run' AND EXISTS (SELECT 1 FROM run_failures f WHERE f.run_id = search_entries.ref_id AND f.position BETWEEN 1 AND 9);

DELETE FROM search_index;

INSERT INTO search_index (rowid, name, body)
SELECT (account_id << 39) + (CASE kind WHEN 'package' THEN 0 WHEN 'connection' THEN 1 WHEN 'cluster' THEN 2 WHEN 'workspace' THEN 3
	WHEN 'run' THEN 4 WHEN 'schedule' THEN 5 END << 36) + ref_id, name, body FROM search_entries;

-- Which active packages can hold a text: trigrams of their definitions, without the texts and without their places. What is found
-- this way is read and looked through.
CREATE VIRTUAL TABLE code_index USING fts5(text, content='', contentless_delete=1, detail='none', tokenize='trigram');

CREATE TRIGGER package_code_indexed AFTER INSERT ON package_versions
BEGIN
	DELETE FROM code_index WHERE rowid = (SELECT (account_id << 39) + id FROM packages WHERE id = NEW.package_id);
	INSERT INTO code_index (rowid, text) SELECT (account_id << 39) + id, NEW.definition FROM packages WHERE id = NEW.package_id;
END;

CREATE TRIGGER package_code_archived AFTER UPDATE OF status ON packages WHEN OLD.status = 'active' AND NEW.status = 'archived'
BEGIN
	DELETE FROM code_index WHERE rowid = (OLD.account_id << 39) + OLD.id;
END;

INSERT INTO code_index (rowid, text)
SELECT (p.account_id << 39) + p.id, v.definition FROM packages p JOIN package_versions v ON v.package_id = p.id AND v.number = p.version
WHERE p.status = 'active';

-- What a member may not see, to be taken out of sums over everything.
CREATE INDEX package_permissions_hidden ON package_permissions (user_id, package_id) WHERE can_read = 0;
