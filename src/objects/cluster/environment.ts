import type { ClusterStatus } from '../../model/cluster.ts';
import type { HookEvent } from '../../model/hook.ts';
import type { OperationContext } from '../../operations/context.ts';
import { tellOfCluster } from '../../operations/hooks/tell.ts';
import { clusterSettings, noteClusterStatus } from '../../store/clusters.ts';
import type { ClusterSettings } from './life.ts';

export interface KnownCluster extends ClusterSettings {
	/** How many runs it may have at a time. */
	readonly nodes: number;
	readonly status: ClusterStatus;
}

/** What the index says of a cluster; one node that never rests where it is unknown there. */
export async function knownCluster({ store }: OperationContext, name: string | undefined): Promise<KnownCluster> {
	const row = await clusterSettings(store, idOf(name));
	if (row === null) return { nodes: 1, status: 'available', terminateOnIdle: false, timeToIdle: Number.POSITIVE_INFINITY };
	return { nodes: Math.max(1, row.nodes), status: row.status, terminateOnIdle: row.terminateOnIdle, timeToIdle: row.timeToIdle * 1000 };
}

export interface ClusterNews {
	readonly turn: number;
	readonly status: ClusterStatus;
	readonly event: HookEvent | null;
	readonly at: number;
}

/** Into the index, and to the hooks. May be repeated. */
export async function report(context: OperationContext, name: string | undefined, { turn, status, event, at }: ClusterNews): Promise<void> {
	await noteClusterStatus(context.store, idOf(name), status, at);
	if (event !== null) await tellOfCluster(context, idOf(name), event, turn);
}

function idOf(name: string | undefined): number {
	return Number(name?.slice('cluster:'.length));
}
