import * as z from 'zod';
import { runStatusSchema } from '../../../model/run.ts';
import { runListItemSchema } from '../../../model/views/run.ts';
import { listRuns } from '../../../operations/runs/list.ts';
import { perhapsNamedPackage } from '../../../operations/runs/named-package.ts';
import { defineTool } from '../../tool.ts';
import { nextCursor, packageId, packageName, page } from '../arguments.ts';
import { runLabels, windowEnd, windowStart } from './window.ts';

export const searchRuns = defineTool({
	name: 'search_runs',
	title: 'Search runs',
	description:
		'Runs (run histories) by words of their errors, labels, status, dates or package, newest first. next_cursor may come with few or no runs: go on with it. Inside one run: get_run_item; without words or labels list_runs does the same.',
	toolset: 'runs',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		text: z.string().min(1).max(200).optional().describe('Words that the errors of a run hold, in any case; parts of words match.'),
		labels: runLabels,
		statuses: z.array(runStatusSchema).max(9).optional().describe('Only runs of any of these.'),
		package_id: packageId.optional(),
		name: packageName,
		since: windowStart,
		until: windowEnd,
		include_children: z.boolean().default(false).describe('Also runs that another run started.'),
		...page(20, 100),
	}),
	output: z.object({ runs: z.array(runListItemSchema), next_cursor: nextCursor }),
	grows: ['limit'],
	userData: ['runs'],
	async run({ name, package_id, ...input }, { operations, principal }) {
		return listRuns(operations, principal, { ...input, package_id: await perhapsNamedPackage(operations, principal, { package_id, name }) });
	},
});
