import { and, asc, desc, eq, inArray, lt } from 'drizzle-orm';
import { auditBatches } from '../../schema/tables/audit-batches.ts';
import { auditEvents } from '../../schema/tables/audit-events.ts';
import type { Store } from './store.ts';

export type AuditEventRow = typeof auditEvents.$inferSelect;
export type AuditBatchRow = typeof auditBatches.$inferSelect;

/** The oldest events of the index from before a moment. */
export function oldestEvents(store: Store, before: number, rows: number): Promise<AuditEventRow[]> {
	return store.select().from(auditEvents).where(lt(auditEvents.at, before)).orderBy(asc(auditEvents.at), asc(auditEvents.id)).limit(rows).all();
}

/** Takes events out of the index that are in R2 by now, and tells where. */
export async function moveEvents({ $client }: Store, batches: readonly AuditBatchRow[], ids: readonly number[]): Promise<void> {
	await $client.batch([
		$client
			.prepare(
				`INSERT OR REPLACE INTO audit_batches (account_id, last_id, first_id, first_at, last_at, events, key)
					SELECT value->>'accountId', value->>'lastId', value->>'firstId', value->>'firstAt', value->>'lastAt', value->>'events', value->>'key' FROM json_each(?1)`,
			)
			.bind(JSON.stringify(batches)),
		$client.prepare('DELETE FROM audit_events WHERE id IN (SELECT value FROM json_each(?1))').bind(JSON.stringify(ids)),
	]);
}

/** Batches of an account that hold events below an id, the newest first. */
export function batchesBelow(store: Store, accountId: number, before: number, rows: number): Promise<AuditBatchRow[]> {
	return store
		.select()
		.from(auditBatches)
		.where(and(eq(auditBatches.accountId, accountId), lt(auditBatches.firstId, before)))
		.orderBy(desc(auditBatches.lastId))
		.limit(rows)
		.all();
}

export function expiredBatches(store: Store, before: number, rows: number): Promise<AuditBatchRow[]> {
	return store.select().from(auditBatches).where(lt(auditBatches.lastAt, before)).orderBy(asc(auditBatches.lastAt)).limit(rows).all();
}

export async function forgetBatches(store: Store, keys: readonly string[]): Promise<void> {
	await store.delete(auditBatches).where(inArray(auditBatches.key, [...keys]));
}
