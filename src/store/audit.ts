import type { auditEvents } from '../../schema/tables/audit-events.ts';
import type { Store } from './store.ts';

export type NewAuditEvent = typeof auditEvents.$inferInsert;

/** Any number of events in one statement with one parameter. */
export async function insertAuditEvents(store: Store, events: readonly NewAuditEvent[]): Promise<void> {
	await store.$client
		.prepare(
			`INSERT INTO audit_events (at, account_id, user_id, grant_id, surface, action, target, outcome, error_code, duration_ms, arguments_digest, request_id, trace_id)
				SELECT value->>'at', value->>'accountId', value->>'userId', value->>'grantId', value->>'surface', value->>'action', value->>'target',
					value->>'outcome', value->>'errorCode', value->>'durationMs', value->>'argumentsDigest', value->>'requestId', value->>'traceId' FROM json_each(?1)`,
		)
		.bind(JSON.stringify(events))
		.run();
}
