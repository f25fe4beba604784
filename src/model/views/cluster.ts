import * as z from 'zod';
import { clusterStatusSchema, clusterTypeSchema } from '../cluster.ts';

export const clusterViewSchema = z.object({
	id: z.int(),
	name: z.string(),
	is_default: z.boolean(),
	version: z.int(),
	type: clusterTypeSchema,
	status: clusterStatusSchema,
	nodes: z.int().describe('Runs at a time.'),
	region: z.string(),
	running_jobs_count: z.int(),
	queued_jobs_count: z.int(),
	terminate_on_idle: z.boolean(),
	time_to_idle: z.int().describe('Seconds.'),
	created_at: z.string(),
	requested_at: z.string().nullable(),
	available_at: z.string().nullable(),
	idled_at: z.string().nullable(),
	terminated_at: z.string().nullable(),
});
export type ClusterView = z.infer<typeof clusterViewSchema>;

export const clusterChangeSchema = z.object({
	cluster_id: z.int().optional().describe('Absent on dry_run of a new one.'),
	version: z.int(),
	dry_run: z.boolean(),
	changed: z.boolean(),
	changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
	running_jobs_count: z.int().describe('At this moment.'),
	queued_jobs_count: z.int(),
});
export type ClusterChange = z.infer<typeof clusterChangeSchema>;
