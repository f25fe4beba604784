import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNull, nullCount, offsetAt, valueAt } from '../../../src/data/access.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import { coerceVector } from '../../../src/data/coerce.ts';
import { compareText, compareValues, keyOf } from '../../../src/data/compare.ts';
import { concatBatches, concatVectors, constantVector, gatherBatch, gatherVector, nullVector, sliceBatch } from '../../../src/data/gather.ts';
import { packVector, unpackVector } from '../../../src/data/pack.ts';
import type { DataType, Value } from '../../../src/data/types.ts';
import type { Vector } from '../../../src/data/vector.ts';
import { batchOf, rowsOf, schemaOf, someValue, type } from './rows.ts';

const types = ['string', 'json', 'integer', 'long', 'float', 'double', 'decimal(30,4)', 'boolean', 'datetime', 'date', 'binary'].map(type);
const someType = fc.constantFrom(...types);

function vectorOf(dataType: DataType, values: readonly Value[], offset = 0): Vector {
	const builder = vectorBuilder(dataType, 2);
	for (const value of values) builder.push(value, dataType.kind === 'datetime' ? offset : 0);
	return builder.finish();
}

const valuesOf = (vector: Vector): Value[] => Array.from({ length: vector.length }, (_, row) => valueAt(vector, row));

/** A type with some of its values, null among them. */
const someColumn = someType.chain((dataType) =>
	fc.record({ dataType: fc.constant(dataType), values: fc.array(fc.option(someValue(dataType), { freq: 4 }), { maxLength: 40 }) }),
);

describe('vectors', () => {
	it('hold what was pushed', () => {
		fc.assert(
			fc.property(someColumn, ({ dataType, values }) => {
				const vector = vectorOf(dataType, values);
				expect(valuesOf(vector)).toEqual(values);
				expect(vector.nulls === null).toBe(!values.includes(null));
				expect(nullCount(vector)).toBe(values.filter((value) => value === null).length);
				expect(values.map((_, row) => isNull(vector, row))).toEqual(values.map((value) => value === null));
			}),
		);
	});

	it('are made one after another by the same builder', () => {
		const builder = vectorBuilder({ kind: 'long' }, 1);
		for (const value of [1, null, 2n ** 60n]) builder.push(value);
		expect(valuesOf(builder.finish())).toEqual([1, null, 2n ** 60n]);
		for (const value of [3, 4, 5]) builder.push(value);
		const second = builder.finish();
		expect([second.layout, valuesOf(second)]).toEqual(['safeint', [3, 4, 5]]);
	});

	it('come back from being packed, offsets and lone surrogates too', () => {
		fc.assert(
			fc.property(someColumn, fc.constantFrom(0, 120, -90), ({ dataType, values }, offset) => {
				const vector = vectorOf(dataType, values, offset);
				const back = unpackVector(dataType, packVector(vector).slice());
				expect(valuesOf(back)).toEqual(values);
				expect(values.map((_, row) => offsetAt(back, row))).toEqual(values.map((_, row) => offsetAt(vector, row)));
			}),
			{ numRuns: 500 },
		);
		const odd = ['a\ud83d', '\ude00b', '😀', ''];
		expect(valuesOf(unpackVector({ kind: 'string' }, packVector(vectorOf({ kind: 'string' }, odd))))).toEqual(odd);
	});

	it('are packed small: repeated texts as a dictionary, near numbers as distances', () => {
		const rows = Array.from({ length: 8192 }, (_, i) => i);
		const size = (name: string, value: (i: number) => Value) => packVector(vectorOf(type(name), rows.map(value))).length;
		expect(size('string', (i) => `city number ${i % 50}`)).toBeLessThan(9_200);
		expect(size('integer', (i) => 1_000_000 + (i % 250))).toBeLessThan(8_250);
		expect(size('long', (i) => i)).toBeLessThan(16_450);
		expect(size('integer', () => 7)).toBeLessThan(20);
		expect(size('double', (i) => i / 3)).toBeLessThan(65_600);
		expect(size('boolean', (i) => i % 2 === 0)).toBeLessThan(1_050);
	});

	it('are gathered in any order, a negative index being null', () => {
		fc.assert(
			fc.property(someColumn, fc.array(fc.integer({ min: -1, max: 39 })), ({ dataType, values }, picks) => {
				const rows = Int32Array.from(picks.map((row) => (row < values.length ? row : -1)));
				const expected = Array.from(rows, (row) => (row < 0 ? null : (values[row] ?? null)));
				expect(valuesOf(gatherVector(vectorOf(dataType, values), rows))).toEqual(expected);
				expect(valuesOf(gatherVector(vectorOf(dataType, values), rows, Math.min(2, rows.length)))).toEqual(expected.slice(0, 2));
			}),
		);
	});

	it('are joined and cut again', () => {
		fc.assert(
			fc.property(
				someType.chain((dataType) =>
					fc.record({ dataType: fc.constant(dataType), parts: fc.array(fc.array(fc.option(someValue(dataType))), { minLength: 1, maxLength: 4 }) }),
				),
				fc.nat(20),
				fc.nat(20),
				({ dataType, parts }, from, length) => {
					const all = parts.flat();
					const schema = [{ name: 'x', type: dataType }];
					const batches = parts.map((values): Batch => ({ schema, length: values.length, columns: [vectorOf(dataType, values, 60)] }));
					const whole = concatBatches(batches);
					expect(valuesOf(concatVectors(batches.map((batch) => batch.columns[0] as Vector)))).toEqual(all);
					const slice = sliceBatch(whole, Math.min(from, all.length), from + length);
					expect(rowsOf(slice)).toEqual(rowsOf(whole).slice(from, from + length));
					expect(slice.length).toBe(all.slice(from, from + length).length);
				},
			),
		);
	});

	it('may be one value over and over, or null', () => {
		for (const dataType of types) expect(valuesOf(nullVector(dataType, 3))).toEqual([null, null, null]);
		expect(valuesOf(constantVector({ kind: 'string' }, 'x', 3))).toEqual(['x', 'x', 'x']);
		expect(valuesOf(constantVector({ kind: 'long' }, 2n ** 62n, 2))).toEqual([2n ** 62n, 2n ** 62n]);
		expect(valuesOf(constantVector({ kind: 'date' }, null, 1))).toEqual([null]);
		expect(offsetAt(constantVector({ kind: 'datetime' }, 0, 2, 60), 1)).toBe(60);
	});
});

