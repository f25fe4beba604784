import * as z from 'zod';
import { runComparisonSchema } from '../../../model/views/run-comparison.ts';
import { compareRuns as compare } from '../../../operations/runs/compare.ts';
import { defineTool } from '../../tool.ts';
import { runId } from '../arguments.ts';

export const compareRuns = defineTool({
	name: 'compare_runs',
	title: 'Compare two runs',
	description:
		'What changed between two runs: package version (with its diff), variables, rows per component, duration, errors. Only differences are listed. Use it when a package that used to work fails, slows down or gives other numbers.',
	toolset: 'runs',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		run_id: runId,
		other_run_id: runId.optional().describe('From list_runs; the last completed run of the package before it when left out.'),
	}),
	output: runComparisonSchema,
	userData: ['variables', 'new_errors', 'gone_errors'],
	run: (input, { operations, principal }) => compare(operations, principal, input),
});
