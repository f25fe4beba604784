import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IntervalUnit, ScheduleRule } from '../../../src/model/schedule.ts';
import { checkCron, nextFire, nextFires, whenText } from '../../../src/operations/schedules/rule.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const cron = (expression: string, startAt = 0): ScheduleRule => ({ cron: expression, intervalAmount: null, intervalUnit: null, startAt });
const every = (intervalAmount: number, intervalUnit: IntervalUnit, startAt: number): ScheduleRule => ({ cron: null, intervalAmount, intervalUnit, startAt });
const texts = (rule: ScheduleRule, after: string, count: number) => nextFires(rule, at(after), count).map((fire) => new Date(fire).toISOString().slice(0, 16));

describe('a cron expression', () => {
	test.each([
		['*/15 * * * *', '2026-11-21T12:00:30', ['2026-11-21T12:15', '2026-11-21T12:30']],
		['0 6 * * MON-FRI', '2026-11-20T06:00:00', ['2026-11-23T06:00', '2026-11-24T06:00']],
		['0 0 29 2 *', '2026-01-01T00:00:00', ['2028-02-29T00:00', '2032-02-29T00:00']],
		['0 0 1 * MON', '2026-11-21T00:00:00', ['2026-11-23T00:00', '2026-11-30T00:00']],
		['30 23 31 12 *', '2026-12-31T23:30:00', ['2027-12-31T23:30', '2028-12-31T23:30']],
	])('%s fires after %s at %j, in UTC whatever the zone of the machine', (expression, after, fires) => {
		expect(texts(cron(expression), after, 2)).toEqual(fires);
	});

	test('does not fire before its start', () => {
		expect(texts(cron('0 * * * *', at('2027-01-01T00:00:00')), '2026-11-21T12:00:00', 1)).toEqual(['2027-01-01T00:00']);
	});

	test.each(['', 'now', '* * * *', '* * * * * *', '0 25 * * *', '60 * * * *', '*/0 * * * *', '0 0 30 2 *', '0 0 * * 8'])(
		'%j is refused with what is valid',
		(expression) => {
			expect(() => checkCron(expression, at('2026-01-01T00:00:00'))).toThrow(
				expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining('Five fields in UTC') }),
			);
		},
	);
});

test.each([
	['0 0 * 13 *', 'month must be 1 to 12, or JAN to DEC'],
	['0 0 0 * *', 'day-of-month must be 1 to 31'],
	['0 24 * * *', 'hour must be 0 to 23'],
	['* * * *', 'it has 4 fields'],
	['* * * * * *', 'it has 6 fields'],
	['', 'it has 0 fields'],
	['0 22-2 * * *', 'the range 22-2 runs backwards: write it as two, as 22-2 is 22-23,0-2'],
])('the fault of %j is said in the numbers that were written', (expression, why) => {
	expect(() => checkCron(expression, at('2026-01-01T00:00:00'))).toThrow(`cron "${expression}" is not valid: ${why}`);
});

describe('an interval', () => {
	test.each([
		[every(90, 'minutes', at('2026-01-01T00:00:00')), '2026-01-01T00:00:00', ['2026-01-01T01:30', '2026-01-01T03:00']],
		[every(2, 'weeks', at('2026-01-01T06:00:00')), '2026-01-31T00:00:00', ['2026-02-12T06:00', '2026-02-26T06:00']],
		[every(1, 'months', at('2026-01-31T06:30:00')), '2026-01-31T06:30:00', ['2026-02-28T06:30', '2026-03-31T06:30']],
		[every(5, 'months', at('2025-10-31T00:00:00')), '2026-11-21T00:00:00', ['2027-01-31T00:00', '2027-06-30T00:00']],
		[every(1, 'days', at('2030-01-01T00:00:00')), '2026-01-01T00:00:00', ['2030-01-01T00:00', '2030-01-02T00:00']],
	])('%j fires after %s at %j', (rule, after, fires) => {
		expect(texts(rule, after, 2)).toEqual(fires);
	});

	test('fires after any moment exactly when a step of it falls first, however long it was away', () => {
		const unit = fc.constantFrom<IntervalUnit>('minutes', 'hours', 'days', 'weeks', 'months');
		const moment = fc.integer({ min: at('2000-01-01T00:00:00'), max: at('2100-01-01T00:00:00') });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 500 }), unit, moment, moment, (amount, of, startAt, after) => {
				const rule = every(amount, of, startAt);
				const next = nextFire(rule, after) ?? 0;
				expect(next).toBeGreaterThan(after);
				expect(next).toBeGreaterThanOrEqual(startAt);
				// Nothing lies between: from just before it the next fire is the same.
				expect(nextFire(rule, next - 1)).toBe(next);
				expect(nextFire(rule, Math.max(after, startAt - 1))).toBe(next);
			}),
		);
	});
});

test('when a schedule fires is told in a few words', () => {
	expect([whenText(cron('0 6 * * *')), whenText(every(2, 'hours', 0))]).toEqual(['0 6 * * * UTC', 'every 2 hours']);
});
