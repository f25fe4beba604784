import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/lib/time.ts';
import type { Overlap } from '../../../src/model/schedule.ts';
import { type FireState, fireStep, retryTime } from '../../../src/operations/schedules/fire.ts';

/** Every hour; the fire of hour 1 is the next. */
const hourly = (over: Partial<FireState> = {}): FireState => ({
	cron: null,
	intervalAmount: 1,
	intervalUnit: 'hours',
	startAt: 0,
	overlap: 'skip',
	nextRunAt: HOUR,
	waitingSince: null,
	busy: false,
	...over,
});
const nothing = { start: null, skipped: 0, waitingSince: null };

describe('a fire', () => {
	test('that is not due yet starts nothing', () => {
		expect(fireStep(hourly(), HOUR - 1)).toEqual({ ...nothing, nextRunAt: HOUR });
	});

	test('that is due starts a run, and the next is named', () => {
		expect(fireStep(hourly(), HOUR)).toEqual({ ...nothing, start: HOUR, nextRunAt: 2 * HOUR });
	});

	test('that was missed with others after it is made good by one run', () => {
		expect(fireStep(hourly(), 50 * HOUR + MINUTE)).toEqual({ ...nothing, start: HOUR, nextRunAt: 51 * HOUR });
	});

	test.each([
		['skip', { ...nothing, skipped: 1, nextRunAt: 2 * HOUR }],
		['queue', { ...nothing, waitingSince: HOUR, nextRunAt: 2 * HOUR }],
		['allow', { ...nothing, start: HOUR, nextRunAt: 2 * HOUR }],
	] as const)('while the run before goes on, with overlap %s, does %j', (overlap, step) => {
		expect(fireStep(hourly({ overlap, busy: true }), HOUR)).toEqual(step);
	});
});

describe('a fire that waits', () => {
	const waiting = hourly({ overlap: 'queue', waitingSince: HOUR, nextRunAt: 2 * HOUR });

	test('goes on waiting, and the fires behind it go by', () => {
		expect(fireStep({ ...waiting, busy: true }, 2 * HOUR)).toEqual({ start: null, skipped: 1, waitingSince: HOUR, nextRunAt: 3 * HOUR });
		expect(fireStep({ ...waiting, busy: true }, HOUR + 1)).toEqual({ start: null, skipped: 0, waitingSince: HOUR, nextRunAt: 2 * HOUR });
	});

	test('starts when the run before it has ended; what is due then waits in turn', () => {
		expect(fireStep(waiting, HOUR + 1)).toEqual({ ...nothing, start: HOUR, nextRunAt: 2 * HOUR });
		expect(fireStep(waiting, 2 * HOUR)).toEqual({ start: HOUR, skipped: 0, waitingSince: 2 * HOUR, nextRunAt: 3 * HOUR });
	});
});

test('no step leaves a fire due, starts one that is not, or loses one without counting it', () => {
	const overlap = fc.constantFrom<Overlap>('skip', 'queue', 'allow');
	const hours = fc.integer({ min: 1, max: 100 });
	fc.assert(
		fc.property(overlap, hours, fc.option(fc.integer({ min: 0, max: 50 })), fc.boolean(), fc.integer({ min: 0, max: 150 }), (rule, next, waited, busy, now) => {
			const waitingSince = rule === 'queue' && waited !== null && waited < next ? waited * HOUR : null;
			const state = hourly({ overlap: rule, nextRunAt: next * HOUR, waitingSince, busy });
			const step = fireStep(state, now * HOUR);
			expect(step.nextRunAt).toBeGreaterThan(now * HOUR - 1);
			if (step.start !== null) expect(step.start).toBeLessThanOrEqual(Math.max(now * HOUR, waitingSince ?? 0));
			const came = (next <= now ? 1 : 0) + (waitingSince === null ? 0 : 1);
			expect((step.start === null ? 0 : 1) + step.skipped + (step.waitingSince === null ? 0 : 1)).toBe(came);
		}),
	);
});

test('a failed run is tried again after 1, 2, 4 minutes, as often as the schedule says, and no other', () => {
	const ended = { status: 'failed', endedAt: 1000, attempt: 1, retries: 2 } as const;
	expect(retryTime(ended)).toBe(1000 + MINUTE);
	expect(retryTime({ ...ended, attempt: 2 })).toBe(1000 + 2 * MINUTE);
	expect(retryTime({ ...ended, attempt: 3 })).toBeNull();
	expect(retryTime({ ...ended, retries: 0 })).toBeNull();
	expect(retryTime({ ...ended, status: 'stopped' })).toBeNull();
	expect(retryTime({ ...ended, status: 'completed' })).toBeNull();
});
