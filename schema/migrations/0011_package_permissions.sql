-- What one member may do with one package, below what the role allows. No row: all that the role allows.
CREATE TABLE package_permissions (
	package_id INTEGER NOT NULL REFERENCES packages (id),
	user_id INTEGER NOT NULL REFERENCES users (id),
	can_read INTEGER NOT NULL CHECK (can_read IN (0, 1)),
	can_write INTEGER NOT NULL CHECK (can_write IN (0, 1)),
	can_execute INTEGER NOT NULL CHECK (can_execute IN (0, 1)),
	can_debug INTEGER NOT NULL CHECK (can_debug IN (0, 1)),
	updated_by INTEGER NOT NULL REFERENCES users (id),
	updated_at INTEGER NOT NULL,
	PRIMARY KEY (package_id, user_id)
) STRICT, WITHOUT ROWID;
