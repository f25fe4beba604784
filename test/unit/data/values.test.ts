import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, civilFromDays, dayOfWeek, dayOfYear, daysFromCivil, isoWeek } from '../../../src/data/calendar.ts';
import { dateFormat } from '../../../src/data/date-format.ts';
import { formatIsoDatetime, parseIsoDatetime } from '../../../src/data/datetime.ts';
import { compactJson } from '../../../src/data/json-text.ts';
import { formatValue, parseDateFormat, parseValue } from '../../../src/data/text.ts';
import { parseTypeName, sameType, typeName } from '../../../src/data/type-names.ts';
import type { Value } from '../../../src/data/types.ts';
import { isZone, momentInZone, zoneOffset } from '../../../src/data/zone.ts';
import { someValue, type } from './rows.ts';

const names = ['string', 'integer', 'long', 'float', 'double', 'decimal(20,3)', 'boolean', 'datetime', 'date', 'binary', 'json'];

describe('types', () => {
	it('are read as they are written', () => {
		for (const name of names) expect(typeName(type(name))).toBe(name);
		expect(parseTypeName(' Decimal ( 12 , 2 ) ')).toEqual({ kind: 'decimal', precision: 12, scale: 2 });
		expect(['decimal', 'decimal(39,0)', 'decimal(0,0)', 'decimal(4,5)', 'text', ''].map(parseTypeName)).toEqual([null, null, null, null, null, null]);
		expect(sameType(type('decimal(4,2)'), type('decimal(4,1)'))).toBe(false);
	});
});

describe('values as text', () => {
	it('are read back as the same', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...names).chain((name) => fc.tuple(fc.constant(type(name)), someValue(type(name)))),
				([dataType, value]) => {
					const expected = dataType.kind === 'json' ? compactJson(value as string) : value;
					expect(parseValue(dataType, formatValue(dataType, value as Exclude<Value, null>))).toEqual(expected);
				},
			),
			{ numRuns: 2000 },
		);
	});

	it.each<[string, string, Value | undefined]>([
		['integer', ' +12 ', 12],
		['integer', '-2147483648', -2147483648],
		['integer', '2147483648', undefined],
		['integer', '1.0', undefined],
		['integer', '', undefined],
		['long', '9223372036854775807', 9223372036854775807n],
		['long', '9223372036854775808', undefined],
		['long', `${'0'.repeat(100)}7`, 7],
		['long', '-0', 0],
		['decimal(12,2)', '-12.300', -1230],
		['decimal(12,2)', '12.345', undefined],
		['decimal(12,2)', '1e3', 100000],
		['decimal(4,2)', '100', undefined],
		['decimal(38,0)', '9'.repeat(38), BigInt('9'.repeat(38))],
		['double', '1e400', undefined],
		['double', '.5', 0.5],
		['double', '-inf', -Infinity],
		['double', '0x10', undefined],
		['float', '0.1', Math.fround(0.1)],
		['float', '1e39', undefined],
		['boolean', 'YES', true],
		['boolean', 'maybe', undefined],
		['date', '2024-02-29', 19782],
		['date', '2023-02-29', undefined],
		['date', '2024-1-1', undefined],
		['datetime', '2024-01-01', 1704067200000],
		['datetime', '2024-01-01 10:00', 1704103200000],
		['datetime', '2024-01-01T10:00:00.123456+0200', 1704096000123.456],
		['datetime', '2024-01-01T10:00:00.1234567Z', undefined],
		['datetime', '2024-01-01T10:00:00.1230000000Z', 1704103200123],
		['datetime', '9999-12-31T23:59:59.999999Z', undefined],
		['datetime', '2024-01-01T24:00:00Z', undefined],
		['datetime', '0001-01-01T00:00:00+01:00', undefined],
		['binary', 'aGk=', new TextEncoder().encode('hi')],
		['binary', 'aGk', undefined],
		['json', ' { "a" : [ 1.10 , 12345678901234567890 ] } ', '{"a":[1.10,12345678901234567890]}'],
		['json', "{'a':1}", undefined],
	])('of type %s are read from %j exactly, or not at all', (name, text, value) => {
		expect(parseValue(type(name), text)).toEqual(value);
	});

	it('are the shortest that mean the same', () => {
		expect(formatValue(type('float'), Math.fround(0.1))).toBe('0.1');
		expect(formatValue(type('double'), 0.1 + 0.2)).toBe('0.30000000000000004');
		expect(formatValue(type('decimal(12,2)'), -5)).toBe('-0.05');
		expect(formatIsoDatetime(1704103200123, 330)).toBe('2024-01-01T15:30:00.123+05:30');
		expect(formatIsoDatetime(1704103200000.25)).toBe('2024-01-01T10:00:00.000250Z');
		expect(parseIsoDatetime('2024-01-01T15:30:00+05:30')).toEqual({ ms: 1704103200000, offset: 330 });
	});
});

