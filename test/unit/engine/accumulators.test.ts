import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { valueAt } from '../../../src/data/access.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import { canBeWords, codedVector } from '../../../src/data/coded.ts';
import { pickBatch } from '../../../src/data/gather.ts';
import { useKernel } from '../../../src/data/kernel/kernel.ts';
import type { DataType, Value } from '../../../src/data/types.ts';
import type { Vector } from '../../../src/data/vector.ts';
import { makeAccumulator } from '../../../src/engine/aggregate/make.ts';
import { KeyTable } from '../../../src/engine/hash/key-table.ts';
import { kernelModule } from '../../support/use-kernel.ts';

const LONG: DataType = { kind: 'long' };
const WIDE: DataType = { kind: 'decimal', precision: 38, scale: 0 };
const DOUBLE: DataType = { kind: 'double' };
const GROUPS = 4;
const MODULE = kernelModule();
afterAll(() => useKernel(MODULE));

/** How a column holds its values: each by itself, by index, or by index in a longer column from which a filter picked its rows. */
type Form = 'plain' | 'coded' | 'picked';
const someForm = fc.constantFrom<Form>('plain', 'coded', 'picked');
const someId = fc.integer({ min: -1, max: GROUPS - 1 });

function vectorOf(type: DataType, values: readonly Value[]): Vector {
	const builder = vectorBuilder(type, values.length);
	for (const value of values) builder.push(value);
	return builder.finish();
}

function columnOf(type: DataType, values: readonly Value[], form: Form): Vector {
	const plain = vectorOf(type, values);
	const words = vectorOf(
		type,
		values.filter((value) => value !== null),
	);
	if (form === 'plain' || !canBeWords(words)) return plain;
	let word = 0;
	const indexes = Int32Array.from(values, (value) => (value === null ? 0 : word++));
	const nulls = values.includes(null) ? Uint8Array.from(values, (value) => (value === null ? 1 : 0)) : null;
	if (form === 'coded') return codedVector(words, indexes, nulls);
	// Every second row, and in front of each another one that is not picked.
	const twice = (own: Iterable<number>, other: number) => [...own].flatMap((each) => [other, each]);
	const long = codedVector(words, Int32Array.from(twice(indexes, words.length - 1)), nulls === null ? null : Uint8Array.from(twice(nulls, 1)));
	const rows = Uint32Array.from(values, (_, row) => row * 2 + 1);
	const batch = { schema: [{ name: 'c', type }], length: long.length, columns: [long] };
	return pickBatch(batch, rows, values.length).columns[0] as Vector;
}

/** Few rows are not given to the kernel. */
const someTimes = fc.constantFrom(1, 9);

function repeated<T>(rows: readonly T[], times: number): T[] {
	return Array.from({ length: times }, () => rows).flat();
}

/** With the kernel and without it. */
function eachWay(check: () => void): void {
	for (const module of [MODULE, null]) {
		useKernel(module);
		check();
	}
}

interface Piece {
	readonly rows: readonly (readonly [number, Value])[];
	readonly form: Form;
	/** Goes into a state of its own, which is merged. */
	readonly apart: boolean;
}

const pieces = (value: fc.Arbitrary<Value>) =>
	fc.array(
		fc
			.record({ rows: fc.array(fc.tuple(someId, value), { minLength: 1, maxLength: 30 }), times: someTimes, form: someForm, apart: fc.boolean() })
			.map(({ rows, times, ...rest }) => ({ ...rest, rows: repeated(rows, times) })),
		{ minLength: 1, maxLength: 4 },
	);

function resultOf(name: 'count' | 'sum' | 'min' | 'max' | 'avg', type: DataType, input: DataType, given: readonly Piece[]): Value[] {
	const make = () => {
		const made = makeAccumulator({ function: name, alias: 'x', type }, input);
		made.grow(GROUPS);
		return made;
	};
	const whole = make();
	const all = Int32Array.from({ length: GROUPS }, (_, id) => id);
	for (const { rows, form, apart } of given) {
		const into = apart ? make() : whole;
		const ids = Int32Array.from(rows, ([id]) => id);
		const column = columnOf(
			input,
			rows.map(([, value]) => value),
			form,
		);
		into.add(ids, column, rows.length);
		if (apart) whole.merge(all, into.state(0, GROUPS), GROUPS);
	}
	const result = whole.result(0, GROUPS);
	return Array.from(all, (id) => valueAt(result, id));
}

