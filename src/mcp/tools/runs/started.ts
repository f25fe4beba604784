import * as z from 'zod';
import { ENDED, runStatusSchema } from '../../../model/run.ts';
import {
	componentFailureSchema,
	type RunDetail,
	type RunPreview,
	runOutputSchema,
	runPreviewSchema,
	type SubmittedRun,
	submittedRunSchema,
} from '../../../model/views/run.ts';
import { waitForRun } from '../../../operations/runs/wait.ts';
import { outline } from '../../json-schema.ts';
import type { ToolContext } from '../../tool.ts';

export const waitSeconds = z.int().min(0).max(50).default(0).describe('How long the answer may wait for the end.');

/** What every tool that starts a run answers. */
export const startedRunSchema = submittedRunSchema.extend({
	run_id: z.int().optional().describe('Absent on dry_run.'),
	status: runStatusSchema.optional(),
	dry_run: z.boolean(),
	would: runPreviewSchema.shape.would.meta(outline).optional().describe('On dry_run: variables, reads, writes or tasks, acts_as.'),
	progress: z.number().optional(),
	runtime_in_seconds: z.number().nullable().optional(),
	outputs: z.array(runOutputSchema).meta(outline).optional().describe('Per destination: records_count, rows.'),
	errors: z.array(componentFailureSchema).meta(outline).optional().describe('Per failed component, as in get_run.'),
	next_step: z.string(),
});

/** A run that was just submitted, watched for at most `wait_seconds`. */
export async function startedRun<Submitted extends SubmittedRun>(submitted: Submitted, wait_seconds: number, context: ToolContext) {
	const next_step = nextStep(submitted.run_id, submitted.status);
	if (wait_seconds === 0) return { ...submitted, dry_run: false, next_step };
	// The run exists from here on: failing to watch it is no failure to start it.
	const seen = await waited(submitted.run_id, wait_seconds, context).catch((error: unknown) => {
		context.log.warn('waiting for a run failed', { run_id: submitted.run_id, error: String(error) });
		return { next_step };
	});
	return { ...submitted, dry_run: false, ...seen };
}

async function waited(run_id: number, wait_seconds: number, { operations, principal, signal, progress }: ToolContext) {
	// A source that does not tell how much it has moves by the rows that came.
	let counting = false;
	const onProgress = (run: { readonly status: string; readonly progress: number; readonly rows: number }) => {
		counting ||= run.progress === 0 && run.rows > 0;
		progress(counting ? run.rows : run.progress, counting ? null : 1, `${run.status}, ${run.rows} rows`);
	};
	const run = await waitForRun(operations, principal, { run_id, wait_seconds, log_tail_lines: 0 }, { signal, onProgress });
	const result = ENDED.has(run.status) ? { outputs: run.outputs, errors: run.errors } : {};
	return {
		status: run.status,
		progress: run.progress,
		runtime_in_seconds: run.runtime_in_seconds,
		...result,
		next_step: nextStep(run_id, run.status, refusedBy(run)),
	};
}

/** The same answer for a run that ended after it was given. */
export function runAnswer(run: RunDetail) {
	const { id: run_id, status, package_id, package_version, cluster_id, retry_of, progress, runtime_in_seconds, outputs, errors } = run;
	const submitted = { run_id, status, package_id, package_version, cluster_id, queued_behind: 0 };
	const next_step = nextStep(run_id, status, refusedBy(run));
	return { ...submitted, dry_run: false, ...(retry_of === null ? {} : { retry_of }), progress, runtime_in_seconds, outputs, errors, next_step };
}

/** A run that was only tried. */
export function previewedRun<Preview extends RunPreview>(preview: Preview) {
	const next_step = `Nothing was started. The same call without dry_run starts it; with expected_version ${preview.package_version} only as the package is now.`;
	return { ...preview, next_step };
}

/** Records that components skipped, nulled or set aside. */
function refusedBy({ components }: Pick<RunDetail, 'components'>): number {
	return components.reduce((sum, { rows_bad }) => sum + rows_bad, 0);
}

function nextStep(run_id: number, status: SubmittedRun['status'], refused = 0): string {
	if (status === 'completed' && refused > 0)
		return `It completed, but ${refused === 1 ? '1 record was' : `${refused} records were`} refused: get_run_errors with run_id ${run_id} shows them.`;
	if (status === 'completed') return 'Done.';
	if (status === 'failed') return `explain_job_failure with run_id ${run_id} says why and what to do.`;
	return status === 'stopped' ? 'It was stopped.' : `Poll get_run with run_id ${run_id}.`;
}
