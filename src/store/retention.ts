import { and, asc, eq, inArray, isNotNull, lt } from 'drizzle-orm';
import { runOutputs } from '../../schema/tables/run-outputs.ts';
import { runs } from '../../schema/tables/runs.ts';
import type { Store } from './store.ts';

/** Rows that one statement deletes at most: a sweep never holds the database for long. */
const ROWS_A_STATEMENT = 500;
/** Bound parameters: D1 takes 100. */
const RUNS_A_STATEMENT = 90;

/** Gives the number of rows that went; `before` is in milliseconds since the epoch. An OAuth grant whose last token goes ends with it: nothing could use it any more, and it would be listed for ever. */
export async function deleteExpiredTokens(store: Store, before: number, now: number): Promise<number> {
	const d1 = store.$client;
	const oldest = `FROM tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ${ROWS_A_STATEMENT}`;
	const [, deleted] = await d1.batch([
		d1
			.prepare(
				`UPDATE grants SET revoked_at = ?2, revoke_reason = 'It was not used for so long that its tokens ran out.'
					WHERE id IN (SELECT grant_id ${oldest}) AND kind = 'oauth' AND revoked_at IS NULL
						AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.grant_id = grants.id AND t.expires_at >= ?1)`,
			)
			.bind(before, now),
		d1.prepare(`DELETE FROM tokens WHERE hash IN (SELECT hash ${oldest})`).bind(before),
	]);
	return deleted?.meta.changes ?? 0;
}

export function deleteExpiredKeys(store: Store, before: number): Promise<number> {
	return changed(
		store,
		`DELETE FROM idempotency_keys WHERE rowid IN (SELECT rowid FROM idempotency_keys WHERE expires_at < ?1 ORDER BY expires_at LIMIT ${ROWS_A_STATEMENT})`,
		before,
	);
}

/** Sums of hours before one, in hours since the epoch. */
export async function deleteOldHours({ $client }: Store, before: number): Promise<number> {
	const old = (table: string, key: string) =>
		$client
			.prepare(`DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE hour < ?1 ORDER BY hour LIMIT ${ROWS_A_STATEMENT})`)
			.bind(before);
	const deleted = await $client.batch([
		old('run_hours', 'account_id, package_id, hour'),
		old('error_hours', 'account_id, package_id, hour, kind, component, class'),
	]);
	return deleted.reduce((sum, { meta }) => sum + meta.changes, 0);
}

async function changed(store: Store, sql: string, before: number): Promise<number> {
	return (await store.$client.prepare(sql).bind(before).run()).meta.changes;
}

export interface OldRemains {
	readonly runs: readonly { readonly id: number; readonly accountId: number }[];
	readonly keys: readonly string[];
}

/** Runs that ended before a moment and still have their log: their ids, and the keys of what they left in R2. */
export async function oldRemains(store: Store, before: number): Promise<OldRemains> {
	const old = await store
		.select({ id: runs.id, accountId: runs.accountId, logKey: runs.logKey })
		.from(runs)
		.where(and(isNotNull(runs.logKey), lt(runs.endedAt, before)))
		.orderBy(asc(runs.endedAt))
		.limit(RUNS_A_STATEMENT)
		.all();
	const runIds = old.map((run) => run.id);
	const results = await store
		.select({ key: runOutputs.rowsKey })
		.from(runOutputs)
		.where(and(inArray(runOutputs.runId, runIds), isNotNull(runOutputs.rowsKey)))
		.all();
	return { runs: old, keys: [...old.map((run) => run.logKey), ...results.map((result) => result.key)].filter((key) => key !== null) };
}

/** The runs, their counts and failures stay as history; result rows go, and the keys of what was in R2. */
export async function forgetRemains(store: Store, runIds: readonly number[]): Promise<void> {
	await store.batch([
		store
			.update(runOutputs)
			.set({ rows: null, rowsKey: null })
			.where(inArray(runOutputs.runId, [...runIds])),
		store
			.update(runs)
			.set({ logKey: null })
			.where(inArray(runs.id, [...runIds])),
	]);
}

export type LookedAtRun = Awaited<ReturnType<typeof runsToLookAt>>[number];

/** Runs that are not archived, whose look is due at `now`, submitted before a moment: the most overdue first, at most `most`. */
export function runsToLookAt(store: Store, now: number, before: number, most: number) {
	return store
		.select({ id: runs.id, accountId: runs.accountId, clusterId: runs.clusterId, priority: runs.priority, status: runs.status, updatedAt: runs.updatedAt })
		.from(runs)
		.where(and(isNotNull(runs.lookAt), lt(runs.lookAt, now), lt(runs.submittedAt, before)))
		.orderBy(asc(runs.lookAt))
		.limit(most)
		.all();
}

/** `at` null: never again, nothing is left to be done for the run. */
export async function lookAgain(store: Store, runId: number, at: number | null): Promise<void> {
	await store
		.update(runs)
		.set({ lookAt: at })
		.where(and(eq(runs.id, runId), isNotNull(runs.lookAt)));
}

export async function statusOf(store: Store, runId: number) {
	const row = await store.select({ status: runs.status }).from(runs).where(eq(runs.id, runId)).get();
	return row?.status ?? null;
}
