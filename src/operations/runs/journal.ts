import type { ComponentFailure, RunOutput } from '../../engine/ports.ts';
import { noteRunArchived, noteRunEnded, noteRunProgress, noteRunStarted, type RunEnd } from '../../store/run-journal.ts';
import type { OperationContext } from '../context.ts';
import { tellOfRun } from '../hooks/tell.ts';
import { announce } from '../notices/announce.ts';
import { resultKey, workflowKey } from './archive-keys.ts';
import type { RunEnding, RunJournal } from './ports.ts';
import { progressView, taskView } from './state.ts';

/** Rows of a result that are longer as JSON go to R2: D1 takes 1 MB a row, and lists should not drag them along. */
const ROWS_IN_D1 = 128 * 1024;
/** Components that failed beyond this many say nothing new. */
const MOST_FAILURES = 100;
const MOST_CLASSES = 500;

type JournalContext = Pick<OperationContext, 'store' | 'archive' | 'sealer' | 'schedules' | 'deliveries' | 'notices' | 'waitUntil' | 'log' | 'clock'>;

/** What run objects report to. */
export function runJournal(context: JournalContext): RunJournal {
	const { store, archive, sealer } = context;
	return {
		runSubmitted: ({ runId }) => tellOfRun(context, runId, 'run.submitted'),
		async runStarted({ runId, at }) {
			await noteRunStarted(store, runId, at);
			await tellOfRun(context, runId, 'run.started');
		},
		runProgress: ({ runId, status, progress, at }) => noteRunProgress(store, runId, status, progress, at),
		runArchived: ({ runId, logKey, logLines }) => noteRunArchived(store, runId, logKey, logLines),
		async runEnded(ending) {
			const { accountId, runId, remains = null } = ending;
			const outputs = await Promise.all(ending.outputs.map((output) => outputRow(archive, ending, output)));
			// Only of runs that may be tried again.
			if (remains !== null && ending.status !== 'completed') {
				await archive.put(workflowKey(accountId, runId), await sealer.seal({ kind: 'run_variables', accountId }, JSON.stringify(remains)));
			}
			await noteRunEnded(store, {
				runId,
				status: ending.status,
				progress: ending.progress,
				startedAt: ending.startedAt,
				endedAt: ending.endedAt,
				lastError: ending.status === 'failed' ? (ending.failures[0]?.message ?? 'the run failed without saying why') : null,
				components: ending.components.map(progressView),
				tasks: ending.tasks?.map(taskView) ?? null,
				outputs,
				failures: ending.failures.slice(0, MOST_FAILURES).map(failureRow),
				errorClasses: (ending.errorClasses ?? [])
					.slice(0, MOST_CLASSES)
					.map(({ component, class: errorClass, count }) => ({ component, class: errorClass, count })),
			});
			announce(context, accountId, { run: runId });
			await tellOfRun(context, runId, `run.${ending.status}`);
		},
	};
}

/** The key is made of the run and the component alone: repeating a report writes the same object again. */
async function outputRow(archive: R2Bucket, { accountId, runId }: RunEnding, output: RunOutput): Promise<RunEnd['outputs'][number]> {
	const { component, name, type, records, target, truncated, rows } = output;
	const row = { component, name, type, records, target, truncated, rows: null, rowsKey: null };
	if (rows === null) return row;
	const text = JSON.stringify(rows);
	if (text.length <= ROWS_IN_D1) return { ...row, rows: [...rows] };
	const rowsKey = resultKey(accountId, runId, component);
	const lines = rows.map((one) => `${JSON.stringify(one)}\n`).join('');
	await archive.put(rowsKey, lines, { httpMetadata: { contentType: 'application/x-ndjson' } });
	return { ...row, rowsKey };
}

function failureRow(failure: ComponentFailure): RunEnd['failures'][number] {
	const { component, name, type, class: errorClass, message, hint, row, field, sample } = failure;
	return { component, name, type, class: errorClass, message, hint, row, field, sample };
}
