import { z } from 'zod';
import { variableNameSchema } from '../../../model/package.ts';
import { ENDED, variableValueSchema } from '../../../model/run.ts';
import { componentFailureSchema, runOutputSchema, submittedRunSchema } from '../../../model/views/run.ts';
import { submitRun } from '../../../operations/runs/submit.ts';
import { waitForRun } from '../../../operations/runs/wait.ts';
import { defineTool, type ToolContext } from '../../tool.ts';
import { clusterId, packageId } from '../arguments.ts';

export const runPackage = defineTool({
	name: 'run_package',
	title: 'Run a package',
	description:
		'Starts a run and returns its run_id at once; poll get_run. With wait_seconds the answer waits that long and carries outputs or errors when the run ended meanwhile. A package with faults is not started: all of them are told.',
	toolset: 'runs',
	scope: 'run',
	hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
	input: z.strictObject({
		package_id: packageId,
		cluster_id: clusterId.optional(),
		variables: z.record(variableNameSchema, variableValueSchema).optional().describe('{name: value} over the package defaults (get_package).'),
		dynamic_variables: z.record(variableNameSchema, z.string()).optional().describe('{name: expression}, evaluated once at the start.'),
		payload: z.array(z.record(z.string(), z.unknown())).optional().describe('Rows for a payload source.'),
		wait_seconds: z.int().min(0).max(50).default(0).describe('How long the answer may wait for the end.'),
	}),
	output: submittedRunSchema.extend({
		progress: z.number().optional(),
		runtime_in_seconds: z.number().nullable().optional(),
		outputs: z.array(runOutputSchema).optional(),
		errors: z.array(componentFailureSchema).optional(),
		next_step: z.string(),
	}),
	userData: ['outputs', 'errors'],
	async run({ wait_seconds, ...order }, context) {
		const submitted = await submitRun(context.operations, context.principal, order);
		const next_step = nextStep(submitted.run_id, submitted.status);
		if (wait_seconds === 0) return { ...submitted, next_step };
		// The run exists from here on: failing to watch it is no failure to start it.
		const seen = await waited(submitted.run_id, wait_seconds, context).catch((error: unknown) => {
			context.log.warn('waiting for a run failed', { run_id: submitted.run_id, error: String(error) });
			return { next_step };
		});
		return { ...submitted, ...seen };
	},
});

async function waited(run_id: number, wait_seconds: number, { operations, principal, signal, progress }: ToolContext) {
	const onProgress = (run: { readonly status: string; readonly progress: number; readonly rows: number }) =>
		progress(run.progress, 1, `${run.status}, ${run.rows} rows`);
	const run = await waitForRun(operations, principal, { run_id, wait_seconds, log_tail_lines: 0 }, { signal, onProgress });
	const result = ENDED.has(run.status) ? { outputs: run.outputs, errors: run.errors } : {};
	return { status: run.status, progress: run.progress, runtime_in_seconds: run.runtime_in_seconds, ...result, next_step: nextStep(run_id, run.status) };
}

function nextStep(run_id: number, status: z.infer<typeof submittedRunSchema>['status']): string {
	if (status === 'completed') return 'Done.';
	if (status === 'failed') return `explain_job_failure with run_id ${run_id} says why and what to do.`;
	return status === 'stopped' ? 'It was stopped.' : `Poll get_run with run_id ${run_id}.`;
}
