import * as z from 'zod';

export const workspaceSchema = z.object({
	id: z.int(),
	name: z.string(),
	package_count: z.int().describe('Active packages.'),
	last_failed_jobs_count: z.int().describe('Active packages whose last run failed.'),
	last_completed_jobs_count: z.int().describe('Active packages whose last run completed.'),
});
export type WorkspaceView = z.infer<typeof workspaceSchema>;
