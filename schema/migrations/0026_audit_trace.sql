-- The trace a caller is in (W3C trace context), so that a call can be found from their side.
ALTER TABLE audit_events ADD COLUMN trace_id TEXT;
