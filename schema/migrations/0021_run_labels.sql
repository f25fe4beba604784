-- Labels that the caller of a run gave it, and whether its payload is kept.
ALTER TABLE runs ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN payload_rows INTEGER;

CREATE TABLE run_labels (
	account_id INTEGER NOT NULL,
	label TEXT NOT NULL,
	run_id INTEGER NOT NULL REFERENCES runs (id),
	PRIMARY KEY (account_id, label, run_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER runs_labelled AFTER INSERT ON runs WHEN NEW.labels <> '[]'
BEGIN
	INSERT OR IGNORE INTO run_labels (account_id, label, run_id) SELECT NEW.account_id, value, NEW.id FROM json_each(NEW.labels);
END;

-- What was submitted in an hour, of a package and (package 0) of the whole account, so that a summary of a window costs its
-- hours and not its runs.
CREATE TABLE run_hours (
	account_id INTEGER NOT NULL,
	package_id INTEGER NOT NULL,
	hour INTEGER NOT NULL,
	runs INTEGER NOT NULL DEFAULT 0,
	completed INTEGER NOT NULL DEFAULT 0,
	failed INTEGER NOT NULL DEFAULT 0,
	stopped INTEGER NOT NULL DEFAULT 0,
	records INTEGER NOT NULL DEFAULT 0,
	bad_records INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (account_id, package_id, hour)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_hours_by_hour ON run_hours (hour);

-- Errors of the runs that were submitted in an hour.
CREATE TABLE error_hours (
	account_id INTEGER NOT NULL,
	package_id INTEGER NOT NULL,
	hour INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('bad_record', 'failure')),
	component TEXT NOT NULL,
	class TEXT NOT NULL,
	count INTEGER NOT NULL,
	runs INTEGER NOT NULL,
	last_run_id INTEGER NOT NULL,
	PRIMARY KEY (account_id, package_id, hour, kind, component, class)
) STRICT, WITHOUT ROWID;

CREATE INDEX error_hours_by_hour ON error_hours (hour);

CREATE TRIGGER runs_summed_on_insert AFTER INSERT ON runs
BEGIN
	INSERT INTO run_hours (account_id, package_id, hour, runs, completed, failed, stopped)
	SELECT NEW.account_id, p.value, NEW.submitted_at / 3600000, 1, NEW.status = 'completed', NEW.status = 'failed', NEW.status = 'stopped'
	FROM json_each(json_array(0, NEW.package_id)) p WHERE true
	ON CONFLICT (account_id, package_id, hour) DO UPDATE SET runs = runs + 1, completed = completed + excluded.completed,
		failed = failed + excluded.failed, stopped = stopped + excluded.stopped;
END;

CREATE TRIGGER runs_summed_on_status AFTER UPDATE OF status ON runs WHEN OLD.status <> NEW.status
	AND (OLD.status IN ('completed', 'failed', 'stopped') OR NEW.status IN ('completed', 'failed', 'stopped'))
BEGIN
	UPDATE run_hours SET
		completed = completed - (OLD.status = 'completed') + (NEW.status = 'completed'),
		failed = failed - (OLD.status = 'failed') + (NEW.status = 'failed'),
		stopped = stopped - (OLD.status = 'stopped') + (NEW.status = 'stopped')
	WHERE account_id = NEW.account_id AND package_id IN (0, NEW.package_id) AND hour = NEW.submitted_at / 3600000;
END;

CREATE TRIGGER run_outputs_summed AFTER INSERT ON run_outputs
BEGIN
	UPDATE run_hours SET records = records + NEW.records
	WHERE account_id = (SELECT account_id FROM runs WHERE id = NEW.run_id)
		AND package_id IN (0, (SELECT package_id FROM runs WHERE id = NEW.run_id))
		AND hour = (SELECT submitted_at / 3600000 FROM runs WHERE id = NEW.run_id);
END;

CREATE TRIGGER run_error_classes_summed AFTER INSERT ON run_error_classes
BEGIN
	UPDATE run_hours SET bad_records = bad_records + NEW.count
	WHERE account_id = (SELECT account_id FROM runs WHERE id = NEW.run_id)
		AND package_id IN (0, (SELECT package_id FROM runs WHERE id = NEW.run_id))
		AND hour = (SELECT submitted_at / 3600000 FROM runs WHERE id = NEW.run_id);
	INSERT INTO error_hours (account_id, package_id, hour, kind, component, class, count, runs, last_run_id)
	SELECT account_id, package_id, submitted_at / 3600000, 'bad_record', NEW.component, NEW.class, NEW.count, 1, id FROM runs WHERE id = NEW.run_id
	ON CONFLICT (account_id, package_id, hour, kind, component, class) DO UPDATE SET count = count + excluded.count, runs = runs + 1,
		last_run_id = max(last_run_id, excluded.last_run_id);
END;

CREATE TRIGGER run_failures_summed AFTER INSERT ON run_failures
BEGIN
	INSERT INTO error_hours (account_id, package_id, hour, kind, component, class, count, runs, last_run_id)
	SELECT account_id, package_id, submitted_at / 3600000, 'failure', NEW.component, NEW.class, 1, 1, id FROM runs WHERE id = NEW.run_id
	ON CONFLICT (account_id, package_id, hour, kind, component, class) DO UPDATE SET count = count + 1,
		runs = runs + (last_run_id <> excluded.last_run_id), last_run_id = max(last_run_id, excluded.last_run_id);
END;

INSERT INTO run_hours (account_id, package_id, hour, runs, completed, failed, stopped, records, bad_records)
SELECT r.account_id, p.value, r.submitted_at / 3600000, count(*), sum(r.status = 'completed'), sum(r.status = 'failed'), sum(r.status = 'stopped'),
	sum((SELECT coalesce(sum(records), 0) FROM run_outputs WHERE run_id = r.id)),
	sum((SELECT coalesce(sum(count), 0) FROM run_error_classes WHERE run_id = r.id))
FROM runs r, json_each(json_array(0, r.package_id)) p GROUP BY 1, 2, 3;

INSERT INTO error_hours (account_id, package_id, hour, kind, component, class, count, runs, last_run_id)
SELECT r.account_id, r.package_id, r.submitted_at / 3600000, 'bad_record', c.component, c.class, sum(c.count), count(*), max(r.id)
FROM run_error_classes c JOIN runs r ON r.id = c.run_id GROUP BY 1, 2, 3, 5, 6;

INSERT INTO error_hours (account_id, package_id, hour, kind, component, class, count, runs, last_run_id)
SELECT r.account_id, r.package_id, r.submitted_at / 3600000, 'failure', f.component, f.class, count(*), count(DISTINCT r.id), max(r.id)
FROM run_failures f JOIN runs r ON r.id = f.run_id GROUP BY 1, 2, 3, 5, 6;
