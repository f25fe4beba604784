import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import { hookDeliveries } from '../../schema/tables/hook-deliveries.ts';
import { hooks } from '../../schema/tables/hooks.ts';
import type { HookEvent } from '../model/hook.ts';
import type { RunStatus } from '../model/run.ts';
import type { Store } from './store.ts';

export type HookRow = typeof hooks.$inferSelect;
export type HookDeliveryRow = typeof hookDeliveries.$inferSelect;

/** An account has few; newest first. */
export function hooksOf(store: Store, accountId: number, most: number): Promise<HookRow[]> {
	return store.select().from(hooks).where(eq(hooks.accountId, accountId)).orderBy(desc(hooks.id)).limit(most).all();
}

export async function hookById(store: Store, accountId: number, id: number): Promise<HookRow | null> {
	const row = await store
		.select()
		.from(hooks)
		.where(and(eq(hooks.id, id), eq(hooks.accountId, accountId)))
		.get();
	return row ?? null;
}

/** Of the account, those of `ids` that are on. */
export function enabledHooks(store: Store, accountId: number, ids: readonly number[]): Promise<HookRow[]> {
	return store
		.select()
		.from(hooks)
		.where(and(eq(hooks.accountId, accountId), inArray(hooks.id, [...ids]), eq(hooks.enabled, true)))
		.all();
}

export async function insertHook(store: Store, hook: Omit<typeof hooks.$inferInsert, 'id'>): Promise<number> {
	return (await store.insert(hooks).values(hook).returning({ id: hooks.id }).get()).id;
}

export async function setHookEnabled(store: Store, accountId: number, id: number, enabled: boolean, now: number): Promise<boolean> {
	const changed = await store
		.update(hooks)
		.set({ enabled, updatedAt: now })
		.where(and(eq(hooks.id, id), eq(hooks.accountId, accountId)))
		.returning({ id: hooks.id });
	return changed.length === 1;
}

export async function deleteHook(store: Store, accountId: number, id: number): Promise<boolean> {
	const gone = await store
		.delete(hooks)
		.where(and(eq(hooks.id, id), eq(hooks.accountId, accountId)))
		.returning({ id: hooks.id });
	return gone.length === 1;
}

/** The latest deliveries of a hook that was found in the account. */
export function deliveriesOf(store: Store, hookId: number, rows: number): Promise<HookDeliveryRow[]> {
	return store.select().from(hookDeliveries).where(eq(hookDeliveries.hookId, hookId)).orderBy(desc(hookDeliveries.id)).limit(rows).all();
}

/** How a delivery stands: said again, it replaces what was said before. */
export async function noteDelivery(store: Store, delivery: Omit<typeof hookDeliveries.$inferInsert, 'id'>): Promise<void> {
	const { status, attempts, lastError, nextAttemptAt, updatedAt } = delivery;
	await store
		.insert(hookDeliveries)
		.values(delivery)
		.onConflictDoUpdate({ target: [hookDeliveries.hookId, hookDeliveries.messageId], set: { status, attempts, lastError, nextAttemptAt, updatedAt } });
}

/** A bounded step of the sweep. */
export async function deleteOldDeliveries(store: Store, before: number): Promise<number> {
	const old = store
		.select({ id: hookDeliveries.id })
		.from(hookDeliveries)
		.where(lt(hookDeliveries.createdAt, before))
		.orderBy(hookDeliveries.createdAt)
		.limit(500);
	return (await store.delete(hookDeliveries).where(inArray(hookDeliveries.id, old))).meta.changes;
}

const WANTED = 'SELECT json_group_array(h.id) FROM hooks h WHERE h.enabled = 1 AND EXISTS (SELECT 1 FROM json_each(h.events) WHERE value = ?2)';

export interface RunNews {
	readonly account_id: number;
	readonly package_id: number;
	readonly package_name: string;
	readonly status: RunStatus;
	readonly last_error: string | null;
	readonly schedule_id: number | null;
	/** JSON list of ids. */
	readonly hooks: string;
}

/** A run as its hooks are told of it, with the ids of those that want this event. Null where there is no such run. */
export function runNews({ $client }: Store, runId: number, event: HookEvent): Promise<RunNews | null> {
	return $client
		.prepare(
			`SELECT r.account_id, r.package_id, p.name AS package_name, r.status, r.last_error,
				(SELECT f.schedule_id FROM scheduled_runs f WHERE f.run_id = r.id AND f.settled = 0) AS schedule_id,
				(${WANTED} AND h.account_id = r.account_id AND (h.package_ids = '[]' OR EXISTS (SELECT 1 FROM json_each(h.package_ids) WHERE value = r.package_id))) AS hooks
			FROM runs r JOIN packages p ON p.id = r.package_id WHERE r.id = ?1`,
		)
		.bind(runId, event)
		.first<RunNews>();
}

export interface ClusterNews {
	readonly account_id: number;
	readonly name: string;
	readonly nodes: number;
	readonly hooks: string;
}

export function clusterNews({ $client }: Store, clusterId: number, event: HookEvent): Promise<ClusterNews | null> {
	return $client
		.prepare(
			`SELECT c.account_id, c.name, c.nodes, (${WANTED} AND h.account_id = c.account_id AND h.package_ids = '[]') AS hooks FROM clusters c WHERE c.id = ?1`,
		)
		.bind(clusterId, event)
		.first<ClusterNews>();
}
