import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildPlan } from '../../../src/catalogue/build.ts';
import { valueAt } from '../../../src/data/access.ts';
import { asAscii } from '../../../src/data/ascii-text.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { ByteWriter } from '../../../src/data/byte-io.ts';
import { encoderOf } from '../../../src/data/codecs/index.ts';
import { Coded, codedVector } from '../../../src/data/coded.ts';
import { concatVectors, gatherVector, sliceVector } from '../../../src/data/gather.ts';
import type { DataType } from '../../../src/data/types.ts';
import { safeIntVector, textVector, type Vector } from '../../../src/data/vector.ts';
import { hashRows } from '../../../src/engine/hash/hash-rows.ts';
import { KeyTable } from '../../../src/engine/hash/key-table.ts';
import { interleave } from '../../../src/engine/sort/interleave.ts';
import { keyColumns } from '../../../src/engine/sort/row-order.ts';
import { sortRows } from '../../../src/engine/sort/sort-rows.ts';
import { packBatch, unpackBatch } from '../../../src/engine/storage/pack-batch.ts';
import { checkExpression } from '../../../src/expression/check.ts';
import { compile } from '../../../src/expression/evaluate.ts';
import type { RowError } from '../../../src/expression/ir.ts';
import { passing } from '../../../src/expression/passing.ts';
import { selectRows } from '../../../src/expression/select.ts';
import { NO_VARIABLES } from '../../../src/expression/variables.ts';
import { comparable, sorted } from './support/duckdb.ts';
import { MemoryFiles } from './support/file-store.ts';
import { DELIMITED } from './support/plans.ts';
import { PLENTY, type RunSetup, run } from './support/run.ts';
import { memoryStorage } from './support/run-storage.ts';

const TEXT: DataType = { kind: 'string' };
const LONG: DataType = { kind: 'long' };

/** Words and rows of them; a negative row is null. */
const rows = (words: number) => fc.array(fc.integer({ min: -1, max: words - 1 }), { minLength: 1, maxLength: 60 });
const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'B', '"', ',', '\n', 'é', ''), maxLength: 9 }), { minLength: 4, maxLength: 4 });
const numbers = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 });
const aColumn = fc.oneof(
	fc.tuple(texts, rows(4), fc.boolean()).map(([words, of, bytes]) => {
		const plain = textVector(TEXT, words, null);
		return coded(bytes ? (asAscii(plain) ?? plain) : plain, of);
	}),
	fc.tuple(numbers, rows(4)).map(([words, of]) => coded(safeIntVector(LONG, Float64Array.from(words), null), of)),
);

interface Pair {
	readonly coded: Vector;
	readonly plain: Vector;
}

function coded(words: Vector, of: readonly number[]): Pair {
	const nulls = of.includes(-1) ? Uint8Array.from(of, (row) => (row < 0 ? 1 : 0)) : null;
	const strings = words.layout === 'text' ? textVector(TEXT, words.values, null) : words;
	return {
		coded: codedVector(
			words,
			Int32Array.from(of, (row) => Math.max(0, row)),
			nulls,
		),
		plain: gatherVector(strings, Int32Array.from(of)),
	};
}

const valuesOf = (vector: Vector) => Array.from({ length: vector.length }, (_, row) => valueAt(vector, row));
const batchOf = (vector: Vector): Batch => ({ schema: [{ name: 'c', type: vector.type }], length: vector.length, columns: [vector] });

