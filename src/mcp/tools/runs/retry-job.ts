import * as z from 'zod';
import { retryRun, tryRetry } from '../../../operations/runs/retry.ts';
import { defineTool } from '../../tool.ts';
import { clusterId, dryRun, expectedVersion, idempotencyKey, runId } from '../arguments.ts';
import { previewedRun, startedRun, startedRunSchema, waitSeconds } from './started.ts';

export const retryJob = defineTool({
	name: 'retry_job',
	title: 'Retry a run',
	description:
		'Runs a failed or stopped run again with its variables: a new run whose retry_of names the old one, which is kept. First see explain_job_failure: what failed for its data or definition fails again. Poll get_run.',
	toolset: 'runs',
	scope: 'run',
	hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
	task: 'run',
	input: z.strictObject({
		run_id: runId,
		cluster_id: clusterId.optional().describe('From list_clusters; the cluster it ran on unless given.'),
		mode: z
			.enum(['all', 'failed_records', 'from_failed_task'])
			.default('all')
			.describe('failed_records: rows that one component of a completed run refused; from_failed_task: a workflow, finished tasks keep their results.'),
		component: z.string().optional().describe('failed_records: id of the component, where several refused rows.'),
		same_version: z.boolean().default(false).describe('Run the package as that run had it, not as it is now.'),
		wait_seconds: waitSeconds,
		expected_version: expectedVersion,
		dry_run: dryRun,
		idempotency_key: idempotencyKey,
	}),
	output: startedRunSchema.extend({ retry_of: z.int() }),
	userData: ['outputs', 'errors'],
	async run({ wait_seconds, dry_run, idempotency_key: _, ...order }, context) {
		if (dry_run) return previewedRun(await tryRetry(context.operations, context.principal, order));
		return startedRun(await retryRun(context.operations, context.principal, order), wait_seconds, context);
	},
});
