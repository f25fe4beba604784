import * as z from 'zod';

export const systemHealthSchema = z.object({
	since: z.string().describe('A whole hour.'),
	status: z.enum(['ok', 'degraded', 'failing']),
	runs: z.object({
		runs: z.int(),
		completed: z.int(),
		failed: z.int(),
		stopped: z.int(),
		active: z.int(),
		failure_rate: z.number().nullable().describe('Failed of those that completed or failed, 0..1.'),
		records: z.int().describe('Written to destinations.'),
		bad_records: z.int(),
	}),
	failing_packages_count: z.int(),
	failing_packages: z
		.array(z.object({ package_id: z.int(), name: z.string(), run_id: z.int(), last_error: z.string().nullable() }))
		.describe('Last run failed.'),
	failing_connections: z.array(z.object({ connection_id: z.int(), name: z.string(), type: z.string(), message: z.string().nullable() })),
	queue_depth: z.int().describe('Runs that wait, all clusters.'),
	stale_schedules: z
		.array(z.object({ schedule_id: z.int(), name: z.string(), package_id: z.int(), next_run_at: z.string().nullable(), reason: z.string() }))
		.describe('Enabled, but did not run when they should.'),
	clusters: z.array(z.object({ cluster_id: z.int(), name: z.string(), status: z.string(), running: z.int(), queued: z.int(), nodes: z.int() })),
});
export type SystemHealth = z.infer<typeof systemHealthSchema>;
