import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { asAscii } from '../../../src/data/ascii-text.ts';
import type { Batch } from '../../../src/data/batch.ts';
import type { DelimitedFormat } from '../../../src/data/codecs/codec.ts';
import { encoderOf } from '../../../src/data/codecs/index.ts';
import { canBeWords, codedVector } from '../../../src/data/coded.ts';
import { gatherVector } from '../../../src/data/gather.ts';
import { kernel, useKernel } from '../../../src/data/kernel/kernel.ts';
import type { DataType, Value } from '../../../src/data/types.ts';
import type { Vector } from '../../../src/data/vector.ts';
import { kernelModule } from '../../support/use-kernel.ts';
import { batchOf, schemaOf, someValue, type } from './rows.ts';

const module = kernelModule();
afterAll(() => useKernel(module));

const csv: DelimitedFormat = { type: 'delimited', delimiter: ',', quote: '"', escape: '', headerRow: true, recordDelimiter: '\n', encoding: 'utf-8' };
const schema = schemaOf('id:integer text key:long amount:decimal(30,4) whole:decimal(9,0) ratio:double small:float yes:boolean day:date at:datetime doc:json');
const someFormat = fc.record({
	...Object.fromEntries(Object.entries(csv).map(([name, value]) => [name, fc.constant(value)])),
	delimiter: fc.constantFrom(',', '\t', ';', '|', '||', '-'),
	quote: fc.constantFrom('"', "'"),
	recordDelimiter: fc.constantFrom('\n', '\r\n', '\r', '#\n'),
}) as fc.Arbitrary<DelimitedFormat>;

const PLAIN = 'abcdefghijklmnopqrstuvwxyz .:0123456789';
const someText = fc.oneof(
	fc.string({ unit: fc.constantFrom(...PLAIN), maxLength: 40 }),
	fc.string({ unit: fc.constantFrom(...PLAIN, '"', "'", ',', ';', '\t', '\n', '\r', '|', '\0'), maxLength: 40 }),
);
const someDouble = fc.oneof(
	fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }).map((hundredths) => hundredths / 100),
	fc.tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: 1, max: 9 })).map(([cents, count]) => (cents / 100) * count),
	fc.maxSafeInteger().map((value) => value / 100),
	fc.constantFrom(0, -0, 0.1, 0.01, 0.005, 1e15, 1e21, 9_999_999_999_999.99, 5e-324, Number.NaN, Infinity, -Infinity),
	fc.double(),
);
const someMoment = fc.oneof(
	fc.constantFrom(-62_135_596_800_000, 253_402_300_799_999, -1, 0, 0.125, 1_709_164_800_000),
	fc.integer({ min: -62_135_596, max: 253_402_300 }).map((thousands) => thousands * 1_000_000 + 7000),
);

function someOf(of: DataType): fc.Arbitrary<Value> {
	if (of.kind === 'string') return fc.oneof({ weight: 6, arbitrary: someText }, someValue(of) as fc.Arbitrary<string>);
	if (of.kind === 'double') return someDouble;
	if (of.kind === 'datetime') return fc.oneof(someMoment, someValue(of) as fc.Arbitrary<number>);
	return someValue(of);
}

const someRow = fc.tuple(...schema.map((field) => fc.option(someOf(field.type), { freq: 6 }))) as fc.Arbitrary<Value[]>;
const someRows = fc.array(someRow, { minLength: 16, maxLength: 60 });
/** How a column is held: as it was built, as bytes, or as indexes into a dictionary. */
const someHold = fc.array(fc.constantFrom('built', 'bytes', 'coded'), { minLength: schema.length, maxLength: schema.length });

function held(vector: Vector, how: string | undefined): Vector {
	if (how === 'bytes') return asAscii(vector) ?? vector;
	if (how !== 'coded') return vector;
	const rows = Int32Array.from({ length: vector.length }, (_, row) => row).filter((row) => vector.nulls === null || vector.nulls[row] === 0);
	const words = gatherVector(vector, Uint32Array.from(rows));
	if (!canBeWords(words)) return vector;
	const places = new Int32Array(vector.length);
	for (const [place, row] of rows.entries()) places[row] = place;
	return codedVector(words, places, vector.nulls);
}