describe('a column of indexes into a dictionary', () => {
	it('is cut, gathered, joined, landed, interleaved, sorted and written as its rows are', () => {
		fc.assert(
			fc.property(aColumn, fc.array(fc.integer({ min: -1, max: 59 }), { maxLength: 30 }), (pair, picks) => {
				const { length, type } = pair.coded;
				expect(valuesOf(pair.coded)).toEqual(valuesOf(pair.plain));
				const some = Int32Array.from(picks.filter((row) => row < length));
				expect(valuesOf(gatherVector(pair.coded, some))).toEqual(valuesOf(gatherVector(pair.plain, some)));
				const tail = sliceVector(pair.coded, 1, length);
				const expected = valuesOf(pair.plain).slice(1);
				expect(valuesOf(tail)).toEqual(expected);
				// Of the same dictionary, of the plain rows between, and of another dictionary.
				const other = gatherVector(pair.plain, new Int32Array([0]));
				for (const parts of [
					[tail, pair.coded],
					[pair.plain, tail],
					[tail, other, tail],
					[
						tail,
						codedVector(
							sliceVector(pair.coded, 0, 1).layout === 'text' ? textVector(type, ['z'], null) : safeIntVector(type, Float64Array.of(9), null),
							new Int32Array(2),
							null,
						),
					],
				] as Vector[][])
					expect(valuesOf(concatVectors(parts))).toEqual(parts.flatMap(valuesOf));
				expect(valuesOf(unpackBatch(batchOf(tail).schema, packBatch(batchOf(tail), new ByteWriter(16))).columns[0] as Vector)).toEqual(expected);
				const order = Int32Array.from({ length: length * 2 }, (_, at) => at % length);
				const which = Int32Array.from({ length: length * 2 }, (_, at) => (at < length ? 0 : 1));
				expect(valuesOf(interleave([batchOf(pair.coded), batchOf(pair.plain)], which, order).columns[0] as Vector)).toEqual([
					...valuesOf(pair.plain),
					...valuesOf(pair.plain),
				]);
				const keys = keyColumns([{ name: 'c', type }], [{ field: 'c', direction: 'desc', nulls: 'first' }]);
				expect(sortRows(batchOf(pair.coded), keys)).toEqual(sortRows(batchOf(pair.plain), keys));
				for (const format of [DELIMITED, { type: 'ndjson' as const }]) {
					const bytes = (vector: Vector) => Buffer.from(encoderOf(format, batchOf(vector).schema, null, 'none').encode(batchOf(vector))).toString();
					expect(bytes(pair.coded)).toBe(bytes(pair.plain));
				}
			}),
			{ numRuns: 150 },
		);
	});

	it('of several dictionaries is joined and sorted in great number as its rows are', () => {
		const many = (pair: Pair, form: 'coded' | 'plain') =>
			gatherVector(
				pair[form],
				Int32Array.from({ length: 700 }, (_, row) => (row * 7 + (row >> 5)) % pair[form].length),
			);
		const alike = fc.oneof(
			fc.array(fc.tuple(texts, rows(4)), { minLength: 2, maxLength: 3 }).map((all) => all.map(([words, of]) => coded(textVector(TEXT, words, null), of))),
			fc
				.array(fc.tuple(numbers, rows(4)), { minLength: 2, maxLength: 3 })
				.map((all) => all.map(([words, of]) => coded(safeIntVector(LONG, Float64Array.from(words), null), of))),
		);
		fc.assert(
			fc.property(alike, fc.constantFrom('asc' as const, 'desc' as const), fc.constantFrom('first' as const, 'last' as const), (pairs, direction, nulls) => {
				const [joined, plain] = (['coded', 'plain'] as const).map((form) => concatVectors(pairs.map((pair) => many(pair, form)))) as [Vector, Vector];
				expect(joined).toBeInstanceOf(Coded);
				expect(valuesOf(joined)).toEqual(valuesOf(plain));
				const keys = keyColumns(batchOf(joined).schema, [{ field: 'c', direction, nulls }]);
				expect(sortRows(batchOf(joined), keys)).toEqual(sortRows(batchOf(plain), keys));
			}),
			{ numRuns: 60 },
		);
	});

	it('sorts nulls by the keys behind, whatever is left in their slots', () => {
		const length = 1500;
		const nulls = Uint8Array.from({ length }, (_, row) => (row % 3 === 0 ? 1 : 0));
		const first = safeIntVector(
			LONG,
			Float64Array.from({ length }, (_, row) => (row * 31) % 50),
			nulls,
		);
		const second = safeIntVector(
			LONG,
			Float64Array.from({ length }, (_, row) => (row * 17) % 70),
			null,
		);
		const schema = ['a', 'b'].map((name) => ({ name, type: LONG }));
		const order = sortRows(
			{ schema, length, columns: [first, second] },
			keyColumns(schema, [
				{ field: 'a', direction: 'asc', nulls: 'first' },
				{ field: 'b', direction: 'asc', nulls: 'first' },
			]),
		);
		const of = (row: number) => [nulls[row] === 1 ? -1 : (first.values[row] as number), second.values[row] as number, row] as const;
		const expected = Array.from({ length }, (_, row) => of(row)).sort((x, y) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2]);
		expect(Array.from(order, of)).toEqual(expected);
	});

	it('has the hashes and keys of its rows, whichever form a value came in first', () => {
		fc.assert(
			fc.property(aColumn, (pair) => {
				const { length, type } = pair.coded;
				expect(hashRows([pair.coded], length, 7)).toEqual(hashRows([pair.plain], length, 7));
				const [mixed, plain] = [new KeyTable([type, type]), new KeyTable([type, type])];
				const half = length >> 1;
				const [front, back] = [sliceVector(pair.coded, 0, half), sliceVector(pair.plain, half, length)];
				expect([...mixed.find([front, front], half, true).slice(0, half)]).toEqual(new Array(half).fill(-1));
				const ids = [...mixed.insert([front, front], half).slice(0, half), ...mixed.insert([back, back], length - half).slice(0, length - half)];
				expect(ids).toEqual([...plain.insert([pair.plain, pair.plain], length).slice(0, length)]);
				// What was not known before is now.
				expect([...mixed.find([pair.coded, pair.plain], length, true).slice(0, length)]).toEqual(ids);
				expect(mixed.keys(0, mixed.size).map(valuesOf)).toEqual(plain.keys(0, plain.size).map(valuesOf));
			}),
			{ numRuns: 150 },
		);
	});
});

