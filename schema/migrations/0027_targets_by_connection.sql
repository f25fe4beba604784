-- Which packages use a connection, asked before it is removed.
CREATE INDEX package_targets_by_connection ON package_targets (account_id, connection_id, package_id);
