import type { Principal } from '../../model/principal.ts';
import { ENDED, type RunStatus } from '../../model/run.ts';
import type { CanceledRun } from '../../model/views/run.ts';
import { moveRun, type RunRow, type RunWithNames, runById } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { requireRunRight } from './access.ts';
import { runJournal } from './journal.ts';

export interface CancelRunInput {
	readonly run_id: number;
	readonly dry_run?: boolean | undefined;
}

/** Asks a run to stop. Repeating it, or asking a run that ended, gives its status without an error. */
export async function cancelRun(context: OperationContext, principal: Principal, input: CancelRunInput): Promise<CanceledRun> {
	const { run_id, dry_run = false } = input;
	const found = await runById(context.store, principal.account.id, run_id);
	if (found === null) throw notFound('run', run_id);
	await requireRunRight(context, principal, found.run, 'execute');
	if (ENDED.has(found.run.status))
		return { run_id, status: found.run.status, dry_run, message: `The run had already ${ending(found.run.status)}: nothing was changed.` };
	if (dry_run) return { run_id, status: found.run.status, dry_run, message: wouldStop(found) };
	const status = await stopRun(context, found.run);
	return { run_id, status, dry_run, message: said(status) };
}

/** Asks the object of a run that has not ended, whoever wants it stopped. */
export async function stopRun(context: OperationContext, run: RunRow): Promise<RunStatus> {
	const status = await context.runs(run.id).cancel();
	// A submission that was interrupted left no order in the object: nobody else would tell that it is over.
	if (status === 'stopped' && run.status === 'pending') await endUnbegun(context, run);
	// What the object reports by itself may come first: then this finds the run further on and changes nothing.
	if (!ENDED.has(status)) await moveRun(context.store, run.id, [run.status], { status, updatedAt: context.clock() });
	return status;
}

async function endUnbegun(context: OperationContext, run: RunRow): Promise<void> {
	const nothing = { progress: 0, startedAt: null, components: [], failures: [], outputs: [] };
	await runJournal(context).runEnded({ ...nothing, runId: run.id, accountId: run.accountId, status: 'stopped', endedAt: context.clock() });
}

function wouldStop({ run, packageName }: RunWithNames): string {
	const done = run.startedAt === null ? 'has not begun' : `is ${Math.round(run.progress * 100)} % done`;
	const children = run.tasks === null ? '' : ' with the runs that its tasks started';
	return `The run of ${JSON.stringify(packageName)}, which ${done}, would be stopped${children}; its destinations would stay as they are.`;
}

function ending(status: RunStatus): string {
	if (status === 'completed') return 'completed';
	return status === 'failed' ? 'failed' : 'stopped';
}

function said(status: RunStatus): string {
	if (status === 'stopped') return 'The run is stopped; its destinations are as they were.';
	if (ENDED.has(status)) return `The run had already ${ending(status)}: nothing was changed.`;
	return 'The run stops at its next checkpoint and leaves its destinations as they were; what it has begun to commit stays. get_run shows when.';
}