describe('conditions on columns of indexes', () => {
	const someTexts = fc.tuple(texts, rows(4)).map(([words, of]) => coded(textVector(TEXT, words, null), of));
	const someNumbers = fc.tuple(numbers, rows(4)).map(([words, of]) => coded(safeIntVector(LONG, Float64Array.from(words), null), of));
	const schema = [
		{ name: 't', type: TEXT },
		{ name: 'n', type: LONG },
		{ name: 'm', type: LONG },
	];
	const conditions = [
		'n > 0',
		'm is null or m < 2',
		"t like 'a%'",
		"coalesce(t, 'B') = 'B'",
		'n = m',
		't is not null',
		'n in (1, null)',
		'not (m >= 0)',
		'10 / n > 3',
	];
	const someCondition = fc
		.uniqueArray(fc.constantFrom(...conditions), { minLength: 1, maxLength: 3 })
		.map((all) => all.map((each) => `(${each})`).join(' and '));

	it('pass the rows that they pass where every row is evaluated by itself', () => {
		fc.assert(
			fc.property(someCondition, fc.array(fc.tuple(someTexts, someNumbers, someNumbers), { minLength: 1, maxLength: 3 }), (text, batches) => {
				const checked = checkExpression(text, { schema, variables: NO_VARIABLES });
				if ('faults' in checked) throw new Error(JSON.stringify(checked.faults));
				const quick = passing(checked.expr);
				const plain = compile(checked.expr);
				for (const columns of batches) {
					const length = Math.min(...columns.map((pair) => pair.coded.length));
					const of = (form: 'coded' | 'plain') => ({ schema, length, columns: columns.map((pair) => sliceVector(pair[form], 0, length)) });
					const [errors, expectedErrors]: RowError[][] = [[], []];
					const { rows: found, count } = quick(of('coded'), errors as RowError[]);
					const expected = selectRows(plain, of('plain'), expectedErrors as RowError[]);
					expect([...found.subarray(0, count)]).toEqual([...expected.rows.subarray(0, expected.count)]);
					expect(errors).toEqual(expectedErrors);
				}
			}),
			{ numRuns: 200 },
		);
	});
});

