-- Packages that are MCP tools of their own. Who may see and call one, its package's permissions say.
CREATE TABLE published_tools (
	package_id INTEGER PRIMARY KEY REFERENCES packages (id),
	account_id INTEGER NOT NULL REFERENCES accounts (id),
	name TEXT NOT NULL,
	-- Empty: the package's own.
	description TEXT NOT NULL,
	-- JSON list of the variables that are arguments; null is every one that is not secret.
	arguments TEXT,
	published_by INTEGER NOT NULL REFERENCES users (id),
	published_at INTEGER NOT NULL,
	UNIQUE (account_id, name)
) STRICT;

-- Rises with whatever changes an account's published tools, whichever statement did it: 0 says that there never were any, so that
-- asking costs such an account nothing. It comes with the token, and kept lists are kept under it; a time, so that a database that was
-- brought back to an earlier state does not use a number again.
ALTER TABLE accounts ADD COLUMN tools_revision INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER published_tools_added AFTER INSERT ON published_tools
BEGIN
	UPDATE accounts SET tools_revision = max(tools_revision + 1, CAST(unixepoch('subsec') * 1000 AS INTEGER)) WHERE id = NEW.account_id;
END;

CREATE TRIGGER published_tools_changed AFTER UPDATE ON published_tools
BEGIN
	UPDATE accounts SET tools_revision = max(tools_revision + 1, CAST(unixepoch('subsec') * 1000 AS INTEGER)) WHERE id = NEW.account_id;
END;

CREATE TRIGGER published_tools_removed AFTER DELETE ON published_tools
BEGIN
	UPDATE accounts SET tools_revision = max(tools_revision + 1, CAST(unixepoch('subsec') * 1000 AS INTEGER)) WHERE id = OLD.account_id;
END;

CREATE TRIGGER published_tools_follow_packages AFTER UPDATE OF version, status ON packages
WHEN EXISTS (SELECT 1 FROM published_tools WHERE package_id = NEW.id)
BEGIN
	UPDATE accounts SET tools_revision = max(tools_revision + 1, CAST(unixepoch('subsec') * 1000 AS INTEGER)) WHERE id = NEW.account_id;
END;

CREATE TRIGGER published_tools_follow_permissions_set AFTER INSERT ON package_permissions
BEGIN
	UPDATE accounts SET tools_revision = max(tools_revision + 1, CAST(unixepoch('subsec') * 1000 AS INTEGER)) WHERE id = (SELECT account_id FROM published_tools WHERE package_id = NEW.package_id);
END;

CREATE TRIGGER published_tools_follow_permissions_changed AFTER UPDATE ON package_permissions
BEGIN
	UPDATE accounts SET tools_revision = max(tools_revision + 1, CAST(unixepoch('subsec') * 1000 AS INTEGER)) WHERE id = (SELECT account_id FROM published_tools WHERE package_id = NEW.package_id);
END;

CREATE TRIGGER published_tools_follow_permissions_removed AFTER DELETE ON package_permissions
BEGIN
	UPDATE accounts SET tools_revision = max(tools_revision + 1, CAST(unixepoch('subsec') * 1000 AS INTEGER)) WHERE id = (SELECT account_id FROM published_tools WHERE package_id = OLD.package_id);
END;
