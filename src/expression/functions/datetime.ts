import { dayOf, isDatetime, MS_PER_DAY, validDate } from '../../data/calendar.ts';
import { type DateFormat, dateFormat } from '../../data/date-format.ts';
import { formatValue, parseDatetime } from '../../data/text.ts';
import { AppError } from '../../lib/errors.ts';
import { excerpt } from '../fault.ts';
import { toMicroseconds } from './calendar-units.ts';
import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { checked, date, datetime, double, integer, long, scalar, text } from './parameter.ts';
import { localDatetime, zone } from './time-zone.ts';

const format = () => checked(text('format'), formatFault);

/** Making dates and datetimes, and writing them. A datetime keeps the offset it was written with, and its parts are those of that offset. */
export const DATETIME_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'current_time',
		spelling: 'CurrentTime',
		aliases: ['now', 'current_timestamp', 'getdate', 'sysdate'],
		description: 'The datetime at which the run was submitted, in UTC; the same in every row.',
		nulls: 'takes no arguments',
		examples: [["CurrentTime() > '2020-01-01'", 'true']],
		volatility: 'stable',
		signatures: [scalarSignature({ parameters: [], result: 'datetime', apply: (call) => call.environment.now })],
	}),
	defineFunction({
		name: 'current_date',
		aliases: ['today'],
		description: 'The date, in UTC, on which the run was submitted; the same in every row.',
		nulls: 'takes no arguments',
		examples: [["current_date() > '2020-01-01'", 'true']],
		volatility: 'stable',
		signatures: [scalarSignature({ parameters: [], result: 'date', apply: (call) => dayOf(call.environment.now) })],
	}),
	defineFunction({
		name: 'to_date',
		spelling: 'ToDate',
		aliases: ['to_timestamp', 'to_datetime', 'parse_datetime'],
		description:
			'A datetime from ISO 8601 text, from text in a format (yyyy-MM-dd HH:mm:ss …; in a time zone where given and the text names none), or from milliseconds since 1970. cast(x as date) gives the date.',
		otherwise: 'text that is no such datetime fails the row (invalid_cast)',
		examples: [
			["ToDate('2024-01-31')", '2024-01-31T00:00:00Z'],
			["ToDate('31/01/2024 14:30', 'dd/MM/yyyy HH:mm')", '2024-01-31T14:30:00Z'],
			["ToDate('31.07.2024', 'dd.MM.yyyy', 'Europe/Paris')", '2024-07-31T00:00:00+02:00'],
			['ToDate(1706659200000)', '2024-01-31T00:00:00Z'],
		],
		signatures: [
			scalarSignature({ parameters: [text('text')], result: 'datetime', fails: true, apply: (call, value) => isoDatetime(call, value) }),
			scalarSignature({
				parameters: [text('text'), format()],
				result: 'datetime',
				fails: true,
				apply: (call, value, pattern) => readDatetime(call, value, pattern),
			}),
			scalarSignature({
				parameters: [text('text'), format(), zone()],
				result: 'datetime',
				fails: true,
				apply: (call, value, pattern, name) => {
					const read = readDatetime(call, value, pattern);
					return read === null || /[XZ]/.test(pattern) ? read : localDatetime(call, read, name);
				},
			}),
			scalarSignature({ parameters: [datetime('datetime')], result: 'datetime', apply: (call, value) => keep(call, value) }),
			scalarSignature({ parameters: [long('milliseconds')], result: 'datetime', fails: true, apply: (call, value) => fromMilliseconds(call, Number(value)) }),
		],
	}),
	defineFunction({
		name: 'from_unix_time',
		spelling: 'FromUnixTime',
		description: 'A datetime from seconds since 1970.',
		otherwise: 'a moment past the years 0001 to 9999 fails the row (overflow)',
		examples: [['FromUnixTime(1706659200)', '2024-01-31T00:00:00Z']],
		signatures: [
			scalarSignature({
				parameters: [double('seconds')],
				result: 'datetime',
				fails: true,
				apply: (call, value) => fromMilliseconds(call, toMicroseconds(value * 1000)),
			}),
		],
	}),
	defineFunction({
		name: 'date',
		description: 'The date of a datetime (at its own offset) or of ISO 8601 text; as cast(x as date).',
		otherwise: 'text that is no datetime fails the row (invalid_cast)',
		examples: [["date(datetime '2024-01-31T23:30:00-05:00')", '2024-01-31']],
		signatures: [
			scalarSignature({ parameters: [date('date')], result: 'date', apply: (_call, value) => value }),
			scalarSignature({ parameters: [datetime('datetime')], result: 'date', apply: (call, value) => dayOf(value, call.offset(0)) }),
			scalarSignature({
				parameters: [text('text')],
				result: 'date',
				fails: true,
				apply: (call, value) => {
					const parsed = parseDatetime(value);
					return parsed === undefined
						? call.fail('invalid_cast', `'${excerpt(value)}' is no date: expected a date such as 2024-01-31.`)
						: dayOf(parsed.ms, parsed.offset);
				},
			}),
		],
	}),
	defineFunction({
		name: 'make_date',
		spelling: 'MakeDate',
		description: 'The date of a year, a month and a day.',
		otherwise: 'no such day fails the row (invalid_argument)',
		examples: [['make_date(2024, 2, 29)', '2024-02-29']],
		signatures: [
			scalarSignature({
				parameters: [integer('year'), integer('month'), integer('day')],
				result: 'date',
				fails: true,
				apply: (call, year, month, day) =>
					validDate(year, month, day) ?? call.fail('invalid_argument', `There is no date of year ${year}, month ${month}, day ${day}.`),
			}),
		],
	}),
	defineFunction({
		name: 'to_string',
		spelling: 'ToString',
		aliases: ['date_format', 'format_date'],
		description: 'A value as text; a date or datetime in a format (yyyy-MM-dd HH:mm:ss …) where one is given, else ISO 8601.',
		examples: [
			["ToString(date '2024-01-31', 'dd.MM.yyyy')", '31.01.2024'],
			['ToString(1.50)', '1.50'],
		],
		signatures: [
			scalarSignature({
				parameters: [scalar('value')],
				result: 'string',
				apply: (call, value) => (call.info.types[0] === undefined ? null : formatValue(call.info.types[0], value, call.offset(0))),
			}),
			scalarSignature({
				parameters: [date('date'), format()],
				result: 'string',
				fails: [1],
				apply: (call, value, pattern) => formatOf(call, pattern)?.format(value * MS_PER_DAY) ?? null,
			}),
			scalarSignature({
				parameters: [datetime('datetime'), format()],
				result: 'string',
				fails: [1],
				apply: (call, value, pattern) => formatOf(call, pattern)?.format(value, call.offset(0)) ?? null,
			}),
		],
	}),
	toNumber('to_unix_time', 'ToUnixTime', 'Seconds since 1970, without a fraction.', ["ToUnixTime('2024-01-31')", '1706659200'], 1000),
	toNumber('to_milliseconds', 'ToMilliSeconds', 'Milliseconds since 1970.', ["ToMilliSeconds('2024-01-31')", '1706659200000'], 1),
];

