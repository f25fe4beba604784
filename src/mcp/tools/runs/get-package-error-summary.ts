import * as z from 'zod';
import { packageErrorSummarySchema } from '../../../model/views/run-errors.ts';
import { packageErrorSummary } from '../../../operations/runs/errors.ts';
import { namedPackage } from '../../../operations/runs/named-package.ts';
import { defineTool } from '../../tool.ts';
import { packageId, packageName } from '../arguments.ts';
import { windowEnd, windowStart } from './window.ts';

export const getPackageErrorSummary = defineTool({
	name: 'get_package_error_summary',
	title: 'Summarize the errors of a package',
	description:
		'The most frequent error classes of a package (flow) over its runs in a window, the last 7 days unless given: bad records and failures, with counts and the last run_id. The records themselves: get_run_errors.',
	toolset: 'runs',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		package_id: packageId.optional(),
		name: packageName,
		since: windowStart,
		until: windowEnd,
		limit: z.int().min(1).max(50).default(10).describe('Classes shown.'),
	}),
	output: packageErrorSummarySchema,
	async run({ name, package_id, ...input }, { operations, principal }) {
		return packageErrorSummary(operations, principal, { ...input, package_id: await namedPackage(operations, principal, { package_id, name }) });
	},
});
