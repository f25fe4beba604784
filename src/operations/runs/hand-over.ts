import { isWorkflow } from '../../engine/run-spec.ts';
import { AppError } from '../../lib/errors.ts';
import type { RunStatus } from '../../model/run.ts';
import { lookAgain } from '../../store/retention.ts';
import { moveRun } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { runJournal } from './journal.ts';
import type { RunOrder } from './ports.ts';

/**
 * Gives a run that is written to its object and its cluster. Where the object does not take it the run ends as failed: nothing began.
 * Where the cluster does not answer it may have taken it: the run stays pending, and the next sweep asks again.
 * `region` says where the run's object is made. A workflow takes no slot: its object begins by itself.
 */
export async function handOver(
	context: OperationContext,
	order: RunOrder,
	region: string,
): Promise<{ readonly status: RunStatus; readonly queuedBehind: number }> {
	const { runId, accountId } = order.spec;
	try {
		await context.runs(runId, region).prepare(order);
	} catch (error) {
		context.log.error('a run was not taken by its object', { run: runId, error: messageOf(error) });
		await failBeforeStart(context, { id: runId, accountId }, 'the run could not be prepared');
		throw new AppError('unavailable', `run ${runId} could not be prepared and ended as failed`, {
			hint: 'Nothing was read or written: run the package again.',
		});
	}
	if (isWorkflow(order.spec)) return { status: 'running', queuedBehind: 0 };
	try {
		const queuedBehind = await enqueueRun(context, { id: runId, clusterId: order.clusterId, priority: order.priority });
		return { status: 'queued', queuedBehind };
	} catch (error) {
		context.log.warn('a cluster did not answer', { run: runId, cluster: order.clusterId, error: messageOf(error) });
		return { status: 'pending', queuedBehind: 0 };
	}
}

/** May be repeated. The run may already have begun when its cluster answers: then it stays what it is. */
export async function enqueueRun(
	context: OperationContext,
	{ id, clusterId, priority }: { readonly id: number; readonly clusterId: number; readonly priority: number },
): Promise<number> {
	const { queuedBehind } = await context.clusters(clusterId).enqueue({ runId: id, priority });
	await moveRun(context.store, id, ['pending'], { status: 'queued', updatedAt: context.clock() });
	return queuedBehind;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** Ends a run that never began, with words that get_run and explain_job_failure show. */
export async function failBeforeStart(context: OperationContext, run: { readonly id: number; readonly accountId: number }, because: string): Promise<void> {
	const hint = 'Nothing was read or written: run the package again.';
	const nowhere = { row: null, field: null, sample: null };
	const journal = runJournal(context);
	await journal.runSubmitted({ runId: run.id });
	await journal.runEnded({
		runId: run.id,
		accountId: run.accountId,
		status: 'failed',
		progress: 0,
		startedAt: null,
		endedAt: context.clock(),
		components: [],
		failures: [{ component: 'run', name: 'run', type: 'run', class: 'unavailable', message: because, hint, ...nowhere }],
		outputs: [],
	});
	// It leaves no log, and nothing of it is kept anywhere else.
	await lookAgain(context.store, run.id, null);
}
