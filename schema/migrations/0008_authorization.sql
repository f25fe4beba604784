-- Signing in and OAuth 2.1. Whatever may happen only once is claimed by a conditional UPDATE; digests stand where secrets were.
ALTER TABLE tokens ADD COLUMN scopes TEXT;
ALTER TABLE tokens ADD COLUMN rotated_at INTEGER;

CREATE TABLE oauth_clients (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('dynamic', 'document', 'static')),
	name TEXT NOT NULL,
	redirect_uris TEXT NOT NULL,
	auth_method TEXT NOT NULL CHECK (auth_method IN ('none', 'client_secret_basic', 'client_secret_post')),
	secret_hash TEXT,
	grant_types TEXT NOT NULL,
	scopes TEXT,
	account_id INTEGER REFERENCES accounts (id),
	skip_consent INTEGER NOT NULL DEFAULT 0 CHECK (skip_consent IN (0, 1)),
	uri TEXT,
	logo_uri TEXT,
	created_at INTEGER NOT NULL,
	last_used_at INTEGER,
	fresh_until INTEGER,
	removed_at INTEGER,
	CHECK ((kind = 'static') = (account_id IS NOT NULL)),
	CHECK (auth_method = 'none' OR secret_hash IS NOT NULL),
	CHECK (skip_consent = 0 OR (kind = 'static' AND auth_method <> 'none'))
) STRICT, WITHOUT ROWID;

CREATE INDEX oauth_clients_by_account ON oauth_clients (account_id) WHERE account_id IS NOT NULL;

CREATE INDEX oauth_clients_dynamic ON oauth_clients (last_used_at, created_at) WHERE kind = 'dynamic';

CREATE TABLE oauth_codes (
	hash TEXT PRIMARY KEY,
	client_id TEXT NOT NULL,
	redirect_uri TEXT NOT NULL,
	redirect_uri_given INTEGER NOT NULL CHECK (redirect_uri_given IN (0, 1)),
	challenge TEXT NOT NULL,
	scopes TEXT NOT NULL,
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	user_id INTEGER NOT NULL REFERENCES users (id),
	resource_slug TEXT,
	grant_expires_at INTEGER,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	redeemed_at INTEGER,
	claim TEXT,
	grant_id INTEGER REFERENCES grants (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX oauth_codes_expiring ON oauth_codes (expires_at);

ALTER TABLE grants ADD COLUMN resource_slug TEXT;

CREATE TABLE sessions (
	hash TEXT PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES users (id),
	method TEXT NOT NULL,
	second_factor TEXT NOT NULL CHECK (second_factor IN ('not_needed', 'pending', 'passed')),
	user_agent TEXT NOT NULL,
	address TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	last_seen_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE INDEX sessions_expiring ON sessions (expires_at);

ALTER TABLE users ADD COLUMN totp_sealed TEXT;
ALTER TABLE users ADD COLUMN totp_confirmed_at INTEGER;
ALTER TABLE users ADD COLUMN totp_last_step INTEGER;

CREATE TABLE recovery_codes (
	user_id INTEGER NOT NULL REFERENCES users (id),
	hash TEXT NOT NULL,
	used_at INTEGER,
	PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
	id TEXT PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES users (id),
	name TEXT NOT NULL,
	public_key BLOB NOT NULL,
	counter INTEGER NOT NULL,
	transports TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	last_used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- Who a person is at an upstream identity provider.
CREATE TABLE identities (
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	user_id INTEGER NOT NULL REFERENCES users (id),
	created_at INTEGER NOT NULL,
	PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- Invitations and password resets: a link that works once.
CREATE TABLE one_time_links (
	hash TEXT PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('invite', 'reset')),
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	email TEXT NOT NULL,
	role TEXT CHECK (role IN ('owner', 'editor', 'viewer')),
	created_by INTEGER NOT NULL REFERENCES users (id),
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	used_at INTEGER,
	CHECK ((kind = 'invite') = (role IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX one_time_links_by_account ON one_time_links (account_id, kind);

CREATE INDEX one_time_links_expiring ON one_time_links (expires_at);

-- Attempts at sign-in, registration and token endpoints, counted exactly per key and window.
CREATE TABLE attempts (
	key TEXT NOT NULL,
	window INTEGER NOT NULL,
	count INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	PRIMARY KEY (key, window)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_expiring ON attempts (expires_at);
