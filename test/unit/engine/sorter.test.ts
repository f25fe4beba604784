import fc from 'fast-check';
import { expect, test } from 'vitest';
import { offsetAt, valueAt } from '../../../src/data/access.ts';
import { asAscii } from '../../../src/data/ascii-text.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import { canBeWords, codedVector } from '../../../src/data/coded.ts';
import { compareValues } from '../../../src/data/compare.ts';
import { gatherVector } from '../../../src/data/gather.ts';
import type { DataType, Schema, Value } from '../../../src/data/types.ts';
import type { Vector } from '../../../src/data/vector.ts';
import { type KeyColumn, keyColumns } from '../../../src/engine/sort/row-order.ts';
import { Sorter } from '../../../src/engine/sort/sorter.ts';
import { NodeChunks } from '../../../src/engine/storage/chunk-store.ts';
import { createTables } from '../../../src/engine/storage/tables.ts';
import { memoryStorage } from './support/run-storage.ts';

const TYPES: Readonly<Record<string, { type: DataType; values: fc.Arbitrary<Value> }>> = {
	s: { type: { kind: 'string' }, values: fc.constantFrom('a', 'b', 'ab', '', 'with more than eight letters', 'é', '𝒳') },
	ascii: { type: { kind: 'string' }, values: fc.constantFrom('a', 'ab', '', 'abcdefghi', 'abcdefghj') },
	i: { type: { kind: 'integer' }, values: fc.integer({ min: -3, max: 3 }) },
	l: { type: { kind: 'long' }, values: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(9007199254740993n, 9007199254740995n)) },
	x: { type: { kind: 'double' }, values: fc.constantFrom(0, -0, 1.5, Number.NaN, -1e300) },
	f: { type: { kind: 'boolean' }, values: fc.boolean() },
	t: { type: { kind: 'datetime' }, values: fc.integer({ min: 0, max: 5 }).map((hour) => hour * 3_600_000_000) },
	b: { type: { kind: 'binary' }, values: fc.constantFrom('', 'a', 'b').map((text) => new TextEncoder().encode(text)) },
};
const SCHEMA: Schema = Object.entries(TYPES).map(([name, { type }]) => ({ name, type }));

/** A column as its values came, as bytes or as indexes into its values, as readers hand them on. */
const columnArbitrary = (values: fc.Arbitrary<Value>, type: DataType, length: number): fc.Arbitrary<Vector> =>
	fc
		.record({
			values: fc.array(fc.option(values, { freq: 4 }), { minLength: length, maxLength: length }),
			form: fc.constantFrom('plain', 'ascii', 'coded'),
			offset: fc.constantFrom(0, 120),
		})
		.map(({ values, form, offset }) => {
			const builder = vectorBuilder(type, length);
			for (const value of values) builder.push(value, type.kind === 'datetime' ? offset : 0);
			const plain = builder.finish();
			if (form === 'ascii') return asAscii(plain) ?? plain;
			return form === 'coded' && canBeWords(plain)
				? codedVector(
						plain,
						Int32Array.from(values, (_, row) => (row * 3) % length),
						null,
					)
				: plain;
		});

const batchArbitrary: fc.Arbitrary<Batch> = fc
	.integer({ min: 0, max: 40 })
	.chain((length) =>
		fc.tuple(...Object.values(TYPES).map(({ type, values }) => columnArbitrary(values, type, length))).map((columns) => ({ schema: SCHEMA, length, columns })),
	);

const keysArbitrary = fc.uniqueArray(
	fc.record({ field: fc.constantFrom(...Object.keys(TYPES)), direction: fc.constantFrom('asc', 'desc'), nulls: fc.constantFrom('first', 'last') }),
	{ selector: (key) => key.field, minLength: 1, maxLength: 3 },
);

test('batches of every form come out in the order of a plain stable sort, from memory, from runs and after a restart', () => {
	fc.assert(
		fc.property(
			fc.array(batchArbitrary, { maxLength: 8 }),
			keysArbitrary,
			fc.integer({ min: 0, max: 5 }),
			fc.boolean(),
			(given, sort, spillEvery, reopened) => {
				// Batches of some thousand rows take other ways than short ones.
				const batches = given.map((batch, at) => (at % 3 === 2 ? repeated(batch, 60) : batch));
				const keys = keyColumns(SCHEMA, sort as Parameters<typeof keyColumns>[1]);
				const storage = memoryStorage();
				createTables(storage);
				let chunks = new NodeChunks(storage, 0, undefined);
				let sorter = new Sorter(chunks, SCHEMA, keys, 1 << 20, undefined);
				batches.forEach((batch, at) => {
					sorter.add(batch);
					if (spillEvery > 0 && at % spillEvery === 0) sorter.spill();
					if (!reopened) return;
					const saved = sorter.save();
					chunks = new NodeChunks(storage, 0, chunks.checkpoint() as never);
					sorter = new Sorter(chunks, SCHEMA, keys, 1 << 20, saved);
				});
				const sorted: Row[] = [];
				for (let batch = sorter.next(); batch !== null; batch = sorter.next()) sorted.push(...rowsOf(batch));
				expect(told(sorted)).toBe(told(inOrder(batches.flatMap(rowsOf), keys)));
			},
		),
		{ numRuns: 60 },
	);
}, 60_000);

type Row = readonly (readonly [value: Value, offset: number])[];

/** One line a row: a list of thousands is compared faster as one text. */
function told(rows: readonly Row[]): string {
	return rows.map((row) => row.map(([value, offset]) => `${Object.is(value, -0) ? '-0' : String(value)} ${offset}`).join()).join('\n');
}

function repeated(batch: Batch, times: number): Batch {
	const rows = Int32Array.from({ length: batch.length * times }, (_, row) => (row * 7) % batch.length);
	return { ...batch, length: rows.length, columns: batch.columns.map((column) => gatherVector(column, rows)) };
}

function rowsOf(batch: Batch): Row[] {
	return Array.from({ length: batch.length }, (_, row) => batch.columns.map((column) => [valueAt(column, row), offsetAt(column, row)] as const));
}

function inOrder(rows: readonly Row[], keys: readonly KeyColumn[]): Row[] {
	return [...rows].sort((a, b) => {
		for (const { column, descending, nullsFirst } of keys) {
			const [x, y] = [a[column]?.[0] ?? null, b[column]?.[0] ?? null];
			if (x === null && y === null) continue;
			if (x === null || y === null) return (x === null) === nullsFirst ? -1 : 1;
			const order = compareValues((SCHEMA[column] as Schema[number]).type, x, y);
			if (order !== 0) return descending ? -order : order;
		}
		return 0;
	});
}
