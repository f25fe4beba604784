import { and, count, desc, eq, gt, inArray, isNotNull, isNull, lt, ne, sql } from 'drizzle-orm';
import { clusters } from '../../schema/tables/clusters.ts';
import { runs } from '../../schema/tables/runs.ts';
import { schedules } from '../../schema/tables/schedules.ts';
import type { ClusterStatus } from '../model/cluster.ts';
import { reasonOf, type Store } from './store.ts';

export type ClusterRow = typeof clusters.$inferSelect;

export interface ClusterFilter {
	readonly status: ClusterStatus | undefined;
	readonly after: number;
}

/** Ascending by id, behind `after`. */
export function clustersPage(store: Store, accountId: number, filter: ClusterFilter, rows: number): Promise<ClusterRow[]> {
	return store
		.select()
		.from(clusters)
		.where(and(eq(clusters.accountId, accountId), filter.status === undefined ? undefined : eq(clusters.status, filter.status), gt(clusters.id, filter.after)))
		.orderBy(clusters.id)
		.limit(rows)
		.all();
}

/** The account's cluster of that id, or its default one for null. */
export async function clusterFor(store: Store, accountId: number, id: number | null): Promise<ClusterRow | null> {
	const row = await store
		.select()
		.from(clusters)
		.where(and(eq(clusters.accountId, accountId), id === null ? eq(clusters.isDefault, true) : eq(clusters.id, id)))
		.get();
	return row ?? null;
}

/** The cluster that a schedule keeps for itself. */
export async function clusterOfSchedule(store: Store, scheduleId: number): Promise<number | null> {
	const row = await store
		.select({ id: clusters.id })
		.from(clusters)
		.where(and(eq(clusters.scheduleId, scheduleId), ne(clusters.status, 'error')))
		.orderBy(desc(clusters.id))
		.limit(1)
		.get();
	return row?.id ?? null;
}

export interface NewCluster {
	readonly accountId: number;
	readonly scheduleId: number | null;
	readonly name: string;
	readonly type: ClusterRow['type'];
	readonly nodes: number;
	readonly region: string;
	readonly terminateOnIdle: boolean;
	/** Seconds. */
	readonly timeToIdle: number;
	readonly now: number;
}

export async function insertCluster(store: Store, { now, ...cluster }: NewCluster): Promise<number> {
	const row = await store
		.insert(clusters)
		.values({ ...cluster, status: 'pending', createdAt: now })
		.returning({ id: clusters.id })
		.get();
	return row.id;
}

/** The same, where the account has none of that name yet, in any case; else null. */
export async function insertNewCluster(store: Store, { now, ...cluster }: NewCluster): Promise<number | null> {
	// A name that is taken becomes none, which the table refuses.
	const name = sql`CASE WHEN EXISTS (SELECT 1 FROM clusters AS other WHERE other.account_id = ${cluster.accountId} AND other.name = ${cluster.name} COLLATE NOCASE) THEN NULL ELSE ${cluster.name} END`;
	try {
		const row = await store
			.insert(clusters)
			.values({ ...cluster, name, status: 'pending', createdAt: now })
			.returning({ id: clusters.id })
			.get();
		return row.id;
	} catch (error) {
		if (/NOT NULL constraint failed: clusters\.name/.test(reasonOf(error))) return null;
		throw error;
	}
}

/** The account's cluster of that name, in any case. */
export async function clusterNamed(store: Store, accountId: number, name: string): Promise<number | null> {
	const named = and(eq(clusters.accountId, accountId), sql`${clusters.name} = ${name} COLLATE NOCASE`);
	const row = await store.select({ id: clusters.id }).from(clusters).where(named).orderBy(desc(clusters.id)).limit(1).get();
	return row?.id ?? null;
}

/** How many people made: those of schedules come and go by themselves. */
export async function clustersMade(store: Store, accountId: number): Promise<number> {
	const made = and(eq(clusters.accountId, accountId), isNull(clusters.scheduleId));
	return (await store.select({ count: count() }).from(clusters).where(made).get())?.count ?? 0;
}

