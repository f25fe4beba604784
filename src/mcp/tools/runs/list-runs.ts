import * as z from 'zod';
import { runStatusSchema } from '../../../model/run.ts';
import { runListItemSchema } from '../../../model/views/run.ts';
import { listRuns as list } from '../../../operations/runs/list.ts';
import { perhapsNamedPackage } from '../../../operations/runs/named-package.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, packageId, packageName, page } from '../arguments.ts';
import { runLabels, windowEnd, windowStart } from './window.ts';

export const listRuns = defineTool({
	name: 'list_runs',
	title: 'List runs',
	description:
		'Runs (jobs) of one or all packages, newest first: status, times, records per destination, error rate, last_error of failed ones. For one run use get_run; for why it failed explain_job_failure.',
	toolset: 'runs',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		package_id: packageId.optional(),
		name: packageName,
		status: runStatusSchema.optional().describe('Only runs of this status.'),
		statuses: z.array(runStatusSchema).max(9).optional().describe('Only runs of any of these.'),
		since: windowStart,
		until: windowEnd,
		labels: runLabels,
		include_children: z.boolean().default(false).describe('Also runs that another run started.'),
		...page(20, 100),
	}),
	output: z.object({ runs: z.array(runListItemSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	async run({ name, package_id, ...input }, { operations, principal }) {
		return list(operations, principal, { ...input, package_id: await perhapsNamedPackage(operations, principal, { package_id, name }) });
	},
});
