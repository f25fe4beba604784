import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discoverFields, SAMPLE_BYTES } from '../../../src/data/codecs/discover.ts';
import { streamDecoder } from '../../../src/data/codecs/index.ts';
import { inferType } from '../../../src/data/infer.ts';
import { batchFromJson, fromJsonValue, parseJsonExact, rowsToJson, toJsonValue } from '../../../src/data/json.ts';
import { EVERY, evaluateJsonPath, parseJsonPath, recordsAt } from '../../../src/data/jsonpath.ts';
import { parseValue } from '../../../src/data/text.ts';
import { typeName } from '../../../src/data/type-names.ts';
import { batchOf, schemaOf, type } from './rows.ts';

const fromJsonText = (text: string) => parseValue({ kind: 'json' }, text);

describe('columns found out from a sample', () => {
	it('are not found where one record is larger than the sample, which is said', () => {
		const record = new TextEncoder().encode(JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, key) => [`key${key}`, key]))));
		const sample = record.subarray(0, SAMPLE_BYTES);
		for (const type of ['json', 'ndjson'] as const) {
			const found = () => discoverFields({ type, baseRecord: '$', encoding: 'utf-8' }, sample, false);
			expect(found).toThrow('the first record does not end within the first 1048576 bytes, from which columns are found out');
		}
		expect(discoverFields({ type: 'ndjson', baseRecord: '$', encoding: 'utf-8' }, record, true)).toHaveLength(100_000);
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

	it('nested without end are none, and those of many lists side by side are', () => {
		const deep = `${'[{"a":'.repeat(130)}1${'}]'.repeat(130)}`;
		const wide = JSON.stringify(Array.from({ length: 1000 }, () => ({ a: '[[[["\\' })));
		expect([fromJsonText(deep), fromJsonText(`"${'['.repeat(1000)}"`), fromJsonText(wide)]).toEqual([undefined, `"${'['.repeat(1000)}"`, wide]);
		expect([parseJsonExact(deep), parseJsonExact('[1, [2]]')]).toEqual([undefined, [1, [2]]]);
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

it('records that are no objects are bad rows, not rows of nulls', () => {
	const decoder = streamDecoder(
		{ type: 'json', baseRecord: '$', encoding: 'utf-8' },
		{ fields: [{ source: 'a', name: 'a', type: { kind: 'integer' }, format: null }] },
	);
	const batches = [...decoder.push(new TextEncoder().encode('[{"a":1},42,["x"],"error",null,{}]')), ...decoder.finish()];
	expect(batches.flatMap(({ errors }) => errors.map(({ record, class: kind, message }) => [record, kind, message]))).toEqual([
		[2, 'parse_error', 'the record is 42, not an object with the fields that are read'],
		[3, 'parse_error', 'the record is ["x"], not an object with the fields that are read'],
		[4, 'parse_error', 'the record is "error", not an object with the fields that are read'],
	]);
});
