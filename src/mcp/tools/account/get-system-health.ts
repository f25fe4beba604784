import * as z from 'zod';
import { systemHealthSchema } from '../../../model/views/health.ts';
import { systemHealth } from '../../../operations/diagnosis/system-health.ts';
import { defineTool } from '../../tool.ts';

export const getSystemHealth = defineTool({
	name: 'get_system_health',
	title: 'Get the health of the account',
	description:
		'What needs attention, at a glance: runs and error rate in a window, packages whose last run failed, connections that failed their check, schedules that did not run, running and queued runs per cluster. Why one failed: explain_job_failure with its run_id.',
	toolset: 'account',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ window_hours: z.int().min(1).max(720).default(24).describe('Runs submitted in so many last hours.') }),
	output: systemHealthSchema,
	userData: ['failing_packages', 'failing_connections', 'stale_schedules'],
	run: (input, { operations, principal }) => systemHealth(operations, principal, input),
});