export type ClusterSettingsRow = Pick<ClusterRow, 'name' | 'type' | 'nodes' | 'region' | 'terminateOnIdle' | 'timeToIdle'>;

/** The next version, where the cluster is still at `from`. */
export async function changeCluster(store: Store, accountId: number, id: number, from: number, change: ClusterSettingsRow): Promise<boolean> {
	const changed = await store
		.update(clusters)
		.set({ ...change, version: from + 1 })
		.where(and(eq(clusters.id, id), eq(clusters.accountId, accountId), eq(clusters.version, from)))
		.returning({ id: clusters.id });
	return changed.length === 1;
}

/** What keeps a cluster from being deleted: schedules that name it, and runs that have not ended; at most 20 of each. */
export async function usersOfCluster(
	store: Store,
	accountId: number,
	id: number,
): Promise<{ readonly schedules: readonly number[]; readonly runs: readonly number[] }> {
	const [bySchedules, byRuns] = await store.batch([
		store.select({ id: schedules.id }).from(schedules).where(eq(schedules.clusterId, id)).limit(20),
		store.select({ id: runs.id }).from(runs).where(underWayOn(accountId, id)).limit(20),
	]);
	return { schedules: bySchedules.map((row) => row.id), runs: byRuns.map((row) => row.id) };
}

/** Found by status: of all runs few are under way. */
function underWayOn(accountId: number, id: number) {
	const statuses = ['pending', 'queued', 'running', 'pending_stoppage', 'stopping'] as const;
	return and(eq(runs.accountId, accountId), inArray(runs.child, [0, 1]), inArray(runs.status, [...statuses]), eq(runs.clusterId, id));
}

/** Where it is still at `from`, is not the default, and no schedule names it. Its runs keep the number. */
export async function deleteCluster(store: Store, accountId: number, id: number, from: number): Promise<boolean> {
	const gone = await store
		.delete(clusters)
		.where(
			and(
				eq(clusters.id, id),
				eq(clusters.accountId, accountId),
				eq(clusters.version, from),
				eq(clusters.isDefault, false),
				sql`NOT EXISTS (SELECT 1 FROM schedules WHERE cluster_id = ${id})`,
			),
		)
		.returning({ id: clusters.id });
	return gone.length === 1;
}

/** What a cluster's object goes by. */
export async function clusterSettings(store: Store, id: number) {
	const row = await store
		.select({ nodes: clusters.nodes, status: clusters.status, terminateOnIdle: clusters.terminateOnIdle, timeToIdle: clusters.timeToIdle })
		.from(clusters)
		.where(eq(clusters.id, id))
		.get();
	return row ?? null;
}

const MOMENT = { creating: 'requestedAt', available: 'availableAt', idle: 'idledAt', terminated: 'terminatedAt' } as const;

/** As its object reports it, in order. */
export async function noteClusterStatus(store: Store, id: number, status: ClusterStatus, at: number): Promise<void> {
	const moment = status === 'creating' || status === 'available' || status === 'idle' || status === 'terminated' ? { [MOMENT[status]]: at } : {};
	const back = status === 'creating' ? { idledAt: null, terminatedAt: null } : status === 'available' ? { idledAt: null } : {};
	await store
		.update(clusters)
		.set({ status, ...moment, ...back })
		.where(eq(clusters.id, id));
}

/** A schedule that wants a new cluster for each run leaves many behind; a bounded step of the sweep. Runs keep the number. */
export async function deleteFleetingClusters(store: Store, before: number): Promise<number> {
	const fleeting = and(isNotNull(clusters.scheduleId), eq(clusters.status, 'terminated'), lt(clusters.terminatedAt, before));
	const old = store.select({ id: clusters.id }).from(clusters).where(fleeting).orderBy(clusters.terminatedAt).limit(500);
	return (await store.delete(clusters).where(inArray(clusters.id, old))).meta.changes;
}
