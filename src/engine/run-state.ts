import type { RunStatus } from '../model/run.ts';

/**
 * The life of a run as a pure function of what happened to it. The shell persists state and event together and then performs
 * the effects; each of them may be performed again.
 */
export interface RunState {
	readonly status: RunStatus;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	/** It may work until then; null while it waits for its turn. */
	readonly leaseUntil: number | null;
	/** When it runs out of time; null where it has no bound or has not begun. */
	readonly deadline: number | null;
	readonly timeoutMs: number | null;
	/** What it becomes once everything is put back as it was. */
	readonly stoppingFor: 'cancelled' | 'timed_out' | null;
}

export type RunEvent =
	| { readonly kind: 'prepared'; readonly at: number; readonly timeoutMs: number | null }
	| { readonly kind: 'lease_granted'; readonly at: number; readonly until: number }
	| { readonly kind: 'lease_renewed'; readonly at: number; readonly until: number }
	| { readonly kind: 'lease_lost'; readonly at: number }
	| { readonly kind: 'cancel_requested'; readonly at: number }
	/** A slice is about to begin: what was asked for since the last one is seen here. */
	| { readonly kind: 'checkpoint'; readonly at: number }
	| { readonly kind: 'aborted'; readonly at: number }
	| { readonly kind: 'completed'; readonly at: number }
	| { readonly kind: 'failed'; readonly at: number };

/**
 * `work`: run slices · `abort`: put everything back · `report_started`, `close`: tell the index, archive, let go ·
 * `withdraw`: leave the queue · `release`: give the slot back · `enqueue`: ask for a slot again.
 */
export type RunEffect = 'work' | 'abort' | 'report_started' | 'close' | 'withdraw' | 'enqueue' | 'release';

export interface Transition {
	readonly state: RunState;
	readonly effects: readonly RunEffect[];
}

export const NEW_RUN: RunState = { status: 'pending', startedAt: null, endedAt: null, leaseUntil: null, deadline: null, timeoutMs: null, stoppingFor: null };

export function hasEnded(state: RunState): boolean {
	return state.status === 'completed' || state.status === 'failed' || state.status === 'stopped';
}

export function transition(state: RunState, event: RunEvent): Transition {
	// A late grant or a repeated cancel changes nothing any more, but a slot must not stay taken by a run that is over.
	if (hasEnded(state)) return { state, effects: event.kind === 'lease_granted' ? ['release'] : [] };
	switch (event.kind) {
		case 'prepared':
			return state.status === 'pending' ? { state: { ...state, status: 'queued', timeoutMs: event.timeoutMs }, effects: [] } : { state, effects: [] };
		case 'lease_granted':
			return granted(state, event);
		case 'lease_renewed':
			return { state: { ...state, leaseUntil: event.until }, effects: [] };
		case 'lease_lost':
			return lost(state);
		case 'cancel_requested':
			return cancelled(state, event.at);
		case 'checkpoint':
			return checkpointed(state, event.at);
		case 'aborted':
			return ended(state, state.stoppingFor === 'timed_out' ? 'failed' : 'stopped', event.at);
		case 'completed':
		case 'failed':
			return ended(state, event.kind, event.at);
	}
}

function granted(state: RunState, event: { readonly at: number; readonly until: number }): Transition {
	if (state.status !== 'queued' && state.status !== 'pending') return { state: { ...state, leaseUntil: event.until }, effects: ['work'] };
	const startedAt = state.startedAt ?? event.at;
	const deadline = state.timeoutMs === null ? null : startedAt + state.timeoutMs;
	return {
		state: { ...state, status: 'running', startedAt, deadline, leaseUntil: event.until },
		effects: state.startedAt === null ? ['report_started', 'work'] : ['work'],
	};
}

/** Without a lease nothing more may be done: another run may have the slot. A stop that was asked for is done all the same. */
function lost(state: RunState): Transition {
	if (state.status === 'running') return { state: { ...state, status: 'queued', leaseUntil: null }, effects: ['enqueue'] };
	return { state: { ...state, leaseUntil: null }, effects: [] };
}

function cancelled(state: RunState, at: number): Transition {
	switch (state.status) {
		case 'running':
			return { state: { ...state, status: 'pending_stoppage', stoppingFor: 'cancelled' }, effects: ['work'] };
		case 'pending_stoppage':
		case 'stopping':
			return { state, effects: [] };
		default:
			// It waits for its turn, and may have begun before it lost one: then there is something to put back.
			if (state.startedAt === null) return ended({ ...state, stoppingFor: 'cancelled' }, 'stopped', at, ['withdraw']);
			return { state: { ...state, status: 'pending_stoppage', stoppingFor: 'cancelled' }, effects: ['withdraw', 'work'] };
	}
}

function checkpointed(state: RunState, at: number): Transition {
	if (state.status === 'pending_stoppage') return { state: { ...state, status: 'stopping' }, effects: ['abort'] };
	if (state.status === 'stopping') return { state, effects: ['abort'] };
	if (state.status === 'running' && state.deadline !== null && at >= state.deadline) {
		return { state: { ...state, status: 'stopping', stoppingFor: 'timed_out' }, effects: ['abort'] };
	}
	return { state, effects: state.status === 'running' ? ['work'] : [] };
}

function ended(state: RunState, status: 'completed' | 'failed' | 'stopped', at: number, first: readonly RunEffect[] = []): Transition {
	return { state: { ...state, status, endedAt: at, leaseUntil: null }, effects: [...first, 'close'] };
}
