import * as z from 'zod';
import { failureExplanationSchema } from '../../../model/views/run.ts';
import { explainRun } from '../../../operations/runs/explain.ts';
import { defineTool } from '../../tool.ts';
import { logTail, runId } from '../arguments.ts';

export const explainJobFailure = defineTool({
	name: 'explain_job_failure',
	title: 'Explain a failed run',
	description:
		'Why a run failed: the primary error with component, row and value, every failed component, error patterns in the log, and what to do next. For a run that is still going use get_run.',
	toolset: 'runs',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ run_id: runId, log_tail_lines: logTail(50) }),
	output: failureExplanationSchema,
	grows: ['log_tail_lines'],
	userData: ['primary_error', 'failed_components', 'error_patterns', 'log_tail'],
	run: (input, { operations, principal }) => explainRun(operations, principal, input),
});
