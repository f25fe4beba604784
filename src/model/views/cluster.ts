import * as z from 'zod';
import { clusterStatusSchema, clusterTypeSchema } from '../cluster.ts';

export const clusterViewSchema = z.object({
	id: z.int(),
	name: z.string(),
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
