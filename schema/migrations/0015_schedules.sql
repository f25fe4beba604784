-- When packages are run by themselves. `next_run_at` is the truth of when: the account's ScheduleObject only has the alarm for it.
CREATE TABLE schedules (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	package_id INTEGER NOT NULL REFERENCES packages (id),
	-- In whose rights it runs.
	owner_id INTEGER NOT NULL REFERENCES users (id),
	name TEXT NOT NULL,
	enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
	version INTEGER NOT NULL DEFAULT 1,
	cron TEXT,
	interval_amount INTEGER CHECK (interval_amount BETWEEN 1 AND 100000),
	interval_unit TEXT CHECK (interval_unit IN ('minutes', 'hours', 'days', 'weeks', 'months')),
	start_at INTEGER NOT NULL,
	overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'queue', 'allow')),
	auto_retry INTEGER NOT NULL CHECK (auto_retry IN (0, 1)),
	auto_retry_attempts INTEGER NOT NULL CHECK (auto_retry_attempts BETWEEN 1 AND 5),
	cluster_id INTEGER,
	cluster_reuse TEXT NOT NULL CHECK (cluster_reuse IN ('none', 'self', 'any')),
	-- Null while it is disabled.
	next_run_at INTEGER CHECK (next_run_at IS NULL OR enabled = 1),
	-- A fire that waits for the run before it to end.
	waiting_since INTEGER,
	last_run_id INTEGER,
	last_run_at INTEGER,
	execution_count INTEGER NOT NULL DEFAULT 0,
	skipped_count INTEGER NOT NULL DEFAULT 0,
	last_error TEXT,
	last_error_at INTEGER,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	-- The long ones last: SQLite reads a row up to the last column that is asked for.
	description TEXT NOT NULL DEFAULT '',
	variables TEXT NOT NULL DEFAULT '{}',
	dynamic_variables TEXT NOT NULL DEFAULT '{}',
	sealed_variables TEXT,
	CHECK ((cron IS NULL) <> (interval_amount IS NULL) AND (interval_amount IS NULL) = (interval_unit IS NULL))
) STRICT;

-- One index for each set of filters of the list; the rowid behind the columns gives the order.
CREATE INDEX schedules_by_account ON schedules (account_id);

CREATE INDEX schedules_by_enabled ON schedules (account_id, enabled);

CREATE INDEX schedules_by_package ON schedules (package_id, enabled);

-- What the account's object is to do next, and what it has missed.
CREATE INDEX schedules_next ON schedules (account_id, next_run_at) WHERE next_run_at IS NOT NULL;

CREATE INDEX schedules_due ON schedules (next_run_at) WHERE next_run_at IS NOT NULL;

CREATE INDEX schedules_waiting ON schedules (account_id) WHERE waiting_since IS NOT NULL;

CREATE INDEX schedules_troubled ON schedules (account_id) WHERE last_error IS NOT NULL AND enabled = 1;

-- An active schedule keeps its package from being archived, and so begins with an active one.
CREATE TRIGGER schedules_of_active_packages BEFORE INSERT ON schedules
WHEN NOT EXISTS (SELECT 1 FROM packages WHERE id = NEW.package_id AND account_id = NEW.account_id AND status = 'active')
BEGIN
	SELECT RAISE(ABORT, 'package_not_active');
END;

-- Which run stands for which fire. `settled`: its end was looked at, and nothing follows from it any more.
CREATE TABLE scheduled_runs (
	run_id INTEGER PRIMARY KEY REFERENCES runs (id),
	account_id INTEGER NOT NULL,
	schedule_id INTEGER NOT NULL,
	scheduled_for INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),
	retry_at INTEGER
) STRICT;

-- A fire happens once, however often and from wherever it is tried.
CREATE UNIQUE INDEX scheduled_runs_once ON scheduled_runs (schedule_id, scheduled_for, attempt);

CREATE INDEX scheduled_runs_open ON scheduled_runs (account_id, schedule_id) WHERE settled = 0;

-- A schedule that was disabled or deleted while it fired starts nothing: the run's row goes with this one.
CREATE TRIGGER scheduled_runs_of_enabled BEFORE INSERT ON scheduled_runs
WHEN NOT EXISTS (SELECT 1 FROM schedules WHERE id = NEW.schedule_id AND enabled = 1)
BEGIN
	SELECT RAISE(ABORT, 'schedule_not_enabled');
END;

CREATE TRIGGER scheduled_runs_noted AFTER INSERT ON scheduled_runs
BEGIN
	UPDATE schedules SET last_run_id = NEW.run_id, last_run_at = (SELECT submitted_at FROM runs WHERE id = NEW.run_id),
		execution_count = execution_count + 1, last_error = NULL, last_error_at = NULL
	WHERE id = NEW.schedule_id;
END;

-- Clusters that a schedule made for itself.
ALTER TABLE clusters ADD COLUMN schedule_id INTEGER;

CREATE INDEX clusters_by_schedule ON clusters (schedule_id) WHERE schedule_id IS NOT NULL;

-- Schedules are found by words as well. SQLite cannot change a CHECK: the table is made anew, with its rows and their ids, which the
-- index over it refers to. The triggers that write it stay; the old way of renaming leaves them alone.
CREATE TABLE search_entries_next (
	id INTEGER PRIMARY KEY,
	account_id INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('package', 'connection', 'cluster', 'workspace', 'run', 'schedule')),
	ref_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	body TEXT NOT NULL DEFAULT ''
) STRICT;

INSERT INTO search_entries_next (id, account_id, kind, ref_id, name, body) SELECT id, account_id, kind, ref_id, name, body FROM search_entries;

PRAGMA legacy_alter_table = ON;

DROP TABLE search_entries;

ALTER TABLE search_entries_next RENAME TO search_entries;

PRAGMA legacy_alter_table = OFF;

CREATE UNIQUE INDEX search_entries_by_ref ON search_entries (kind, ref_id);

CREATE INDEX search_entries_by_account ON search_entries (account_id, kind);

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

CREATE TRIGGER schedules_found AFTER INSERT ON schedules
BEGIN
	INSERT INTO search_entries (account_id, kind, ref_id, name, body) VALUES (NEW.account_id, 'schedule', NEW.id, NEW.name,
		coalesce(NEW.cron, 'every ' || NEW.interval_amount || ' ' || NEW.interval_unit) || ' ' || NEW.description);
END;

CREATE TRIGGER schedules_found_changed AFTER UPDATE OF name, description, cron, interval_amount, interval_unit ON schedules
BEGIN
	UPDATE search_entries SET name = NEW.name, body = coalesce(NEW.cron, 'every ' || NEW.interval_amount || ' ' || NEW.interval_unit) || ' ' || NEW.description
	WHERE kind = 'schedule' AND ref_id = NEW.id;
END;

CREATE TRIGGER schedules_found_no_more AFTER DELETE ON schedules
BEGIN
	DELETE FROM search_entries WHERE kind = 'schedule' AND ref_id = OLD.id;
END;