describe('an aggregate function', () => {
	const someWhole: fc.Arbitrary<Value> = fc.oneof(
		{ weight: 4, arbitrary: fc.integer({ min: -50, max: 50 }) },
		{ weight: 2, arbitrary: fc.maxSafeInteger() },
		{ weight: 1, arbitrary: fc.constantFrom(2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)) },
		{ weight: 1, arbitrary: fc.constant(null) },
	);

	test('of whole numbers is exact, past 2^53 too, in whatever form they come', () => {
		fc.assert(
			fc.property(pieces(someWhole), (given) =>
				eachWay(() => {
					const rows = given.flatMap((piece) => piece.rows);
					const expected = (fold: (values: bigint[]) => bigint) =>
						Array.from({ length: GROUPS }, (_, group) => {
							const values = rows.filter(([id, value]) => id === group && value !== null).map(([, value]) => BigInt(value as number));
							return values.length === 0 ? null : fold(values);
						});
					const exact = (values: readonly Value[]) => values.map((value) => (value === null ? null : BigInt(value as number | bigint)));
					expect(exact(resultOf('sum', WIDE, LONG, given))).toEqual(expected((values) => values.reduce((sum, value) => sum + value)));
					expect(exact(resultOf('min', LONG, LONG, given))).toEqual(expected((values) => values.toSorted((a, b) => (a < b ? -1 : 1))[0] as bigint));
					expect(exact(resultOf('max', LONG, LONG, given))).toEqual(expected((values) => values.toSorted((a, b) => (a < b ? 1 : -1))[0] as bigint));
					expect(exact(resultOf('count', LONG, LONG, given))).toEqual(expected((values) => BigInt(values.length)).map((count) => count ?? 0n));
				}),
			),
			{ numRuns: 300 },
		);
	});

	const someDouble: fc.Arbitrary<Value> = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 0.1, 1e300, -1e300), fc.constant(null));

	test('of doubles is the same in whatever form they come, nulls, NaN and -0 among them', () => {
		fc.assert(
			fc.property(pieces(someDouble), (given) =>
				eachWay(() => {
					const plain = given.map((piece) => ({ ...piece, form: 'plain' as const }));
					for (const name of ['sum', 'avg', 'min', 'max', 'count'] as const) {
						const type = name === 'count' ? LONG : DOUBLE;
						expect(resultOf(name, type, DOUBLE, given)).toEqual(resultOf(name, type, DOUBLE, plain));
					}
				}),
			),
			{ numRuns: 200 },
		);
	});
});

describe('keys of one column', () => {
	const kinds: readonly (readonly [DataType, fc.Arbitrary<Value>])[] = [
		[{ kind: 'string' }, fc.constantFrom('a', 'b', 'é', '', null)],
		[LONG, fc.constantFrom<Value>(0, -1, 7, 2n ** 60n, null)],
		[DOUBLE, fc.constantFrom(0.5, Number.NaN, Infinity, null)],
		[{ kind: 'boolean' }, fc.constantFrom(true, false, null)],
	];
	const someKeys = fc
		.constantFrom(...kinds)
		.chain(([type, value]) =>
			fc.tuple(fc.constant(type), fc.array(fc.tuple(fc.array(value, { minLength: 1, maxLength: 12 }), someTimes, someForm), { minLength: 1, maxLength: 4 })),
		);

	test('have ids in the order in which they are first seen, null among them', () => {
		fc.assert(
			fc.property(someKeys, ([type, batches]) =>
				eachWay(() => {
					const table = new KeyTable([type]);
					const seen: Value[] = [];
					const idOf = (value: Value) => seen.findIndex((known) => Object.is(known, value));
					for (const [some, times, form] of batches) {
						const values = repeated(some, times);
						const column = columnOf(type, values, form);
						expect([...table.find([column], values.length, true).subarray(0, values.length)]).toEqual(values.map(idOf));
						for (const value of values) if (idOf(value) < 0) seen.push(value);
						expect([...table.insert([column], values.length).subarray(0, values.length)]).toEqual(values.map(idOf));
						const found = [...table.find([column], values.length, false).subarray(0, values.length)];
						expect(found).toEqual(values.map((value) => (value === null ? -1 : idOf(value))));
					}
					expect(table.size).toBe(seen.length);
					const [keys] = table.keys(0, table.size) as [Vector];
					expect(seen.map((_, id) => valueAt(keys, id))).toEqual(seen);
				}),
			),
			{ numRuns: 300 },
		);
	});
});