describe('comparison', () => {
	it('is a total order in which equal keys are equal values', () => {
		fc.assert(
			fc.property(
				someType.chain((dataType) =>
					fc.record({ dataType: fc.constant(dataType), values: fc.tuple(someValue(dataType), someValue(dataType), someValue(dataType)) }),
				),
				({ dataType, values }) => {
					const [a, b, c] = values as [Exclude<Value, null>, Exclude<Value, null>, Exclude<Value, null>];
					const order = (x: typeof a, y: typeof a) => Math.sign(compareValues(dataType, x, y));
					expect(order(a, b) + order(b, a)).toBe(0);
					expect(order(a, a)).toBe(0);
					if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0);
					const batch = batchOf([{ name: 'x', type: dataType }], [[a], [b], [null]]);
					const key = (row: number) => keyOf(batch, [0], row);
					// A Map compares as keys do: NaN with itself, -0 with 0.
					expect(new Map([[key(0), 1]]).has(key(1))).toBe(order(a, b) === 0);
					expect([key(0), key(1)]).not.toContain(key(2));
				},
			),
			{ numRuns: 1000 },
		);
	});

	it('puts text by code point, NaN last, and -0 with 0', () => {
		expect(compareText('\uff5e', '😀')).toBeLessThan(0);
		expect(compareText('a', 'ab')).toBeLessThan(0);
		expect(compareText('Z', 'a')).toBeLessThan(0);
		expect([Number.NaN, 1, Infinity, -Infinity].sort((a, b) => compareValues({ kind: 'double' }, a, b))).toEqual([-Infinity, 1, Infinity, Number.NaN]);
		expect(compareValues({ kind: 'double' }, -0, 0)).toBe(0);
		expect(compareValues({ kind: 'long' }, 2n ** 60n, 5)).toBe(1);
	});

	it('keys of several columns cannot be mistaken for each other', () => {
		const schema = schemaOf('a b n:integer');
		const rows: Value[][] = [
			['x', 'y', 1],
			['xy', '', 1],
			['', 'xy', 1],
			[null, 'xy', 1],
			['1:x', 'y', 1],
			['x', null, null],
			['x', 'null', null],
			['x', '0;', 0],
			['x', '', 10],
			['x', '', null],
			[null, null, null],
			['', '', null],
		];
		const batch = batchOf(schema, rows);
		expect(new Set(rows.map((_, row) => keyOf(batch, [0, 1, 2], row))).size).toBe(rows.length);
		const again = gatherBatch(
			batch,
			Int32Array.from(rows, (_, i) => rows.length - 1 - i),
		);
		expect(rows.map((_, row) => keyOf(again, [0, 1, 2], rows.length - 1 - row))).toEqual(rows.map((_, row) => keyOf(batch, [0, 1, 2], row)));
	});
});

describe('coercion', () => {
	it('keeps every value or says which row it cannot', () => {
		const coerced = (from: string, values: readonly Value[], to: string) => {
			const failed: number[] = [];
			const vector = coerceVector(vectorOf(type(from), values), type(to), null, (row) => failed.push(row));
			return [valuesOf(vector), failed];
		};
		expect(coerced('double', [12, 12.5, 1e21, null], 'integer')).toEqual([
			[12, null, null, null],
			[1, 2],
		]);
		expect(coerced('decimal(6,2)', [1200, 1250], 'long')).toEqual([[12, null], [1]]);
		expect(coerced('integer', [1, null], 'long')).toEqual([[1, null], []]);
		expect(coerced('integer', [1], 'decimal(6,2)')).toEqual([[100], []]);
		expect(coerced('long', [2n ** 60n], 'string')).toEqual([['1152921504606846976'], []]);
		expect(coerced('string', ['2024-01-31', 'x'], 'date')).toEqual([[19_753, null], [1]]);
		expect(coerced('date', [19_753], 'datetime')).toEqual([[19_753 * 86_400_000], []]);
		expect(coerced('datetime', [19_753 * 86_400_000, 1], 'date')).toEqual([[19_753, null], [1]]);
		expect(coerced('double', [0.1, Number.NaN], 'json')).toEqual([['0.1', '"NaN"'], []]);
		expect(coerced('boolean', [true], 'string')).toEqual([['true'], []]);
	});
});
