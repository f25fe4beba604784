-- Who did what, with which outcome. Arguments only as a digest: they may hold what nobody but their sender should read.
CREATE TABLE audit_events (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	account_id INTEGER,
	user_id INTEGER,
	grant_id INTEGER,
	surface TEXT NOT NULL CHECK (surface IN ('mcp', 'admin')),
	action TEXT NOT NULL,
	target TEXT,
	outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'error', 'denied')),
	error_code TEXT,
	duration_ms INTEGER NOT NULL,
	arguments_digest TEXT,
	request_id TEXT NOT NULL
) STRICT;

CREATE INDEX audit_events_by_account ON audit_events (account_id);

CREATE INDEX audit_events_by_time ON audit_events (at);
