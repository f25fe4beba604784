import { AppError } from '../../lib/errors.ts';
import { describeFault } from '../../lib/log.ts';
import { MINUTE } from '../../lib/time.ts';
import {
	type DueSchedule,
	dueSchedules,
	type EndedScheduledRun,
	endedScheduledRuns,
	moveSchedule,
	nextWake,
	settleScheduledRun,
} from '../../store/schedule-turns.ts';
import type { OperationContext } from '../context.ts';
import { withFirstFault } from '../packages/first-fault.ts';
import { fireStep, retryTime } from './fire.ts';
import { retryFire, startFire } from './start.ts';

/** A fire that cannot be started for a passing reason is tried again for so long, then it goes by. */
const PATIENCE = 15 * MINUTE;

export interface TurnOutcome {
	/** When there is something to do again; null: when the object is told. */
	readonly next: number | null;
	/** Something could not be done for a passing reason: it is still due. */
	readonly failed: boolean;
}

/**
 * Everything that an account's schedules have to do at this moment, from the index and back into it. May be repeated, and cut off
 * anywhere: a fire has one run (a unique index sees to it), and the next fire is noted only after it.
 */
export async function takeTurn(context: OperationContext, accountId: number): Promise<TurnOutcome> {
	const now = context.clock();
	const ended = await endedScheduledRuns(context.store, accountId);
	const settled = await Promise.all(ended.map((run) => attempted(context, () => followUp(context, run, now))));
	const due = await dueSchedules(context.store, accountId, now);
	const fired = await Promise.all(due.map((each) => attempted(context, () => attendTo(context, each, now))));
	return { next: await nextWake(context.store, accountId), failed: [...settled, ...fired].includes(false) };
}

/** One that fails must not keep the others from their turn. */
async function attempted(context: OperationContext, work: () => Promise<boolean>): Promise<boolean> {
	try {
		return await work();
	} catch (error) {
		context.log.error('a schedule could not be attended to', { error: describeFault(error) });
		return false;
	}
}

/** A run of a schedule has ended: it is tried again, now or later, or nothing follows. False: not for the time being. */
async function followUp(context: OperationContext, run: EndedScheduledRun, now: number): Promise<boolean> {
	const { schedule, attempt, endedAt, status } = run;
	const retries = schedule?.enabled === true && schedule.autoRetry ? schedule.autoRetryAttempts : 0;
	const ending = status === 'completed' || status === 'failed' ? status : 'stopped';
	const retryAt = retryTime({ status: ending, endedAt: endedAt ?? now, attempt, retries });
	if (schedule === null || retryAt === null) {
		await settleScheduledRun(context.store, run.runId, null);
		return true;
	}
	if (retryAt > now) {
		if (run.retryAt !== retryAt) await settleScheduledRun(context.store, run.runId, retryAt);
		return true;
	}
	const tried = await outcomeOf(() => retryFire(context, schedule, run));
	if (tried.later && now - retryAt < PATIENCE) return false;
	await settleScheduledRun(context.store, run.runId, null);
	const { nextRunAt, waitingSince, skippedCount } = schedule;
	const lastError = `run ${run.runId} could not be tried again: ${tried.error}`;
	if (tried.error !== null) await moveSchedule(context.store, schedule, { nextRunAt, waitingSince, skippedCount, lastError, lastErrorAt: now });
	return true;
}

/** One schedule that is due. False: its fire is still to be started. */
async function attendTo(context: OperationContext, { schedule, busy }: DueSchedule, now: number): Promise<boolean> {
	const { start, skipped, nextRunAt, waitingSince } = fireStep({ ...schedule, busy }, now);
	const tried = start === null ? { error: null, later: false } : await outcomeOf(() => startFire(context, schedule, start));
	if (tried.later && start !== null && now - start < PATIENCE) return false;
	const trouble = tried.error === null ? {} : { lastError: tried.error, lastErrorAt: now };
	await moveSchedule(context.store, schedule, { nextRunAt, waitingSince, skippedCount: schedule.skippedCount + skipped, ...trouble });
	return true;
}

/** What is wrong with the schedule itself stays wrong: only passing faults are worth another try. */
async function outcomeOf(start: () => Promise<void>): Promise<{ readonly error: string | null; readonly later: boolean }> {
	try {
		await start();
		return { error: null, later: false };
	} catch (error) {
		const told = withFirstFault(error);
		if (told instanceof AppError) return { error: [told.message, told.hint].filter((text) => text !== '').join('. '), later: told.retryable };
		return { error: 'the run could not be started: a fault of the gateway', later: true };
	}
}
