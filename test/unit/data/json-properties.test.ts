import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonFormat } from '../../../src/data/codecs/codec.ts';
import { discoverFields } from '../../../src/data/codecs/discover.ts';
import { encoderOf } from '../../../src/data/codecs/index.ts';
import { batchFromJson, rowsToJson } from '../../../src/data/json.ts';
import { parseJsonPath, recordsAt } from '../../../src/data/jsonpath.ts';
import type { Value } from '../../../src/data/types.ts';
import { batchOf, decodeAll, decodeInPieces, decodeResuming, rowsOf, schemaOf, someCuts, somePieces, someValue, wanted } from './rows.ts';

const schema = schemaOf('id:integer text key:long amount:decimal(30,4) ratio:double small:float yes:boolean day:date at:datetime blob:binary doc:json last');
const someRow = fc.tuple(...schema.map((field) => fc.option(someValue(field.type), { freq: 5 })));
/** JSON's null is null, whatever the type; -0 has no JSON that reads back. */
const someRows = fc
	.array(someRow as fc.Arbitrary<Value[]>, { maxLength: 8 })
	.map((rows) => rows.map((row) => row.map((value) => (value === 'null' || Object.is(value, -0) ? null : value))));
const someFormat: fc.Arbitrary<JsonFormat> = fc.record({
	type: fc.constantFrom('json', 'ndjson'),
	baseRecord: fc.constant('$'),
	encoding: fc.constant('utf-8'),
});

function encoded(format: JsonFormat, rows: readonly Value[][], offsets: readonly number[] = []): Uint8Array {
	const encoder = encoderOf({ type: format.type }, schema);
	return Uint8Array.from([...encoder.encode(batchOf(schema, rows, offsets)), ...encoder.finish()]);
}

const compacted = (rows: readonly Value[][]) =>
	rows.map((row) =>
		row.map((value, column) => (schema[column]?.type.kind === 'json' && typeof value === 'string' ? JSON.stringify(JSON.parse(value)) : value)),
	);

