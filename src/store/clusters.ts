import { and, eq, gt } from 'drizzle-orm';
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
