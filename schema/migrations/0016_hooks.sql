-- Whom to tell when something happens to runs and clusters.
CREATE TABLE hooks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	kind TEXT NOT NULL CHECK (kind IN ('web', 'email', 'slack', 'pagerduty')),
	name TEXT NOT NULL,
	enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
	-- Where it goes, without what is secret of it.
	target TEXT NOT NULL,
	-- JSON lists; no package is every one.
	events TEXT NOT NULL,
	package_ids TEXT NOT NULL DEFAULT '[]',
	-- Sealed JSON object: URL, signing secret, routing key.
	secrets TEXT NOT NULL,
	-- Null: the administration API.
	created_by INTEGER REFERENCES users (id),
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX hooks_by_account ON hooks (account_id);

CREATE INDEX hooks_enabled ON hooks (account_id) WHERE enabled = 1;

-- The log of deliveries: one row an event and hook. What is still to be sent is the DeliveryObject's affair.
CREATE TABLE hook_deliveries (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	hook_id INTEGER NOT NULL,
	message_id TEXT NOT NULL,
	event TEXT NOT NULL,
	-- What it tells of: run:5, cluster:2.
	subject TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'dead')),
	attempts INTEGER NOT NULL,
	last_error TEXT,
	next_attempt_at INTEGER,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX hook_deliveries_once ON hook_deliveries (hook_id, message_id);

CREATE INDEX hook_deliveries_by_age ON hook_deliveries (created_at);

CREATE TRIGGER hooks_gone AFTER DELETE ON hooks
BEGIN
	DELETE FROM hook_deliveries WHERE hook_id = OLD.id;
END;
