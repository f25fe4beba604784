import { addMonths, civilFromDays, dayOf, dayOfWeek, dayOfYear, daysFromCivil, isoWeek, MS_PER_DAY, timeOfDay } from '../../data/calendar.ts';
import { nearest } from '../../lib/nearest.ts';
import { excerpt } from '../fault.ts';
import { parseUnit, truncate, unitFault } from './calendar-units.ts';
import { type Call, defineFunction, type FunctionDefinition, preparedSignature, scalarSignature } from './definition.ts';
import { checked, date, datetime, text } from './parameter.ts';

type Part = (day: number, time: number) => number;

const DAY_PARTS: Readonly<
	Record<string, { readonly spelling: string; readonly aliases: readonly string[]; readonly what: string; readonly of: Part; readonly example: string }>
> = {
	year: { spelling: 'GetYear', aliases: ['year'], what: 'The year', of: (day) => civilFromDays(day).year, example: '2024' },
	quarter: { spelling: 'GetQuarter', aliases: ['quarter'], what: 'The quarter, 1 to 4', of: (day) => Math.ceil(civilFromDays(day).month / 3), example: '1' },
	month: { spelling: 'GetMonth', aliases: ['month'], what: 'The month, 1 to 12', of: (day) => civilFromDays(day).month, example: '1' },
	week: { spelling: 'GetWeek', aliases: ['week', 'week_of_year'], what: 'The ISO 8601 week, 1 to 53', of: (day) => isoWeek(day).week, example: '5' },
	week_year: { spelling: 'GetWeekYear', aliases: ['isoyear'], what: 'The year the ISO 8601 week belongs to', of: (day) => isoWeek(day).year, example: '2024' },
	day: { spelling: 'GetDay', aliases: ['day', 'day_of_month'], what: 'The day of the month', of: (day) => civilFromDays(day).day, example: '31' },
	day_of_week: {
		spelling: 'GetDayOfWeek',
		aliases: ['day_of_week', 'weekday', 'isodow'],
		what: 'The day of the week, Monday 1 to Sunday 7',
		of: (day) => dayOfWeek(day),
		example: '3',
	},
	day_of_year: { spelling: 'GetDayOfYear', aliases: ['day_of_year'], what: 'The day of the year', of: (day) => dayOfYear(day), example: '31' },
};

const TIME_PARTS: Readonly<Record<string, { readonly spelling: string; readonly what: string; readonly of: Part; readonly example: string }>> = {
	hour: { spelling: 'GetHour', what: 'The hour, 0 to 23', of: (_day, time) => Math.floor(time / 3_600_000), example: '14' },
	minute: { spelling: 'GetMinute', what: 'The minute', of: (_day, time) => Math.floor(time / 60_000) % 60, example: '30' },
	second: { spelling: 'GetSecond', what: 'The second', of: (_day, time) => Math.floor(time / 1000) % 60, example: '15' },
	millisecond: { spelling: 'GetMilliSecond', what: 'The milliseconds of the second', of: (_day, time) => Math.floor(time) % 1000, example: '250' },
};

const PARTS: Readonly<Record<string, Part>> = Object.fromEntries(
	[...Object.entries(DAY_PARTS), ...Object.entries(TIME_PARTS)].map(([name, { of }]) => [name, of]),
);

const EXAMPLE = "'2024-01-31T14:30:15.250Z'";

