import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, civilFromDays, dayOfWeek, dayOfYear, daysFromCivil, isoWeek } from '../../../src/data/calendar.ts';
import { dateFormat } from '../../../src/data/date-format.ts';
import { formatIsoDatetime, parseIsoDatetime } from '../../../src/data/datetime.ts';
import { inferType } from '../../../src/data/infer.ts';
import { batchFromJson, fromJsonValue, parseJsonExact, rowsToJson, toJsonValue } from '../../../src/data/json.ts';
import { compactJson } from '../../../src/data/json-text.ts';
import { EVERY, evaluateJsonPath, parseJsonPath, recordsAt } from '../../../src/data/jsonpath.ts';
import { formatValue, parseDateFormat, parseValue } from '../../../src/data/text.ts';
import { parseTypeName, sameType, typeName } from '../../../src/data/type-names.ts';
import type { Value } from '../../../src/data/types.ts';
import { isZone, momentInZone, zoneOffset } from '../../../src/data/zone.ts';
import { batchOf, schemaOf, someValue, type } from './rows.ts';

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

describe('inference', () => {
	it.each<[string[], string]>([
		[['1', '-2'], 'integer'],
		[['1', '3000000000'], 'long'],
		[['1', '99999999999999999999'], 'decimal(20,0)'],
		[['1.5', '2', '1e3'], 'double'],
		[['0.1234567890123456789'], 'decimal(20,19)'],
		[['0.30000000000000004'], 'double'],
		[['007'], 'string'],
		[['+4930123'], 'string'],
		[['0', '1'], 'integer'],
		[['true', 'False'], 'boolean'],
		[['2024-01-31', '2024-02-01'], 'date'],
		[['2024-01-31', '2024-02-01 10:00'], 'datetime'],
		[['2024-01-31', '5'], 'string'],
		[['NaN'], 'string'],
		[['NaN', '1.5'], 'double'],
		[['', '7'], 'integer'],
		[[''], 'string'],
		[[], 'string'],
	])('of %j is %s', (samples, name) => {
		expect(typeName(inferType(samples))).toBe(name);
	});

	it('finds a type that keeps every text, as a number, date or the text itself', () => {
		const some = fc.oneof(
			fc.integer().map(String),
			fc.double().map(String),
			fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map(String),
			fc.constantFrom('', '007', '1e5', '-0', 'x', '.5', '5.', '2024-01-01'),
		);
		fc.assert(
			fc.property(fc.array(some, { minLength: 1, maxLength: 4 }), (samples) => {
				const found = inferType(samples);
				for (const text of samples) if (text !== '') expect([found, text, parseValue(found, text)]).not.toContain(undefined);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('JSON values', () => {
	it('keep digits that a double would lose as text', () => {
		expect(parseJsonExact('{"a":12345678901234567890,"b":[0.1234567890123456789],"c":1.10,"d":1e400,"e":123456789012345.6}')).toEqual({
			a: '12345678901234567890',
			b: ['0.1234567890123456789'],
			c: 1.1,
			d: '1e400',
			e: 123456789012345.6,
		});
		expect(parseJsonExact('{')).toBeUndefined();
		expect(toJsonValue(type('long'), 2n ** 60n)).toBe('1152921504606846976');
		expect([toJsonValue(type('decimal(30,2)'), 1230), toJsonValue(type('decimal(30,2)'), 10n ** 20n)]).toEqual([12.3, '1000000000000000000.00']);
		expect([toJsonValue(type('float'), Math.fround(0.1)), toJsonValue(type('double'), Number.NaN), toJsonValue(type('json'), '{"a":[1]}')]).toEqual([
			0.1,
			'NaN',
			{ a: [1] },
		]);
	});

	it('are read as their type or not at all', () => {
		expect([
			fromJsonValue(type('integer'), 1.5),
			fromJsonValue(type('integer'), '7'),
			fromJsonValue(type('long'), 2 ** 60),
			fromJsonValue(type('boolean'), 'true'),
			fromJsonValue(type('string'), { a: 1 }),
		]).toEqual([undefined, 7, undefined, true, '{"a":1}']);
		expect([fromJsonValue(type('datetime'), 5), fromJsonValue(type('json'), 'x'), fromJsonValue(type('date'), null)]).toEqual([undefined, '"x"', null]);
	});

	it('become batches, saying which were not of their type', () => {
		const schema = schemaOf('id:integer __proto__ name');
		const { batch, rejected } = batchFromJson(schema, [{ id: 1, name: 'a', other: 2 }, ['2', 'p', 'b'], { id: 'x' }, 5, JSON.parse('{"__proto__":"own"}')]);
		expect(rowsToJson(batch).map((row) => Object.entries(row))).toEqual([
			[
				['id', 1],
				['__proto__', null],
				['name', 'a'],
			],
			[
				['id', 2],
				['__proto__', 'p'],
				['name', 'b'],
			],
			[
				['id', null],
				['__proto__', null],
				['name', null],
			],
			[
				['id', null],
				['__proto__', null],
				['name', null],
			],
			[
				['id', null],
				['__proto__', 'own'],
				['name', null],
			],
		]);
		expect(rejected).toEqual([
			{ row: 2, field: 'id', value: 'x', message: '"x" is not of type integer: expected a whole number from -2147483648 to 2147483647' },
			{ row: 3, field: null, value: 5, message: '5 is not a row: an object by column name is' },
		]);
		expect(rowsToJson(batchOf(schemaOf('n:long'), [[null]]))).toEqual([{ n: null }]);
	});
});

describe('JSONPath', () => {
	const document = { data: [{ id: 1, 'odd name': [1, 2] }, { id: 2 }], one: { two: [[5], [6]] } };

	it('finds members, elements from either end, and all of them', () => {
		const found = (path: string) => evaluateJsonPath(parseJsonPath(path), document);
		expect(found('$.data[*].id')).toEqual([1, 2]);
		expect(found("$.data[0]['odd name'][-1]")).toEqual([2]);
		expect(found('data[5].id')).toEqual([]);
		expect(found('$["one"].two[1][0]')).toEqual([6]);
		expect(found('$.one.*')).toEqual([[[5], [6]]]);
		expect(parseJsonPath('$.a[*]')).toEqual(['a', EVERY]);
	});

	it('takes the items of what it leads to as records', () => {
		expect(recordsAt(parseJsonPath('$.data'), document)).toEqual(recordsAt(parseJsonPath('$.data[*]'), document));
		expect(recordsAt(parseJsonPath('$.one.two'), document)).toEqual([[5], [6]]);
		expect(recordsAt(parseJsonPath('$'), document)).toEqual([document]);
		expect(recordsAt(parseJsonPath('$.nowhere'), document)).toEqual([]);
	});

	it.each(['$..a', '$.a[', '$.a[1:2]', '$[?(@.x)]', '', '$.'])('refuses %j', (path) => {
		expect(() => parseJsonPath(path)).toThrow('is not a JSONPath');
	});
});
