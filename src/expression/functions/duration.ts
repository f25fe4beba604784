import { dayOf, MS_PER_DAY } from '../../data/calendar.ts';
import { excerpt } from '../fault.ts';
import {
	addDuration,
	boundariesBetween,
	type Duration,
	durationFault,
	parseDuration,
	parseUnit,
	times,
	type Unit,
	unitFault,
	wholeBetween,
} from './calendar-units.ts';
import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { checked, date, datetime, text, whole } from './parameter.ts';

/** Time added, taken away and measured. */
export const DURATION_FUNCTIONS: readonly FunctionDefinition[] = [
	mover('add_duration', 'AddDuration', 'later', 1, ["AddDuration('2024-01-31', 'P1M')", '2024-02-29T00:00:00Z']),
	mover('subtract_duration', 'SubtractDuration', 'earlier', -1, ["SubtractDuration('2024-03-01T00:00:00Z', 'PT12H')", '2024-02-29T12:00:00Z']),
	defineFunction({
		name: 'date_add',
		description:
			'A date or datetime so many units later, earlier where negative; a day past the end of a month is its last. A date stays a date with units from day up.',
		otherwise: 'a result past the years 0001 to 9999 fails the row (overflow)',
		examples: [
			["date_add('month', 1, date '2024-01-31')", '2024-02-29'],
			["date_add('hour', -2, '2024-01-31T01:00:00Z')", '2024-01-30T23:00:00Z'],
		],
		signatures: [
			scalarSignature({
				parameters: [checked(text('unit'), unitFault), whole('amount'), date('date')],
				result: ([, ,], [unit]) => ({ kind: unit?.kind === 'literal' && CLOCK.has(parseUnit(String(unit.value)) ?? '') ? 'datetime' : 'date' }),
				resultName: 'date, or datetime for units below day',
				fails: true,
				apply: (call, name, amount, day) => {
					const moved = moveByUnit(call, name, Number(amount), day * MS_PER_DAY, 0);
					return moved === null || call.info.result.kind === 'datetime' ? moved : dayOf(moved);
				},
			}),
			scalarSignature({
				parameters: [checked(text('unit'), unitFault), whole('amount'), datetime('datetime')],
				result: 'datetime',
				fails: true,
				apply: (call, name, amount, ms) => {
					call.resultOffset = call.offset(2);
					return moveByUnit(call, name, Number(amount), ms, call.offset(2));
				},
			}),
		],
	}),
	...(
		[
			['years', 'Years', 'year', '0'],
			['months', 'Months', 'month', '1'],
			['weeks', 'Weeks', 'week', '4'],
			['days', 'Days', 'day', '30'],
			['hours', 'Hours', 'hour', '732'],
			['minutes', 'Minutes', 'minute', '43920'],
			['seconds', 'Seconds', 'second', '2635200'],
			['milliseconds', 'MilliSeconds', 'millisecond', '2635200000'],
		] as const
	).map(([plural, spelling, unit, example]) => between(plural, spelling, unit, example)),
	defineFunction({
		name: 'date_diff',
		description:
			'How many boundaries of a unit (midnights for day, New Years for year …) lie between two datetimes, start first; negative where end is earlier.',
		otherwise: 'another unit fails the row (invalid_argument)',
		examples: [
			["date_diff('year', date '2023-12-31', date '2024-01-01')", '1'],
			["date_diff('day', '2024-01-01T23:00:00Z', '2024-01-02T01:00:00Z')", '1'],
		],
		signatures: [
			scalarSignature({
				parameters: [checked(text('unit'), unitFault), datetime('start'), datetime('end')],
				result: 'long',
				fails: [0],
				apply: (call, name, start, end) => {
					const unit = parseUnit(name);
					return unit === undefined ? call.fail('invalid_argument', `${unitFault(name)}.`) : boundariesBetween(unit, start, end) + 0;
				},
			}),
		],
	}),
];

const CLOCK: ReadonlySet<string> = new Set(['hour', 'minute', 'second', 'millisecond']);

function mover(name: string, spelling: string, direction: string, sign: 1 | -1, example: readonly [string, string]): FunctionDefinition {
	const duration = checked(text('duration'), durationFault);
	return defineFunction({
		name,
		spelling,
		description: `A datetime ${direction} by an ISO 8601 duration (P1Y2M3DT4H5M6S); a day past the end of a month is its last. Also x ${sign === 1 ? '+' : '-'} interval '3 days'.`,
		otherwise: 'a result past the years 0001 to 9999 fails the row (overflow), a text that is no duration too (invalid_argument)',
		examples: [example],
		signatures: [
			scalarSignature({
				parameters: [datetime('datetime'), duration],
				result: 'datetime',
				fails: true,
				apply: (call, ms, written) => {
					const parsed = parseDuration(written);
					if (parsed === undefined) return call.fail('invalid_argument', `${durationFault(excerpt(written))}.`);
					call.resultOffset = call.offset(0);
					return moved(call, ms, call.offset(0), parsed, sign);
				},
			}),
		],
	});
}

function moveByUnit(call: Call, name: string, amount: number, ms: number, offset: number): number | null {
	const unit = parseUnit(name);
	return unit === undefined ? call.fail('invalid_argument', `${unitFault(name)}.`) : moved(call, ms, offset, times(unit, amount), 1);
}

function moved(call: Call, ms: number, offset: number, duration: Duration, sign: 1 | -1): number | null {
	return addDuration(ms, offset, duration, sign) ?? call.fail('overflow', 'The result lies outside the years 0001 to 9999.');
}

function between(plural: string, spelling: string, unit: Unit, example: string): FunctionDefinition {
	return defineFunction({
		name: `${plural}_between`,
		spelling: `${spelling}Between`,
		description: `Whole ${plural} from the second datetime to the first, fractions left off; negative where the first is earlier.`,
		examples: [[`${spelling}Between('2024-03-01T12:00:00Z', '2024-01-31')`, example]],
		signatures: [scalarSignature({ parameters: [datetime('a'), datetime('b')], result: 'long', apply: (_call, a, b) => wholeBetween(unit, b, a) })],
	});
}
