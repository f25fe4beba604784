import { iso } from '../../lib/time.ts';
import type { ClusterStatus } from '../../model/cluster.ts';
import type { ClusterView } from '../../model/views/cluster.ts';
import { type ClusterRow, clustersPage } from '../../store/clusters.ts';
import type { OperationContext } from '../context.ts';
import { type PageRequest, pageOf, pagePosition } from '../page.ts';
import type { InAccount } from './change.ts';

const PAGE = { list: 'clusters', normal: 25, most: 50 };

/** Clusters by id, 25 a page (most 50); each one's object is asked for its load. */
export async function listClusters(
	context: OperationContext,
	{ account }: InAccount,
	input: PageRequest & { readonly status?: ClusterStatus | undefined },
): Promise<{ clusters: ClusterView[]; next_cursor: string | null }> {
	const { limit, from } = pagePosition(input, PAGE);
	const found = await clustersPage(context.store, account.id, { status: input.status, after: from ?? 0 }, limit + 1);
	const { rows, next_cursor } = pageOf(found, limit, PAGE.list);
	return { clusters: await Promise.all(rows.map((row) => clusterView(context, row))), next_cursor };
}

async function clusterView(context: OperationContext, row: ClusterRow): Promise<ClusterView> {
	const load = row.terminatedAt === null ? await context.clusters(row.id).load() : { running: 0, queued: 0 };
	return {
		id: row.id,
		name: row.name,
		is_default: row.isDefault,
		version: row.version,
		type: row.type,
		status: row.status,
		nodes: row.nodes,
		region: row.region,
		running_jobs_count: load.running,
		queued_jobs_count: load.queued,
		terminate_on_idle: row.terminateOnIdle,
		time_to_idle: row.timeToIdle,
		created_at: iso(row.createdAt),
		requested_at: iso(row.requestedAt),
		available_at: iso(row.availableAt),
		idled_at: iso(row.idledAt),
		terminated_at: iso(row.terminatedAt),
	};
}
