-- What a key of a caller stands for: one call, and its answer once there is one. The key is the row, so of parallel calls one gets it.
CREATE TABLE idempotency_keys (
	grant_id INTEGER NOT NULL REFERENCES grants (id),
	key TEXT NOT NULL,
	digest TEXT NOT NULL,
	answer TEXT,
	claimed_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	PRIMARY KEY (grant_id, key)
) STRICT;

CREATE INDEX idempotency_keys_expiring ON idempotency_keys (expires_at);
