-- One more with each change by a person: what `expected_version` holds against.
ALTER TABLE clusters ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE INDEX schedules_by_cluster ON schedules (cluster_id) WHERE cluster_id IS NOT NULL;
