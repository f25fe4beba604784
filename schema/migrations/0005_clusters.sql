-- Where runs run: `nodes` is how many at a time.
CREATE TABLE clusters (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	name TEXT NOT NULL,
	is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
	type TEXT NOT NULL CHECK (type IN ('sandbox', 'production')),
	status TEXT NOT NULL CHECK (status IN ('pending', 'creating', 'available', 'idle', 'error', 'pending_terminate', 'terminating', 'terminated')),
	nodes INTEGER NOT NULL CHECK (nodes BETWEEN 1 AND 1000),
	region TEXT NOT NULL,
	terminate_on_idle INTEGER NOT NULL DEFAULT 0 CHECK (terminate_on_idle IN (0, 1)),
	time_to_idle INTEGER NOT NULL DEFAULT 3600,
	created_at INTEGER NOT NULL,
	available_at INTEGER,
	terminated_at INTEGER
) STRICT;

CREATE INDEX clusters_by_account ON clusters (account_id);

CREATE INDEX clusters_by_status ON clusters (account_id, status);

CREATE UNIQUE INDEX clusters_one_default ON clusters (account_id) WHERE is_default = 1;
