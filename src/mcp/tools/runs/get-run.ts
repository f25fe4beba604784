import * as z from 'zod';
import { runDetailSchema } from '../../../model/views/run.ts';
import { getRun as get } from '../../../operations/runs/get.ts';
import { outline } from '../../json-schema.ts';
import { defineTool } from '../../tool.ts';
import { logTail, runId } from '../arguments.ts';

export const getRun = defineTool({
	name: 'get_run',
	title: 'Get a run',
	description:
		'One run at this moment: status, progress, rows per component, outputs (with the rows of a result destination), errors, the end of its log. Poll it after run_package; for a failed run explain_job_failure says more.',
	toolset: 'runs',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ run_id: runId, log_tail_lines: logTail(20) }),
	output: runDetailSchema.extend({
		errors: runDetailSchema.shape.errors.meta(outline).describe('Per failed component: class, message, hint, row, field, sample.'),
	}),
	grows: ['log_tail_lines'],
	userData: ['outputs', 'errors', 'log_tail'],
	run: (input, { operations, principal }) => get(operations, principal, input),
});
