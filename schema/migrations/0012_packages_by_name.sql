-- Finding a package by its name, in any case.
CREATE INDEX packages_by_name ON packages (account_id, name COLLATE NOCASE);
