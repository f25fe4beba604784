-- What the current version of each active package reads and writes, so that "who writes table X" is one look into an index.
CREATE TABLE package_targets (
	account_id INTEGER NOT NULL,
	direction TEXT NOT NULL CHECK (direction IN ('read', 'write')),
	-- A table's name in lower case; `/folder/` of files; `/path` of an API.
	name TEXT NOT NULL,
	package_id INTEGER NOT NULL REFERENCES packages (id),
	component TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('table', 'files', 'api')),
	connection_id INTEGER,
	-- As the package has it: `public.orders`, `reports/totals.csv`.
	place TEXT NOT NULL,
	PRIMARY KEY (account_id, direction, name, package_id, component, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX package_targets_by_package ON package_targets (package_id);

-- The version whose targets are in the table; where it is behind, the sweep writes them.
ALTER TABLE packages ADD COLUMN targets_version INTEGER NOT NULL DEFAULT 0;

CREATE INDEX packages_without_targets ON packages (account_id) WHERE targets_version < version AND status = 'active';

CREATE TRIGGER package_targets_archived AFTER UPDATE OF status ON packages WHEN OLD.status = 'active' AND NEW.status = 'archived'
BEGIN
	DELETE FROM package_targets WHERE package_id = OLD.id;
END;

-- How a call ended at each level: the HTTP response, the JSON-RPC error, the result's isError.
ALTER TABLE audit_events ADD COLUMN http_status INTEGER;
ALTER TABLE audit_events ADD COLUMN rpc_code INTEGER;
ALTER TABLE audit_events ADD COLUMN is_error INTEGER CHECK (is_error IN (0, 1));

CREATE INDEX audit_events_by_target ON audit_events (account_id, target) WHERE target IS NOT NULL;

CREATE INDEX audit_events_not_ok ON audit_events (account_id) WHERE outcome <> 'ok';

-- Windows of time over one account's events.
CREATE INDEX audit_events_by_account_time ON audit_events (account_id, at);

-- Events that left the index are in R2, one object of them a row. Account 0: of none.
CREATE TABLE audit_batches (
	account_id INTEGER NOT NULL,
	last_id INTEGER NOT NULL,
	first_id INTEGER NOT NULL,
	first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	events INTEGER NOT NULL,
	key TEXT NOT NULL,
	PRIMARY KEY (account_id, last_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_batches_by_time ON audit_batches (last_at);