/** Parts of dates; those of a datetime are what a clock at its own offset shows. */
export const DATE_PART_FUNCTIONS: readonly FunctionDefinition[] = [
	...Object.entries(DAY_PARTS).map(([name, { spelling, aliases, what, of, example }]) =>
		defineFunction({
			name: `get_${name}`,
			spelling,
			aliases,
			description: `${what}.`,
			examples: [[`${spelling}(${EXAMPLE})`, example]],
			signatures: [
				scalarSignature({ parameters: [date('date')], result: 'integer', apply: (_call, day) => of(day, 0) }),
				scalarSignature({ parameters: [datetime('datetime')], result: 'integer', apply: (call, ms) => partOf(call, of, ms, 0) }),
			],
		}),
	),
	...Object.entries(TIME_PARTS).map(([name, { spelling, what, of, example }]) =>
		defineFunction({
			name: `get_${name}`,
			spelling,
			aliases: [name],
			description: `${what}.`,
			examples: [[`${spelling}(${EXAMPLE})`, example]],
			signatures: [scalarSignature({ parameters: [datetime('datetime')], result: 'integer', apply: (call, ms) => partOf(call, of, ms, 0) })],
		}),
	),
	defineFunction({
		name: 'date_part',
		description: `A part of a date or datetime by its name: ${Object.keys(PARTS).join(', ')}; also extract(year from x).`,
		otherwise: 'another name fails the row (invalid_argument)',
		examples: [
			[`date_part('month', ${EXAMPLE})`, '1'],
			["extract(year from date '2024-01-31')", '2024'],
		],
		signatures: [
			preparedSignature({
				parameters: [checked(text('part'), partFault), date('date')],
				result: 'integer',
				fails: [0],
				prepare: () => (call, part, day) => namedPart(call, part)?.(day, 0) ?? null,
			}),
			preparedSignature({
				parameters: [checked(text('part'), partFault), datetime('datetime')],
				result: 'integer',
				fails: [0],
				prepare: () => (call, part, ms) => {
					const of = namedPart(call, part);
					return of === null ? null : partOf(call, of, ms, 1);
				},
			}),
		],
	}),
	defineFunction({
		name: 'date_trunc',
		aliases: ['trunc_date'],
		description: 'The beginning of the year, quarter, month, week (Monday), day, hour, minute or second that a date or datetime lies in.',
		otherwise: 'another unit fails the row (invalid_argument)',
		examples: [
			["date_trunc('month', date '2024-01-31')", '2024-01-01'],
			[`date_trunc('hour', ${EXAMPLE})`, '2024-01-31T14:00:00Z'],
		],
		signatures: [
			scalarSignature({
				parameters: [checked(text('unit'), unitFault), date('date')],
				result: 'date',
				fails: [0],
				apply: (call, name, day) => {
					const unit = parseUnit(name);
					return unit === undefined ? call.fail('invalid_argument', `${unitFault(name)}.`) : Math.floor(truncate(day * MS_PER_DAY, unit) / MS_PER_DAY);
				},
			}),
			scalarSignature({
				parameters: [checked(text('unit'), unitFault), datetime('datetime')],
				result: 'datetime',
				fails: [0],
				apply: (call, name, ms) => {
					const unit = parseUnit(name);
					if (unit === undefined) return call.fail('invalid_argument', `${unitFault(name)}.`);
					const offset = call.offset(1);
					call.resultOffset = offset;
					return truncate(ms + offset * 60_000, unit) - offset * 60_000;
				},
			}),
		],
	}),
	defineFunction({
		name: 'last_day',
		description: 'The last day of the month a date or datetime lies in.',
		examples: [["last_day(date '2024-02-01')", '2024-02-29']],
		signatures: [
			scalarSignature({ parameters: [date('date')], result: 'date', apply: (_call, day) => lastDay(day) }),
			scalarSignature({ parameters: [datetime('datetime')], result: 'date', apply: (call, ms) => lastDay(dayOf(ms, call.offset(0))) }),
		],
	}),
];

function partOf(call: Call, of: Part, ms: number, argument: number): number {
	const offset = call.offset(argument);
	return of(dayOf(ms, offset), timeOfDay(ms, offset));
}

const OTHER_NAMES: Readonly<Record<string, string>> = {
	dow: 'day_of_week',
	isodow: 'day_of_week',
	doy: 'day_of_year',
	isoyear: 'week_year',
	dayofweek: 'day_of_week',
	dayofyear: 'day_of_year',
	weekyear: 'week_year',
};

function partNamed(name: string): Part | undefined {
	const word = name.trim().toLowerCase();
	const known = OTHER_NAMES[word] ?? (Object.hasOwn(PARTS, word) ? word : parseUnit(word));
	return known === undefined ? undefined : PARTS[known];
}

function partFault(name: string): string | null {
	if (partNamed(name) !== undefined) return null;
	const near = nearest(name, Object.keys(PARTS));
	return `'${excerpt(name)}' is no part of a date${near === undefined ? '' : ` (did you mean ${near}?)`}: ${Object.keys(PARTS).join(', ')}`;
}

function namedPart(call: Call, name: string): Part | null {
	return partNamed(name) ?? call.fail('invalid_argument', `${partFault(name)}.`);
}

function lastDay(day: number): number {
	const { year, month } = civilFromDays(day);
	return addMonths(daysFromCivil(year, month, 1), 1) - 1;
}