function written(format: DelimitedFormat, batch: Batch): string {
	const encoder = encoderOf(format, batch.schema);
	return new TextDecoder().decode(encoder.encode(batch)) + new TextDecoder().decode(encoder.encode(batch)) + new TextDecoder().decode(encoder.finish());
}

/** What is written with the kernel and without. */
function both(format: DelimitedFormat, batch: Batch): { readonly quick: string; readonly plain: string } {
	useKernel(module);
	expect(kernel()).not.toBeNull();
	const quick = written(format, batch);
	useKernel(null);
	return { quick, plain: written(format, batch) };
}

describe('rows of delimited text written by the kernel', () => {
	it('are what is written without it, however columns are held', () => {
		fc.assert(
			fc.property(someFormat, someRows, someHold, (format, rows, hold) => {
				const batch = batchOf(schema, rows);
				const { quick, plain } = both(format, { ...batch, columns: batch.columns.map((vector, column) => held(vector, hold[column])) });
				expect(quick).toBe(plain);
			}),
			{ numRuns: 150 },
		);
	});

	it('spell doubles and moments as they are spelled alone', () => {
		const columns = [{ name: 'ratio', type: type('double') }];
		fc.assert(
			fc.property(fc.array(someDouble, { minLength: 16, maxLength: 200 }), (values) => {
				const lines = both(
					{ ...csv, headerRow: false },
					batchOf(
						columns,
						values.map((value) => [value]),
					),
				).quick.split('\n');
				expect(lines.slice(0, values.length)).toEqual(values.map((value) => (Object.is(value, -0) ? '-0' : String(value))));
			}),
			{ numRuns: 100 },
		);
	});

	it('do not depend on how many fit into its memory', () => {
		const columns = schemaOf('id:integer long word');
		const rows = Array.from({ length: 4000 }, (_, row) => [row, `${row % 7 === 0 ? '"' : ''}${'x'.repeat(row % 900)}`, 'y'.repeat(500 + (row % 3))]);
		const batch = batchOf(columns, rows);
		const { quick, plain } = both(csv, {
			...batch,
			columns: [batch.columns[0] as Vector, held(batch.columns[1] as Vector, 'bytes'), held(batch.columns[2] as Vector, 'coded')],
		});
		expect(quick.length).toBe(plain.length);
		expect(quick === plain).toBe(true);
	});

	it('may have decimals with all of their digits behind the point, as many as fit', () => {
		const columns = Array.from({ length: 94 }, (_, column) => ({ name: `c${column}`, type: type('decimal(38,38)') }));
		const batch = batchOf(
			columns,
			Array.from({ length: 400 }, (_, row) => columns.map((_field, column) => -(9_007_199_254_740_991 - row * 100 - column))),
		);
		const { quick, plain } = both(csv, batch);
		expect(quick === plain).toBe(true);
	});

	it('are written without it where one has no room in its memory', () => {
		const columns = schemaOf('id:integer long');
		const rows = Array.from({ length: 40 }, (_, row) => [row, row % 13 === 5 ? '"z'.repeat(400_000) : `short ${row}`]);
		const batch = batchOf(columns, rows);
		const { quick, plain } = both(csv, { ...batch, columns: [batch.columns[0] as Vector, held(batch.columns[1] as Vector, 'bytes')] });
		expect(quick === plain).toBe(true);
	});

	it('may have hundreds or thousands of columns', () => {
		const columns = Array.from({ length: 3000 }, (_, column) => ({ name: `c${column}`, type: type(column % 2 === 0 ? 'integer' : 'string') }));
		const batch = batchOf(
			columns,
			Array.from({ length: 80 }, (_, row) => columns.map((_field, column) => (column % 2 === 0 ? row * column : `v${row}`))),
		);
		const { quick, plain } = both(csv, batch);
		expect(quick === plain).toBe(true);
		const narrow = { ...batch, schema: columns.slice(0, 300), columns: batch.columns.slice(0, 300) };
		const some = both(csv, narrow);
		expect(some.quick === some.plain).toBe(true);
	});
});