describe('JSON', () => {
	it.each(['{"id":1', '{"id":1}\n{"id":2', '{', '"abc', '[{"id":1}', '{"id":1} {"a":'])('that was cut is refused, whatever came before: %s', (text) => {
		expect(() => decodeAll({ type: 'json', baseRecord: '$', encoding: 'utf-8' }, { fields: wanted(schemaOf('id:integer')) }, text)).toThrow('ends too early');
	});

	it('of which no record can be read is told by the first, when its columns are looked for', () => {
		const found = (text: string) => discoverFields({ type: 'ndjson', baseRecord: '$', encoding: 'utf-8' }, new TextEncoder().encode(text), true);
		expect(() => found('{"a":1} {"a":2}\n')).toThrow('record 1: "{\\"a\\":1} {\\"a\\":2}" is not JSON');
		expect(found('oops\n{"a":1}\n').map(({ name }) => name)).toEqual(['a']);
	});

	it('gives back the rows it was written from, offsets and long numbers too', () => {
		fc.assert(
			fc.property(someFormat, someRows, fc.array(fc.integer({ min: -720, max: 840 })), (format, some, offsets) => {
				const rows = compacted(some);
				const near = rows.map((row) =>
					row.map((value, column) => (schema[column]?.type.kind === 'datetime' && typeof value === 'number' && Math.abs(value) > 1e13 ? 0 : value)),
				);
				expect(decodeAll(format, { fields: wanted(schema) }, encoded(format, near, offsets))).toEqual({
					rows: rowsOf(
						batchOf(
							schema,
							near,
							near.map((row, i) => (row[8] === null ? 0 : (offsets[i] ?? 0))),
						),
					),
					errors: [],
				});
			}),
			{ numRuns: 300 },
		);
	});

	it('gives the same rows however the bytes are cut', () => {
		fc.assert(
			fc.property(someFormat, someRows, someCuts, fc.integer({ min: 1, max: 4 }), (format, rows, cuts, batchRows) => {
				const bytes = encoded(format, rows);
				expect(decodeInPieces(format, { fields: wanted(schema), batchRows }, bytes, cuts)).toEqual(decodeAll(format, { fields: wanted(schema) }, bytes));
			}),
			{ numRuns: 200 },
		);
	});

	it('gives the same rows when it is left anywhere and gone on with', () => {
		fc.assert(
			fc.property(someFormat, someRows, somePieces, fc.integer({ min: 1, max: 4 }), (format, rows, pieces, batchRows) => {
				const bytes = encoded(format, rows);
				expect(decodeResuming(format, { fields: wanted(schema), batchRows }, bytes, pieces)).toEqual(decodeAll(format, { fields: wanted(schema) }, bytes));
			}),
			{ numRuns: 200 },
		);
	});

	it('finds records below any path as an evaluation of the whole document does', () => {
		const paths = [
			'$',
			'$.data',
			'$.data[*]',
			'$.a.data',
			'$.list[1]',
			'$.list[1].data',
			'$.data[*].items',
			"$['odd name'][*].items[*]",
			'$[0]',
			'$[*].data',
			'$.data[0].items',
		];
		const item = fc.oneof(
			fc.record({ id: fc.integer(), data: fc.string(), items: fc.array(fc.record({ id: fc.integer() }), { maxLength: 3 }) }),
			fc.record({ id: fc.integer() }),
		);
		const someDocument = fc.oneof(
			fc.record(
				{
					other: fc.jsonValue({ maxDepth: 3 }),
					data: fc.array(item, { maxLength: 4 }),
					list: fc.array(item, { maxLength: 3 }),
					a: fc.record({ x: fc.string(), data: fc.array(item, { maxLength: 3 }) }),
					'odd name': fc.array(item, { maxLength: 3 }),
				},
				{ requiredKeys: [] },
			),
			fc.array(item, { maxLength: 4 }),
		);
		const fields = wanted(schemaOf('id:json data:json items:json'));
		const noObject = (record: number) => expect.objectContaining({ record, class: 'parse_error', message: expect.stringContaining('not an object') });
		const outcome = (decode: () => unknown) => {
			try {
				return decode();
			} catch (error) {
				return String(error);
			}
		};
		fc.assert(
			fc.property(fc.constantFrom(...paths), someDocument, fc.constantFrom(0, 2), someCuts, somePieces, (baseRecord, document, indent, cuts, pieces) => {
				const format: JsonFormat = { type: 'json', baseRecord, encoding: 'utf-8' };
				const bytes = new TextEncoder().encode(JSON.stringify(document, null, indent));
				const whole = outcome(() => decodeAll(format, { fields }, bytes));
				const records = recordsAt(parseJsonPath(baseRecord), document) as Record<string, unknown>[];
				const rows = records.map((record) => fields.map(({ name }) => (Object.hasOwn(record, name) ? JSON.stringify(record[name]) : null)));
				if (typeof whole === 'string') expect({ whole, rows }).toEqual({ whole: expect.stringContaining('leads nowhere'), rows: [] });
				else expect(whole).toEqual({ rows, errors: records.flatMap((record, at) => (typeof record === 'object' ? [] : [noObject(at + 1)])) });
				expect(outcome(() => decodeInPieces(format, { fields, batchRows: 2 }, bytes, cuts))).toEqual(whole);
				expect(outcome(() => decodeResuming(format, { fields, batchRows: 2 }, bytes, pieces))).toEqual(whole);
			}),
			{ numRuns: 500 },
		);
	});

	it('is the same through rows as values', () => {
		fc.assert(
			fc.property(someRows, (some) => {
				// As values, numbers that a double does not keep are text.
				const rows = compacted(some).map((row) => row.map((value) => (typeof value === 'string' && /\d{16}/.test(value) ? null : value)));
				const batch = batchOf(schema, rows);
				const { batch: back, rejected } = batchFromJson(schema, JSON.parse(JSON.stringify(rowsToJson(batch))) as unknown[]);
				expect({ rows: rowsOf(back), rejected }).toEqual({ rows: rowsOf(batch), rejected: [] });
			}),
		);
	});
});
