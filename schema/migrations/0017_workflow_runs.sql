-- The task of the parent that started a child: it starts one, however often it asks.
ALTER TABLE runs ADD COLUMN parent_task TEXT;

-- JSON list: the tasks of a workflow as they were when it ended.
ALTER TABLE runs ADD COLUMN tasks TEXT;

CREATE UNIQUE INDEX runs_by_parent ON runs (parent_run_id, parent_task) WHERE parent_run_id IS NOT NULL;
