import * as z from 'zod';
import { canceledRunSchema } from '../../../model/views/run.ts';
import { cancelRun } from '../../../operations/runs/cancel.ts';
import { defineTool } from '../../tool.ts';
import { dryRun, idempotencyKey, runId } from '../arguments.ts';

export const cancelJob = defineTool({
	name: 'cancel_job',
	title: 'Cancel a run',
	description:
		'Asks a running or queued run to stop; its destinations stay as they were. Repeating it, or asking for a run that has ended, gives its status without an error.',
	toolset: 'runs',
	scope: 'run',
	hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
	input: z.strictObject({ run_id: runId, dry_run: dryRun, idempotency_key: idempotencyKey }),
	output: canceledRunSchema,
	run: (input, { operations, principal }) => cancelRun(operations, principal, input),
});
