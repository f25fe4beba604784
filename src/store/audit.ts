import { auditEvents } from '../../schema/tables/audit-events.ts';
import type { Store } from './store.ts';

export type NewAuditEvent = typeof auditEvents.$inferInsert;

export async function insertAuditEvent(store: Store, event: NewAuditEvent): Promise<void> {
	await store.insert(auditEvents).values(event);
}
