-- What can be found by words: one row a thing, kept by triggers whatever statement changes it, and a trigram index over it.
CREATE TABLE search_entries (
	id INTEGER PRIMARY KEY,
	account_id INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('package', 'connection', 'cluster', 'workspace', 'run')),
	ref_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	body TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX search_entries_by_ref ON search_entries (kind, ref_id);

CREATE INDEX search_entries_by_account ON search_entries (account_id, kind);

CREATE VIRTUAL TABLE search_index USING fts5(name, body, content='search_entries', content_rowid='id', tokenize='trigram');

CREATE TRIGGER search_entries_inserted AFTER INSERT ON search_entries
BEGIN
	INSERT INTO search_index (rowid, name, body) VALUES (NEW.id, NEW.name, NEW.body);
END;

CREATE TRIGGER search_entries_updated AFTER UPDATE OF name, body ON search_entries WHEN OLD.name <> NEW.name OR OLD.body <> NEW.body
BEGIN
	INSERT INTO search_index (search_index, rowid, name, body) VALUES ('delete', OLD.id, OLD.name, OLD.body);
	INSERT INTO search_index (rowid, name, body) VALUES (NEW.id, NEW.name, NEW.body);
END;

CREATE TRIGGER search_entries_deleted AFTER DELETE ON search_entries
BEGIN
	INSERT INTO search_index (search_index, rowid, name, body) VALUES ('delete', OLD.id, OLD.name, OLD.body);
END;

CREATE TRIGGER packages_found AFTER INSERT ON packages
BEGIN
	INSERT INTO search_entries (account_id, kind, ref_id, name, body) VALUES (NEW.account_id, 'package', NEW.id, NEW.name, NEW.description);
END;

CREATE TRIGGER packages_found_renamed AFTER UPDATE OF name ON packages WHEN OLD.name <> NEW.name
BEGIN
	UPDATE search_entries SET name = NEW.name WHERE kind = 'package' AND ref_id = NEW.id;
END;

-- A version brings the description and the names of the components.
CREATE TRIGGER packages_found_by_components AFTER INSERT ON package_versions
BEGIN
	UPDATE search_entries SET body = NEW.description || ' ' || coalesce((SELECT group_concat(json_extract(w.value, '$.name'), ' ')
		FROM json_each(NEW.definition, '$.components') c, json_each(c.value) w), '')
	WHERE kind = 'package' AND ref_id = NEW.package_id;
END;

CREATE TRIGGER connections_found AFTER INSERT ON connections
BEGIN
	INSERT INTO search_entries (account_id, kind, ref_id, name, body) VALUES (NEW.account_id, 'connection', NEW.id, NEW.name, NEW.type);
END;

CREATE TRIGGER connections_found_renamed AFTER UPDATE OF name ON connections WHEN OLD.name <> NEW.name
BEGIN
	UPDATE search_entries SET name = NEW.name WHERE kind = 'connection' AND ref_id = NEW.id;
END;

CREATE TRIGGER connections_found_no_more AFTER DELETE ON connections
BEGIN
	DELETE FROM search_entries WHERE kind = 'connection' AND ref_id = OLD.id;
END;

CREATE TRIGGER clusters_found AFTER INSERT ON clusters
BEGIN
	INSERT INTO search_entries (account_id, kind, ref_id, name, body) VALUES (NEW.account_id, 'cluster', NEW.id, NEW.name, NEW.type || ' ' || NEW.region);
END;

CREATE TRIGGER clusters_found_renamed AFTER UPDATE OF name ON clusters WHEN OLD.name <> NEW.name
BEGIN
	UPDATE search_entries SET name = NEW.name WHERE kind = 'cluster' AND ref_id = NEW.id;
END;

CREATE TRIGGER workspaces_found AFTER INSERT ON workspaces
BEGIN
	INSERT INTO search_entries (account_id, kind, ref_id, name) VALUES (NEW.account_id, 'workspace', NEW.id, NEW.name);
END;

CREATE TRIGGER workspaces_found_renamed AFTER UPDATE OF name ON workspaces WHEN OLD.name <> NEW.name
BEGIN
	UPDATE search_entries SET name = NEW.name WHERE kind = 'workspace' AND ref_id = NEW.id;
END;

-- Runs are found by what failed them.
CREATE TRIGGER runs_found_by_error AFTER UPDATE OF last_error ON runs WHEN OLD.last_error IS NULL AND NEW.last_error IS NOT NULL
BEGIN
	INSERT INTO search_entries (account_id, kind, ref_id, name, body) VALUES (NEW.account_id, 'run', NEW.id, 'run ' || NEW.id, NEW.last_error);
END;

INSERT INTO search_entries (account_id, kind, ref_id, name, body)
SELECT p.account_id, 'package', p.id, p.name, p.description || ' ' || coalesce((SELECT group_concat(json_extract(w.value, '$.name'), ' ')
	FROM json_each(v.definition, '$.components') c, json_each(c.value) w), '')
FROM packages p JOIN package_versions v ON v.package_id = p.id AND v.number = p.version;

INSERT INTO search_entries (account_id, kind, ref_id, name, body) SELECT account_id, 'connection', id, name, type FROM connections;

INSERT INTO search_entries (account_id, kind, ref_id, name, body) SELECT account_id, 'cluster', id, name, type || ' ' || region FROM clusters;

INSERT INTO search_entries (account_id, kind, ref_id, name) SELECT account_id, 'workspace', id, name FROM workspaces;

INSERT INTO search_entries (account_id, kind, ref_id, name, body)
SELECT account_id, 'run', id, 'run ' || id, last_error FROM runs WHERE last_error IS NOT NULL;
