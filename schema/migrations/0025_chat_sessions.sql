-- Chats that an application told apart by X-Chat-Id: what was enabled in each, and what was called last. Keyed under the grant, so
-- that two applications may use the same names.
CREATE TABLE chat_sessions (
	grant_id INTEGER NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
	chat_id TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	last_used_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	calls INTEGER NOT NULL DEFAULT 0,
	enabled TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(enabled)),
	recent_calls TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(recent_calls)),
	PRIMARY KEY (grant_id, chat_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX chat_sessions_by_use ON chat_sessions (grant_id, last_used_at, chat_id);

CREATE INDEX chat_sessions_by_expiry ON chat_sessions (expires_at);
