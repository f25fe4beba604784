-- A grant is one row of Connected Applications; tokens are what its holder presents.
CREATE TABLE grants (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	user_id INTEGER NOT NULL REFERENCES users (id),
	kind TEXT NOT NULL CHECK (kind IN ('oauth', 'pat', 'client')),
	name TEXT NOT NULL,
	client_id TEXT,
	client_key TEXT,
	scopes TEXT NOT NULL,
	tools TEXT,
	read_only INTEGER NOT NULL DEFAULT 0 CHECK (read_only IN (0, 1)),
	created_at INTEGER NOT NULL,
	expires_at INTEGER,
	last_used_at INTEGER,
	revoked_at INTEGER,
	revoke_reason TEXT,
	CHECK (kind = 'pat' OR client_key IS NOT NULL)
) STRICT;

CREATE INDEX grants_by_member ON grants (account_id, user_id);

-- Authorizing a client again replaces its session: there is at most one live one.
CREATE UNIQUE INDEX grants_one_live_oauth ON grants (account_id, user_id, client_key) WHERE kind = 'oauth' AND revoked_at IS NULL;

CREATE TABLE tokens (
	hash TEXT PRIMARY KEY,
	grant_id INTEGER NOT NULL REFERENCES grants (id),
	kind TEXT NOT NULL CHECK (kind IN ('pat', 'access', 'refresh')),
	created_at INTEGER NOT NULL,
	expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_by_grant ON tokens (grant_id);

CREATE INDEX tokens_expiring ON tokens (expires_at) WHERE expires_at IS NOT NULL;
