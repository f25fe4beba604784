import { and, desc, eq, gt, inArray, isNotNull, lt, ne } from 'drizzle-orm';
import { clusters } from '../../schema/tables/clusters.ts';
import type { ClusterStatus } from '../model/cluster.ts';
import type { Store } from './store.ts';

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
