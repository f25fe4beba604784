-- Windows of time over runs: the id behind the columns finds the first and the last run of one.
CREATE INDEX runs_by_time ON runs (account_id, submitted_at);

CREATE INDEX runs_by_package_time ON runs (account_id, package_id, submitted_at);

-- Packages whose last run failed.
CREATE INDEX packages_failing ON packages (account_id) WHERE status = 'active' AND last_run_status = 'failed';

CREATE INDEX connections_failing ON connections (account_id) WHERE status = 'failed';
