import * as z from 'zod';

export const clusterStatusSchema = z.enum(['pending', 'creating', 'available', 'idle', 'error', 'pending_terminate', 'terminating', 'terminated']);
export type ClusterStatus = z.infer<typeof clusterStatusSchema>;

export const clusterTypeSchema = z.enum(['sandbox', 'production']);

/** Where a cluster's runs are made: the location hints of Durable Objects; `edge` leaves it to the platform, near whoever asks first. */
export const clusterRegionSchema = z.enum(['edge', 'wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me']);

/** An idle cluster costs nothing, but a list that nobody can survey does. `timeToIdle`: seconds. */
export const CLUSTER_LIMITS = { nodes: 100, sandboxNodes: 1, clusters: 50, timeToIdle: 604_800 } as const;

/** What a cluster is made of, beside its name: as the tools and the administration API take it. `time_to_idle`: seconds. */
export const clusterSettings = {
	nodes: z.int().min(1).max(CLUSTER_LIMITS.nodes),
	type: clusterTypeSchema,
	region: clusterRegionSchema,
	terminate_on_idle: z.boolean(),
	time_to_idle: z.int().min(0).max(CLUSTER_LIMITS.timeToIdle),
} as const;
