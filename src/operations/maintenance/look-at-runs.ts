import { MINUTE } from '../../lib/time.ts';
import { ENDED } from '../../model/run.ts';
import { type LookedAtRun, lookAgain, runsToLookAt, statusOf } from '../../store/retention.ts';
import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import { enqueueRun, failBeforeStart } from '../runs/hand-over.ts';

/** A submission takes well under a second; one this old was interrupted. */
const INTERRUPTED = 2 * MINUTE;
/** A run that told of its progress so lately needs no look. */
const LIVELY = 5 * MINUTE;
const NEXT_LOOK = 10 * MINUTE;
/** One sweep's share; the rest is looked at by the next, the most overdue first. */
const LOOKS_A_SWEEP = 200;
const AT_ONCE = 10;

export interface LooksReport {
	/** Objects that were asked how they are: asking sets an alarm that was lost again. */
	readonly runsLookedAt: number;
	/** Of these: handed to their cluster again, or ended because no object knows them. */
	readonly runsTakenUp: number;
}

/**
 * Runs that the index holds to be under way, or whose log is not archived, though their object may have lost its alarm, its cluster
 * its entry, or its submission was interrupted. Whatever is done for one may be repeated.
 */
export async function lookAtRuns(context: OperationContext, most = LOOKS_A_SWEEP): Promise<LooksReport> {
	const now = context.clock();
	const due = await runsToLookAt(context.store, now, now - INTERRUPTED, most);
	const outcomes: Look[] = [];
	for (let from = 0; from < due.length; from += AT_ONCE) {
		outcomes.push(...(await Promise.all(due.slice(from, from + AT_ONCE).map((run) => patiently(context, run, now)))));
	}
	return {
		runsLookedAt: outcomes.filter((outcome) => outcome !== 'lively').length,
		runsTakenUp: outcomes.filter((outcome) => outcome === 'taken up').length,
	};
}

type Look = 'lively' | 'looked' | 'taken up';

/** One run that cannot be looked at must not keep the sweep from the others. */
async function patiently(context: OperationContext, run: LookedAtRun, now: number): Promise<Look> {
	try {
		return await look(context, run, now);
	} catch (error) {
		context.log.warn('a run could not be looked at', { run: run.id, error: reasonOf(error) });
		await lookAgain(context.store, run.id, now + NEXT_LOOK).catch(() => {});
		return 'looked';
	}
}

async function look(context: OperationContext, run: LookedAtRun, now: number): Promise<Look> {
	if (run.status !== 'pending' && run.updatedAt > now - LIVELY) {
		await lookAgain(context.store, run.id, run.updatedAt + NEXT_LOOK);
		return 'lively';
	}
	const object = context.runs(run.id);
	const snapshot = await object.snapshot(0);
	if (snapshot === null) return withoutObject(context, run);
	await lookAgain(context.store, run.id, now + NEXT_LOOK);
	// A workflow takes no slot: it needs no more than to be woken.
	if (snapshot.tasks !== null) await object.wake();
	else if (snapshot.status === 'pending' || snapshot.status === 'queued') await enqueueRun(context, run);
	return run.status === 'pending' ? 'taken up' : 'looked';
}

/** An object is empty before it was prepared and once it is archived. Nothing else knows the plan of a run, so one that is under way nowhere has failed. */
async function withoutObject(context: OperationContext, run: LookedAtRun): Promise<Look> {
	// Asked again: it may have been archived since it was found.
	const status = await statusOf(context.store, run.id);
	if (status === null || ENDED.has(status)) {
		await lookAgain(context.store, run.id, null);
		return 'looked';
	}
	const because =
		status === 'pending' ? 'the submission was interrupted before the run was handed to its cluster' : 'what was known of the run was lost before it ended';
	await failBeforeStart(context, run, because);
	return 'taken up';
}
