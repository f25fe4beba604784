-- When the sweep looks at a run next: its object may have lost its alarm, or never have been told. Null once there is nothing left
-- to be done for it; 0 until the first look.
ALTER TABLE runs ADD COLUMN look_at INTEGER DEFAULT 0;

UPDATE runs SET look_at = NULL WHERE log_key IS NOT NULL OR ended_at < (unixepoch() - 90 * 86400) * 1000;

CREATE INDEX runs_to_look_at ON runs (look_at) WHERE look_at IS NOT NULL;

-- What it found is found by the looks.
DROP INDEX runs_pending;
