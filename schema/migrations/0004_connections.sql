-- How an account reaches a system. `secrets` is sealed with AES-GCM; `key_id` says under which key, so that old ones can be found and sealed again.
CREATE TABLE connections (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	config TEXT NOT NULL DEFAULT '{}',
	secrets TEXT,
	key_id TEXT,
	status TEXT NOT NULL DEFAULT 'unchecked' CHECK (status IN ('creating', 'unchecked', 'ok', 'failed')),
	last_checked_at INTEGER,
	last_check_message TEXT,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	CHECK ((secrets IS NULL) = (key_id IS NULL))
) STRICT;

CREATE INDEX connections_by_account ON connections (account_id);

CREATE INDEX connections_by_type ON connections (account_id, type);

CREATE UNIQUE INDEX connections_by_name ON connections (account_id, name);

CREATE INDEX connections_by_key ON connections (key_id) WHERE key_id IS NOT NULL;