function toNumber(name: string, spelling: string, description: string, example: readonly [string, string], unit: number): FunctionDefinition {
	return defineFunction({
		name,
		spelling,
		description,
		examples: [example],
		signatures: [
			scalarSignature({
				parameters: [datetime('datetime')],
				result: 'long',
				apply: (_call, value) => Math.floor(value / unit),
			}),
		],
	});
}

function formatFault(pattern: string): string | null {
	try {
		dateFormat(pattern);
		return null;
	} catch (error) {
		if (error instanceof AppError) return error.message.replace(/\.$/, '');
		throw error;
	}
}

function formatOf(call: Call, pattern: string): DateFormat | null {
	const fault = formatFault(pattern);
	return fault === null ? dateFormat(pattern) : call.fail('invalid_argument', `${fault}.`);
}

function keep(call: Call, value: number): number {
	call.resultOffset = call.offset(0);
	return value;
}

function isoDatetime(call: Call, value: string): number | null {
	const parsed = parseDatetime(value);
	if (parsed === undefined)
		return call.fail('invalid_cast', `'${excerpt(value)}' is no datetime: expected one such as 2024-01-31T12:30:00Z; other spellings need a format.`);
	call.resultOffset = parsed.offset;
	return parsed.ms;
}

function readDatetime(call: Call, value: string, pattern: string): number | null {
	const compiled = formatOf(call, pattern);
	if (compiled === null) return null;
	const parsed = compiled.parse(value);
	if (parsed === undefined) return call.fail('invalid_cast', `'${excerpt(value)}' is no datetime in the format ${pattern}.`);
	call.resultOffset = parsed.offset;
	return parsed.ms;
}

function fromMilliseconds(call: Call, ms: number): number | null {
	return isDatetime(ms) ? ms : call.fail('overflow', `${ms} milliseconds since 1970 lie outside the years 0001 to 9999.`);
}
