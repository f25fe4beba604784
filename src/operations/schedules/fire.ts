import { MINUTE } from '../../lib/time.ts';
import type { Overlap, ScheduleRule } from '../../model/schedule.ts';
import { nextFire } from './rule.ts';

/** What a schedule's next step depends on. */
export interface FireState extends ScheduleRule {
	readonly overlap: Overlap;
	readonly nextRunAt: number | null;
	/** A fire that waits for the run before it. */
	readonly waitingSince: number | null;
	/** A run of it has not ended, or is about to be tried again. */
	readonly busy: boolean;
}

export interface FireStep {
	/** The fire to start a run for; null for none. */
	readonly start: number | null;
	/** How many fires go by without a run. */
	readonly skipped: number;
	readonly nextRunAt: number | null;
	readonly waitingSince: number | null;
}

/**
 * What is to be done at `now`, as a pure function: a fire that is due starts a run, waits, or goes by. However many fires were missed,
 * one is made good.
 */
export function fireStep(state: FireState, now: number): FireStep {
	const due = state.nextRunAt !== null && state.nextRunAt <= now ? state.nextRunAt : null;
	const nextRunAt = due === null ? state.nextRunAt : nextFire(state, now);
	const held = state.busy && state.overlap !== 'allow';
	if (!held) {
		const start = state.waitingSince ?? due;
		// What waited goes first; what is due at the same moment waits for it in turn.
		const waitingSince = state.waitingSince !== null && state.overlap === 'queue' ? due : null;
		const skipped = state.waitingSince !== null && due !== null && waitingSince === null ? 1 : 0;
		return { start, skipped, nextRunAt, waitingSince };
	}
	if (due === null) return { start: null, skipped: 0, nextRunAt, waitingSince: state.waitingSince };
	if (state.overlap === 'queue' && state.waitingSince === null) return { start: null, skipped: 0, nextRunAt, waitingSince: due };
	return { start: null, skipped: 1, nextRunAt, waitingSince: state.waitingSince };
}

/** What a run of a schedule that has ended leads to. */
export interface EndedAttempt {
	readonly status: 'completed' | 'failed' | 'stopped';
	readonly endedAt: number;
	/** 1 for the first. */
	readonly attempt: number;
	/** Retries that the schedule allows; 0 where it is disabled, gone, or wants none. */
	readonly retries: number;
}

/** When a run is tried again: after 1, 2, 4, 8, 16 minutes. Null: never. */
export function retryTime({ status, endedAt, attempt, retries }: EndedAttempt): number | null {
	return status === 'failed' && attempt <= retries ? endedAt + MINUTE * 2 ** (attempt - 1) : null;
}
