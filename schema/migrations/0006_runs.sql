-- One row a run; what happens while it runs lives in its object and is summed up here when it ends.
CREATE TABLE runs (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	package_id INTEGER NOT NULL,
	package_version INTEGER NOT NULL,
	cluster_id INTEGER NOT NULL,
	user_id INTEGER NOT NULL,
	grant_id INTEGER,
	via TEXT NOT NULL,
	-- 1: another run started it (a workflow's task, an automatic retry).
	child INTEGER NOT NULL DEFAULT 0 CHECK (child IN (0, 1)),
	parent_run_id INTEGER,
	retry_of INTEGER,
	attempt INTEGER NOT NULL DEFAULT 1,
	status TEXT NOT NULL CHECK (status IN ('idle', 'pending', 'queued', 'running', 'completed', 'failed', 'pending_stoppage', 'stopping', 'stopped')),
	progress REAL NOT NULL DEFAULT 0,
	submitted_at INTEGER NOT NULL,
	started_at INTEGER,
	ended_at INTEGER,
	last_error TEXT,
	log_key TEXT,
	log_lines INTEGER NOT NULL DEFAULT 0,
	updated_at INTEGER NOT NULL,
	-- The long ones last: SQLite reads a row up to the last column that is asked for.
	variables TEXT NOT NULL DEFAULT '{}',
	dynamic_variables TEXT NOT NULL DEFAULT '{}',
	sealed_variables TEXT,
	connection_ids TEXT NOT NULL DEFAULT '[]',
	components TEXT NOT NULL DEFAULT '[]'
) STRICT;

-- One index for each set of filters of the list; the rowid behind the columns gives the order.
CREATE INDEX runs_by_account ON runs (account_id, child);

CREATE INDEX runs_by_status ON runs (account_id, child, status);

CREATE INDEX runs_by_package ON runs (account_id, package_id, child);

CREATE INDEX runs_by_package_status ON runs (account_id, package_id, child, status);

-- Submitted but never handed to a cluster: found again and ended or handed over.
CREATE INDEX runs_pending ON runs (submitted_at) WHERE status = 'pending';

-- Whose log and result rows are still kept.
CREATE INDEX runs_archived ON runs (ended_at) WHERE log_key IS NOT NULL;

CREATE TABLE run_outputs (
	run_id INTEGER NOT NULL REFERENCES runs (id),
	component TEXT NOT NULL,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	records INTEGER NOT NULL,
	target TEXT,
	rows TEXT,
	rows_key TEXT,
	truncated INTEGER NOT NULL DEFAULT 0 CHECK (truncated IN (0, 1)),
	PRIMARY KEY (run_id, component)
) STRICT;

CREATE TABLE run_failures (
	run_id INTEGER NOT NULL REFERENCES runs (id),
	position INTEGER NOT NULL,
	component TEXT NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	class TEXT NOT NULL,
	message TEXT NOT NULL,
	hint TEXT NOT NULL,
	row INTEGER,
	field TEXT,
	sample TEXT,
	PRIMARY KEY (run_id, position)
) STRICT;

-- Bad rows that a run counted, for summaries over many runs.
CREATE TABLE run_error_classes (
	run_id INTEGER NOT NULL REFERENCES runs (id),
	component TEXT NOT NULL,
	class TEXT NOT NULL,
	count INTEGER NOT NULL,
	PRIMARY KEY (run_id, component, class)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER runs_noted_on_insert AFTER INSERT ON runs
BEGIN
	UPDATE packages SET last_run_id = NEW.id, last_run_status = NEW.status WHERE id = NEW.package_id AND account_id = NEW.account_id;
END;

CREATE TRIGGER runs_noted_on_status AFTER UPDATE OF status ON runs WHEN OLD.status <> NEW.status
BEGIN
	UPDATE packages SET last_run_status = NEW.status WHERE id = NEW.package_id AND last_run_id = NEW.id;
END;