describe('a Parquet file of dictionaries', () => {
	// A machine that goes away looks like a fault of ours, and is logged as one.
	beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
	afterAll(() => void vi.restoreAllMocks());
	const folder = mkdtempSync(join(tmpdir(), 'coded-'));
	const path = join(folder, 'rows.parquet');
	const FIELDS = { id: 'integer', code: 'string', city: 'string', amount: 'long', ratio: 'double', day: 'date' };
	const ROWS = `select i::int as id, case when i % 7 = 0 then null else 'c' || (i * 31 % 30) end as code, 'g' || (i // 2500) || '-é' || (i % 40) as city,
		case when i % 11 = 0 then null else i * 17 % 50 - 10 end as amount, (i % 9) / 4 as ratio, date '2024-01-01' + (i % 60)::int as day from range(0, 22000) t(i)`;
	const written = DuckDBInstance.create(':memory:', { threads: '1' })
		.then((instance) => instance.connect())
		.then(async (duck) => {
			await duck.run(`copy (${ROWS}) to '${path}' (format parquet, row_group_size 10240)`);
			const bytes = readFileSync(path);
			await duck.run(`create table t as from '${path}'`);
			rmSync(folder, { recursive: true });
			return { duck, bytes };
		});

	const work: Record<string, { readonly steps: readonly object[]; readonly sql: string }> = {
		'filter and aggregate': {
			steps: [
				{ filter_component: { expression: "amount > 5 and code != 'c3' and upper(city) like 'G%' and (ratio * 4 >= 1 or code is null)" } },
				{
					aggregate_component: {
						group_by: ['code', 'city'],
						aggregates: [
							{ function: 'count_all', alias: 'n' },
							{ function: 'sum', field: 'amount', alias: 'total' },
							{ function: 'max', field: 'amount', alias: 'most' },
							{ function: 'min', field: 'day', alias: 'first' },
						],
					},
				},
			],
			sql: `select code, city, count(*) n, sum(amount) total, max(amount) most, min(day) "first" from t
				where amount > 5 and code != 'c3' and upper(city) like 'G%' and (ratio * 4 >= 1 or code is null) group by all`,
		},
		// What a scan only lends must not be passed on, though no row is left out.
		'a filter that all rows pass, and a sort behind it': {
			steps: [
				{ filter_component: { expression: "day >= cast('2024-01-01' as date) and (amount > -100 or amount is null)" } },
				{ sort_component: { keys: [{ field: 'amount' }, { field: 'id' }] } },
			],
			sql: 'select id, code, city, amount, ratio, day from t',
		},
		'a filter that few rows pass': {
			steps: [{ filter_component: { expression: "amount > 5 and code = 'c3' and city is not null" } }],
			sql: "select id, code, city, amount, ratio, day from t where amount > 5 and code = 'c3'",
		},
		// Neither filter copies anything.
		'two filters and distinct rows': {
			steps: [
				{ filter_component: { expression: "code != 'c3' or code is null" } },
				{ filter_component: { expression: 'amount < 20 and ratio > 0' } },
				{ distinct_component: { on: ['code', 'amount', 'city'] } },
			],
			sql: "select distinct code, amount, city from t where (code != 'c3' or code is null) and amount < 20 and ratio > 0",
		},
		'distinct rows': { steps: [{ distinct_component: { on: ['code', 'amount', 'day'] } }], sql: 'select distinct code, amount, day from t' },
		'a sort': {
			steps: [{ sort_component: { keys: [{ field: 'city', direction: 'desc' }, { field: 'code' }, { field: 'id' }] } }, { limit_component: { limit: 5000 } }],
			sql: 'select id, code, city, amount, ratio, day from (from t order by city desc, code nulls last, id limit 5000)',
		},
		'expressions over one column and over two': {
			steps: [
				{
					select_component: {
						columns: [
							{ expression: 'id' },
							{ expression: "coalesce(code, 'none') || '!'", alias: 'named' },
							{ expression: 'amount is null', alias: 'missing' },
							{ expression: 'amount * 2 + id', alias: 'sum' },
							{ expression: "case when ratio > 1 then code else 'low' end", alias: 'level' },
						],
					},
				},
			],
			sql: `select id, coalesce(code, 'none') || '!' as named, amount is null as missing, amount * 2 + id as "sum", case when ratio > 1 then code else 'low' end as level from t`,
		},
	};

	const setups: Record<string, RunSetup> = {
		'in one go': {},
		'begun anew from each checkpoint, with memory for little': { reopen: true, budget: { bytes: 20_000, batches: 3 }, memory: 60_000 },
		'killed again and again': { budget: { bytes: 40_000, batches: 4 }, memory: 60_000 },
	};

	for (const [what, { steps, sql }] of Object.entries(work))
		for (const [how, setup] of Object.entries(setups))
			it(`gives what DuckDB gives for ${what}, ${how}`, async () => {
				const { duck, bytes } = await written;
				const files = new MemoryFiles({ 'rows.parquet': bytes });
				const storage = memoryStorage();
				const { revive } = storage;
				let deaths = 0;
				storage.revive = () => {
					deaths++;
					revive();
				};
				const killed = how.startsWith('killed');
				let slices = 0;
				// A little later each time, so that the run comes to its end.
				const kill = killed ? { beforeSlice: () => storage.dieAfter(5 + 4 * slices++) } : {};
				const finished = await run(planOf(steps), { budget: PLENTY, ...setup, ...kill, connections: { 1: files }, storage });
				expect(deaths > 0).toBe(killed);
				expect(finished.outcome).toMatchObject({ state: 'completed' });
				const lines = [...files.files.entries()].filter(([name]) => name.startsWith('out/')).map(([, content]) => new TextDecoder().decode(content));
				const ours = lines
					.join('')
					.trim()
					.split('\n')
					.map((line) => JSON.parse(line) as Record<string, unknown>);
				const theirs = (await duck.runAndReadAll(sql)).getRowObjectsJson();
				expect(ours.length).toBe(theirs.length);
				expect(sorted(comparable(ours.map(inOrder)))).toEqual(sorted(comparable(theirs.map(inOrder))));
			});

	const inOrder = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));

	function planOf(steps: readonly object[]) {
		const named = steps.map((step, at) => {
			const [key, config] = Object.entries(step)[0] as [string, object];
			return { [key]: { id: `step_${at}`, name: `step ${at}`, ...config } };
		});
		const line = ['source', ...steps.map((_, at) => `step_${at}`), 'target'];
		const built = buildPlan(
			{
				components: [
					{
						cloud_storage_source_component: {
							id: 'source',
							name: 'source',
							connection_id: 1,
							path: 'rows.parquet',
							fields: Object.entries(FIELDS).map(([name, type]) => ({ name, type })),
						},
					},
					...named,
					{ cloud_storage_destination_component: { id: 'target', name: 'target', connection_id: 1, path: 'out', file_name: 'rows', format: 'ndjson' } },
				],
				edges: line.slice(1).map((target, at) => ({ source: line[at] as string, target })),
			},
			{ purpose: 'run', connections: [{ id: 1, name: 'files', type: 'r2', kind: 'files' }], now: 0 },
		);
		if ('faults' in built || built.flowType !== 'dataflow' || built.plan === null) throw new Error(JSON.stringify(built));
		return built.plan;
	}
});