describe('the calendar', () => {
	it('agrees with JavaScript on every day of 10,000 years', () => {
		fc.assert(
			fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (days) => {
				const date = new Date(days * 86_400_000);
				const { year, month, day } = civilFromDays(days);
				expect([year, month, day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
				expect(daysFromCivil(year, month, day)).toBe(days);
				expect(dayOfWeek(days) % 7).toBe(date.getUTCDay());
			}),
			{ numRuns: 2000 },
		);
	});

	it('adds months within them, and counts days and ISO weeks', () => {
		const day = (text: string) => parseValue(type('date'), text) as number;
		expect(addMonths(day('2024-01-31'), 1)).toBe(day('2024-02-29'));
		expect(addMonths(day('2024-03-31'), -13)).toBe(day('2023-02-28'));
		expect(dayOfYear(day('2024-12-31'))).toBe(366);
		expect([isoWeek(day('2021-01-03')), isoWeek(day('2024-12-30'))]).toEqual([
			{ year: 2020, week: 53 },
			{ year: 2025, week: 1 },
		]);
	});

	it('knows zones, and what their clocks show twice or never', () => {
		expect([zoneOffset('Europe/Berlin', 0), zoneOffset('Asia/Kolkata', 0), zoneOffset('+02:30', 0), zoneOffset('Mars/Base', 0)]).toEqual([
			60,
			330,
			150,
			undefined,
		]);
		expect([isZone('America/New_York'), isZone('UTC'), isZone('+19:00'), isZone('nowhere')]).toEqual([true, true, false, false]);
		const at = (local: number) => new Date(momentInZone('America/New_York', local) ?? Number.NaN).toISOString();
		expect(at(Date.UTC(2024, 2, 10, 2, 30))).toBe('2024-03-10T07:30:00.000Z');
		expect(at(Date.UTC(2024, 10, 3, 1, 30))).toBe('2024-11-03T05:30:00.000Z');
		expect(at(Date.UTC(2024, 6, 1, 12))).toBe('2024-07-01T16:00:00.000Z');
	});

	it('reads and writes dates by patterns', () => {
		expect(parseDateFormat('dd/MM/yyyy HH:mm', '31/01/2024 12:30', 'datetime')).toBe(Date.UTC(2024, 0, 31, 12, 30));
		expect(parseDateFormat('MMM d, yyyy h:mm a', 'Jan 5, 2024 12:02 am', 'datetime')).toBe(Date.UTC(2024, 0, 5, 0, 2));
		expect(parseDateFormat('yyyyMMdd', '20240131', 'date')).toBe(19_753);
		expect(parseDateFormat('dd.MM.yy', '31.01.69', 'date')).toBe(daysFromCivil(2069, 1, 31));
		expect(parseDateFormat("EEEE 'the' dd MMMM yyyy", 'Wednesday the 31 January 2024', 'date')).toBe(19_753);
		expect(parseDateFormat('yyyy-MM-dd HH:mm:ss.SSSSSSSSSX', '2024-01-31 00:00:00.123456789+01:00', 'datetime')).toBe(Date.UTC(2024, 0, 30, 23) + 123.456);
		expect(parseDateFormat('epoch_seconds', '1700000000.5', 'datetime')).toBe(1_700_000_000_500);
		expect([
			parseDateFormat('dd/MM/yyyy', '32/01/2024', 'date'),
			parseDateFormat('dd/MM/yyyy', '31/01/2024x', 'date'),
			parseDateFormat('HH a', '13 PM', 'date'),
		]).toEqual([undefined, undefined, undefined]);
		expect(dateFormat("EEE, dd MMM yyyy hh:mm:ss a 'o''clock' Z").format(Date.UTC(2024, 0, 31, 13, 5), 90)).toBe("Wed, 31 Jan 2024 02:35:00 PM o'clock +0130");
	});

	it('refuses patterns that mean nothing, naming the part', () => {
		expect(() => dateFormat('YYYY-MM-DD')).toThrow('"YYYY" in the date format "YYYY-MM-DD" means nothing');
		expect(() => dateFormat('%Y-%m-%d')).toThrow('(the % spelling of strftime is not understood)');
		expect(() => dateFormat("'open")).toThrow('has a quote that is not closed');
		expect(() => dateFormat('--')).toThrow('names no part of a date');
	});
});
