import type { ComponentFailure, ComponentProgress, RunOutput } from '../../engine/ports.ts';
import type { TaskReport } from '../../engine/workflow/spec.ts';
import type { Principal } from '../../model/principal.ts';
import { ENDED } from '../../model/run.ts';
import type { ComponentFailureView, ComponentProgressView, RunDetail, TaskView } from '../../model/views/run.ts';
import { type RunOutputRow, runRemains } from '../../store/run-journal.ts';
import { type RunWithNames, runById } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { runRights } from './access.ts';
import { archivedRows } from './archived-rows.ts';
import { archivedTail } from './log-tail.ts';
import type { LogLine, RunSnapshot } from './ports.ts';

type Output = RunDetail['outputs'][number];

/** A run at this moment, from wherever it is known best: its object while that has it, D1 and R2 afterwards. */
export interface RunState {
	readonly found: RunWithNames;
	readonly components: readonly ComponentProgressView[];
	/** Of a workflow; null for a dataflow. */
	readonly tasks: readonly TaskView[] | null;
	readonly outputs: readonly Output[];
	readonly failures: readonly ComponentFailureView[];
	readonly log: readonly LogLine[];
	readonly logLines: number;
}

export async function runState(context: OperationContext, principal: Principal, runId: number, logLines: number): Promise<RunState> {
	const found = await runById(context.store, principal.account.id, runId);
	if (found === null) throw notFound('run', runId);
	const rights = await runRights(context, principal, found.run);
	const snapshot = found.run.logKey === null ? await snapshotOf(context, runId, logLines) : null;
	const state = snapshot === null ? await stored(context, found, logLines) : live(context, found, snapshot);
	return rights.includes('debug') ? state : withoutDetail(state);
}

/** Without the right to debug: that something failed, not with which values. */
function withoutDetail(state: RunState): RunState {
	return { ...state, failures: state.failures.map((failure) => ({ ...failure, sample: null })), log: [], logLines: 0 };
}

/** An object that cannot be reached at this moment is no reason to hide what D1 knows. */
async function snapshotOf({ runs, log }: OperationContext, runId: number, logLines: number): Promise<RunSnapshot | null> {
	try {
		return await runs(runId).snapshot(logLines);
	} catch (error) {
		log.warn('the object of a run did not answer', { run: runId, error: error instanceof Error ? error.message : String(error) });
		return null;
	}
}

/** D1 may not yet know what the object tells: of an ended row and a live object, the row is final in status, the object in detail. */
function live({ clock }: OperationContext, found: RunWithNames, snapshot: RunSnapshot): RunState {
	const { run } = found;
	const final = ENDED.has(run.status);
	const merged = final
		? run
		: {
				...run,
				status: snapshot.status,
				progress: snapshot.progress,
				startedAt: snapshot.startedAt ?? run.startedAt,
				endedAt: ENDED.has(snapshot.status) ? (snapshot.endedAt ?? clock()) : null,
				lastError: snapshot.failures[0]?.message ?? run.lastError,
			};
	return {
		found: { ...found, run: merged },
		components: snapshot.components.map(progressView),
		tasks: snapshot.tasks?.map(taskView) ?? null,
		outputs: snapshot.outputs.map(outputView),
		failures: snapshot.failures.map(failureView),
		log: snapshot.log,
		logLines: snapshot.logLines,
	};
}

async function stored(context: OperationContext, found: RunWithNames, logLines: number): Promise<RunState> {
	const { run } = found;
	const [{ outputs, failures }, log] = await Promise.all([runRemains(context.store, run.id), archivedTail(context, run, logLines)]);
	return {
		found,
		components: run.components,
		tasks: run.tasks,
		outputs: await Promise.all(outputs.map((output) => storedOutput(context, output))),
		failures: failures.map(({ runId: _, position: __, component: id, type: component, ...rest }) => ({ id, component, ...rest })),
		log,
		logLines: run.logLines,
	};
}

export function progressView(progress: ComponentProgress): ComponentProgressView {
	const { component: id, name, type: component, state } = progress;
	return { id, name, component, state, rows_in: progress.rowsIn, rows_out: progress.rowsOut, rows_bad: progress.rowsBad };
}

export function taskView({ task: id, name, status, runId: run_id, error }: TaskReport): TaskView {
	return { id, name, status, run_id, error };
}

export function failureView(failure: ComponentFailure): ComponentFailureView {
	const { component: id, type: component, name, class: errorClass, message, hint, row, field, sample } = failure;
	return { id, name, component, class: errorClass, message, hint, row, field, sample };
}

function outputView(output: RunOutput): Output {
	const { component: id, type: component, name, records, target, truncated, rows } = output;
	return { id, name, component, records_count: records, target, truncated, ...(rows === null ? {} : { rows: [...rows] }) };
}

/** Rows of a result destination, from wherever they are kept; `bytes`: about so much of them. */
export async function storedRows(
	context: Pick<OperationContext, 'archive'>,
	row: Pick<RunOutputRow, 'rows' | 'rowsKey'>,
	bytes = Number.POSITIVE_INFINITY,
): Promise<Record<string, unknown>[] | null> {
	return row.rowsKey === null ? row.rows : archivedRows(context, row.rowsKey, bytes);
}

/** More of a result than any answer shows: whoever wants the rest reads it page by page. */
const BYTES_SHOWN = 2_000_000;

async function storedOutput(context: OperationContext, row: RunOutputRow): Promise<Output> {
	const { component: id, type: component, name, records, target, truncated } = row;
	const rows = await storedRows(context, row, BYTES_SHOWN);
	return { id, name, component, records_count: records, target, truncated, ...(rows === null ? {} : { rows }) };
}
