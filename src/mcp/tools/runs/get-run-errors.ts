import * as z from 'zod';
import { runErrorsSchema } from '../../../model/views/run-errors.ts';
import { runErrors } from '../../../operations/runs/errors.ts';
import { defineTool } from '../../tool.ts';
import { page, runId } from '../arguments.ts';

export const getRunErrors = defineTool({
	name: 'get_run_errors',
	title: 'Get the bad records of a run',
	description:
		'Records that a run skipped, nulled or set aside: component, row, class, field, message, redacted sample, and counts per class. What failed the run as a whole: explain_job_failure; classes over many runs: get_package_error_summary.',
	toolset: 'runs',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		run_id: runId,
		class: z.string().max(100).optional().describe('Only this class, from classes of the answer.'),
		component: z.string().max(255).optional().describe('Only this component, by id or name (get_run).'),
		...page(20, 100),
	}),
	output: runErrorsSchema,
	grows: ['limit'],
	userData: ['last_error', 'errors'],
	run: (input, { operations, principal }) => runErrors(operations, principal, input),
});
