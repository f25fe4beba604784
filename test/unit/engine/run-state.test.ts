import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasEnded, NEW_RUN, type RunEvent, type RunState, transition } from '../../../src/engine/run-state.ts';

const after = (...events: RunEvent[]): RunState => events.reduce((state, event) => transition(state, event).state, NEW_RUN);
const prepared: RunEvent = { kind: 'prepared', at: 1, timeoutMs: null };
const granted: RunEvent = { kind: 'lease_granted', at: 2, until: 100 };
const cancel: RunEvent = { kind: 'cancel_requested', at: 3 };
const checkpoint: RunEvent = { kind: 'checkpoint', at: 4 };

test('a run waits, works and completes', () => {
	expect(after(prepared)).toMatchObject({ status: 'queued', startedAt: null });
	expect(transition(after(prepared), granted)).toEqual({
		state: { status: 'running', startedAt: 2, endedAt: null, leaseUntil: 100, deadline: null, timeoutMs: null, stoppingFor: null },
		effects: ['report_started', 'work'],
	});
	expect(transition(after(prepared, granted), { kind: 'completed', at: 9 })).toMatchObject({
		state: { status: 'completed', endedAt: 9, leaseUntil: null },
		effects: ['close'],
	});
});

test('a run that waits is stopped at once, one that works at its next checkpoint', () => {
	expect(transition(after(prepared), cancel)).toMatchObject({ state: { status: 'stopped', endedAt: 3 }, effects: ['withdraw', 'close'] });
	expect(after(prepared, granted, cancel).status).toBe('pending_stoppage');
	expect(transition(after(prepared, granted, cancel), checkpoint)).toMatchObject({ state: { status: 'stopping' }, effects: ['abort'] });
	expect(transition(after(prepared, granted, cancel, checkpoint), { kind: 'aborted', at: 5 })).toMatchObject({
		state: { status: 'stopped', endedAt: 5 },
		effects: ['close'],
	});
	expect(transition(after(prepared, granted, cancel), cancel)).toMatchObject({ effects: [] });
});

test('time that is over ends a run as failed', () => {
	const running = after({ ...prepared, timeoutMs: 50 }, granted);
	expect(running.deadline).toBe(52);
	expect(transition(running, { kind: 'checkpoint', at: 51 }).effects).toEqual(['work']);
	const late = transition(running, { kind: 'checkpoint', at: 52 });
	expect(late).toMatchObject({ state: { status: 'stopping', stoppingFor: 'timed_out' }, effects: ['abort'] });
	expect(transition(late.state, { kind: 'aborted', at: 60 }).state.status).toBe('failed');
});

test('a lost lease sends a run back into the queue, and a new one lets it go on with its first start', () => {
	const lost = transition(after(prepared, granted), { kind: 'lease_lost', at: 5 });
	expect(lost).toMatchObject({ state: { status: 'queued', startedAt: 2, leaseUntil: null }, effects: ['enqueue'] });
	expect(transition(lost.state, { ...granted, at: 50 })).toMatchObject({ state: { status: 'running', startedAt: 2 }, effects: ['work'] });
	expect(transition(lost.state, cancel)).toMatchObject({ state: { status: 'pending_stoppage' }, effects: ['withdraw', 'work'] });
});

test('a slot that is given to a run that is over is given back', () => {
	expect(transition(after(prepared, cancel), granted)).toMatchObject({ state: { status: 'stopped' }, effects: ['release'] });
});

const events: fc.Arbitrary<RunEvent> = fc.oneof(
	fc.record({ kind: fc.constant('prepared' as const), at: fc.nat(100), timeoutMs: fc.option(fc.nat(50)) }),
	fc.record({ kind: fc.constantFrom('lease_granted' as const, 'lease_renewed' as const), at: fc.nat(100), until: fc.nat(200) }),
	fc.record({
		kind: fc.constantFrom(
			'lease_lost' as const,
			'cancel_requested' as const,
			'checkpoint' as const,
			'aborted' as const,
			'completed' as const,
			'failed' as const,
		),
		at: fc.nat(100),
	}),
);

test('whatever happens in whatever order: an end is final, closed once, and has a time', () => {
	fc.assert(
		fc.property(fc.array(events, { maxLength: 30 }), (happened) => {
			let state = NEW_RUN;
			let closes = 0;
			for (const event of happened) {
				const next = transition(state, event);
				if (hasEnded(state)) expect(next.state).toEqual(state);
				closes += next.effects.filter((effect) => effect === 'close').length;
				state = next.state;
			}
			expect(closes).toBe(hasEnded(state) ? 1 : 0);
			expect(state.endedAt !== null).toBe(hasEnded(state));
		}),
	);
});
