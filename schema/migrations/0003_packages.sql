-- Workspaces carry counters, kept by the triggers below, so that listing them reads one row each however many packages there are.
CREATE TABLE workspaces (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	name TEXT NOT NULL,
	is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
	package_count INTEGER NOT NULL DEFAULT 0,
	last_failed_jobs_count INTEGER NOT NULL DEFAULT 0,
	last_completed_jobs_count INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX workspaces_by_account ON workspaces (account_id);

CREATE UNIQUE INDEX workspaces_by_name ON workspaces (account_id, name);

CREATE UNIQUE INDEX workspaces_one_default ON workspaces (account_id) WHERE is_default = 1;

CREATE TABLE packages (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
	name TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	flow_type TEXT NOT NULL CHECK (flow_type IN ('dataflow', 'workflow')),
	flow_version TEXT NOT NULL,
	status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
	version INTEGER NOT NULL,
	owner_id INTEGER NOT NULL REFERENCES users (id),
	last_run_id INTEGER,
	last_run_status TEXT,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT;

-- One index for each set of filters of the list; the rowid behind the columns gives the order.
CREATE INDEX packages_by_status ON packages (account_id, status);

CREATE INDEX packages_by_flow ON packages (account_id, status, flow_type);

CREATE INDEX packages_by_workspace ON packages (account_id, workspace_id, status);

CREATE INDEX packages_by_workspace_flow ON packages (account_id, workspace_id, status, flow_type);

CREATE TABLE package_versions (
	package_id INTEGER NOT NULL REFERENCES packages (id),
	number INTEGER NOT NULL,
	name TEXT NOT NULL,
	description TEXT NOT NULL,
	definition TEXT NOT NULL,
	discovered TEXT NOT NULL DEFAULT '{}',
	sealed_variables TEXT,
	user_id INTEGER NOT NULL,
	grant_id INTEGER,
	via TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (package_id, number)
) STRICT;

CREATE TRIGGER packages_counted_on_insert AFTER INSERT ON packages WHEN NEW.status = 'active'
BEGIN
	UPDATE workspaces SET
		package_count = package_count + 1,
		last_failed_jobs_count = last_failed_jobs_count + (NEW.last_run_status IS 'failed'),
		last_completed_jobs_count = last_completed_jobs_count + (NEW.last_run_status IS 'completed')
	WHERE id = NEW.workspace_id;
END;

CREATE TRIGGER packages_counted_on_delete AFTER DELETE ON packages WHEN OLD.status = 'active'
BEGIN
	UPDATE workspaces SET
		package_count = package_count - 1,
		last_failed_jobs_count = last_failed_jobs_count - (OLD.last_run_status IS 'failed'),
		last_completed_jobs_count = last_completed_jobs_count - (OLD.last_run_status IS 'completed')
	WHERE id = OLD.workspace_id;
END;

CREATE TRIGGER packages_counted_on_move AFTER UPDATE OF workspace_id, status ON packages
WHEN OLD.workspace_id <> NEW.workspace_id OR OLD.status <> NEW.status
BEGIN
	UPDATE workspaces SET
		package_count = package_count - 1,
		last_failed_jobs_count = last_failed_jobs_count - (OLD.last_run_status IS 'failed'),
		last_completed_jobs_count = last_completed_jobs_count - (OLD.last_run_status IS 'completed')
	WHERE id = OLD.workspace_id AND OLD.status = 'active';
	UPDATE workspaces SET
		package_count = package_count + 1,
		last_failed_jobs_count = last_failed_jobs_count + (NEW.last_run_status IS 'failed'),
		last_completed_jobs_count = last_completed_jobs_count + (NEW.last_run_status IS 'completed')
	WHERE id = NEW.workspace_id AND NEW.status = 'active';
END;

CREATE TRIGGER packages_counted_on_run AFTER UPDATE OF last_run_status ON packages
WHEN NEW.status = 'active' AND OLD.status = 'active' AND OLD.workspace_id = NEW.workspace_id
	AND OLD.last_run_status IS NOT NEW.last_run_status
	AND (OLD.last_run_status IN ('failed', 'completed') OR NEW.last_run_status IN ('failed', 'completed'))
BEGIN
	UPDATE workspaces SET
		last_failed_jobs_count = last_failed_jobs_count - (OLD.last_run_status IS 'failed') + (NEW.last_run_status IS 'failed'),
		last_completed_jobs_count = last_completed_jobs_count - (OLD.last_run_status IS 'completed') + (NEW.last_run_status IS 'completed')
	WHERE id = NEW.workspace_id;
END;
