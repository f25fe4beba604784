import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DataType } from '../../../src/data/types.ts';
import type { AggregateCall, WindowCall } from '../../../src/plan/operators.ts';
import { duckdb, sorted } from './support/duckdb.ts';
import { MemoryFiles } from './support/file-store.ts';
import { aNode, aPlan, call, column, csv, fileSink, literal, payload, result, typeOf } from './support/plans.ts';
import { tables } from './support/rows.ts';
import { run } from './support/run.ts';
import { all, resultsOf, SLOW } from './support/variants.ts';

const agg = (fn: AggregateCall['function'], field: string | null, type: string, alias = `${fn}_${field ?? 'all'}`): AggregateCall => ({
	function: fn,
	field,
	alias,
	type: typeOf(type),
});

function plan(schema: string, groupBy: string[], aggregates: AggregateCall[], output: string, groupingSets: number[][] | null = null) {
	return aPlan([
		payload('in', schema),
		aNode('grouped', { kind: 'aggregate', groupBy, groupingSets, aggregates }, ['in'], output),
		result('out', 'grouped', output),
	]);
}

test('without groups there is one row, even over no rows', async () => {
	const made = plan('n integer', [], [agg('count_all', null, 'long'), agg('sum', 'n', 'long')], 'count_all_all long, sum_n long');
	expect((await run(made, { payload: [] })).rows()).toEqual([{ count_all_all: 0, sum_n: null }]);
	expect((await run(made, { payload: [{ n: 1 }, { n: null }] })).rows()).toEqual([{ count_all_all: 2, sum_n: 1 }]);
});

test('null is a group of its own, and is left out of what is computed', async () => {
	const made = plan(
		'k string, n integer',
		['k'],
		[agg('count', 'n', 'long'), agg('collect', 'n', 'json'), agg('first', 'n', 'integer'), agg('last', 'n', 'integer')],
		'k string, count_n long, collect_n json, first_n integer, last_n integer',
	);
	const rows = (await run(made, { payload: [{ k: null, n: 1 }, { k: 'a', n: null }, { k: 'a', n: 2 }, { k: null }] })).rows();
	expect(rows).toEqual([
		{ k: null, count_n: 1, collect_n: [1], first_n: 1, last_n: null },
		{ k: 'a', count_n: 1, collect_n: [2], first_n: null, last_n: 2 },
	]);
});

test('sums stay exact past 2^53, and past 64 bit the run fails instead of wrapping', async () => {
	const made = plan('n long', [], [agg('sum', 'n', 'long')], 'sum_n long');
	expect((await run(made, { payload: [{ n: '9007199254740993' }, { n: 2 }, { n: '9007199254740993' }] })).rows()).toEqual([{ sum_n: '18014398509481988' }]);
	const { outcome } = await run(made, { payload: [{ n: '9223372036854775807' }, { n: 1 }] });
	expect(outcome).toMatchObject({ state: 'failed', failures: [{ component: 'grouped', message: expect.stringContaining('9223372036854775808') }] });
});

test('an average of decimals is the nearest double, and a sum past 38 digits is told as it is', async () => {
	const prices = plan('n decimal(10,2)', [], [agg('avg', 'n', 'double')], 'avg_n double');
	expect((await run(prices, { payload: [{ n: '1.10' }, { n: '2.20' }, { n: '3.30' }] })).rows()).toEqual([{ avg_n: 2.2 }]);
	const sums = plan('n decimal(38,2)', [], [agg('sum', 'n', 'decimal(38,2)')], 'sum_n decimal(38,2)');
	const { outcome } = await run(sums, { payload: [{ n: `${'9'.repeat(36)}.99` }, { n: '0.01' }] });
	expect(outcome).toMatchObject({ failures: [{ message: `sum sum_n is 1${'0'.repeat(36)}.00, which does not fit a decimal(38,2)` }] });
});

test('lists keep the digits of JSON, and one that would fill memory ends the run', async () => {
	const lists = plan('j json', [], [agg('collect', 'j', 'json')], 'collect_j json');
	const files = new MemoryFiles({ 'in.ndjson': '{"j":[9007199254740993]}\n{"j":1.10}\n' });
	const read = csv('in', 'in.ndjson', 'j json', { format: { type: 'ndjson', baseRecord: '$', encoding: 'utf-8' } });
	const written = fileSink('file', 'grouped', 'collect_j json', { format: { type: 'ndjson' }, fileName: 'out.ndjson' });
	await run({ ...lists, nodes: [read, ...lists.nodes.filter(({ id }) => id === 'grouped'), written] }, { connections: { 1: files } });
	expect(files.text('out/out.ndjson')).toBe('{"collect_j":[[9007199254740993],1.1]}\n');
	const texts = plan('t string', [], [agg('collect', 't', 'json')], 'collect_t json');
	const { outcome } = await run(texts, { payload: Array.from({ length: 90 }, () => ({ t: 'x'.repeat(100_000) })) });
	expect(outcome).toMatchObject({
		state: 'failed',
		failures: [{ component: 'grouped', class: 'limit', message: expect.stringContaining('collect collect_t would be a list') }],
	});
});

test('a tenth ten times is one', async () => {
	const made = plan('x double', [], [agg('sum', 'x', 'double')], 'sum_x double');
	expect((await run(made, { payload: Array.from({ length: 10 }, () => ({ x: 0.1 })) })).rows()).toEqual([{ sum_x: 1 }]);
});

test('equal values have no spread, however many they are and however the run is cut up', async () => {
	const calls = [agg('stddev', 'x', 'double'), agg('variance', 'x', 'double')];
	const made = plan('k string, x double', ['k'], calls, 'k string, stddev_x double, variance_x double');
	const payload = Array.from({ length: 22 }, (_, i) => ({ k: i % 2 === 0 ? 'same' : 'other', x: i === 1 ? -1.76 : -1.77 }));
	expect(await resultsOf(made, { payload })).toEqual(
		all(['{"k":"other","stddev_x":0.0030151134458,"variance_x":0.0000090909090909}', '{"k":"same","stddev_x":0,"variance_x":0}']),
	);
});

test('approximate counts are exact for few values and near for many', async () => {
	const made = plan('n integer', [], [agg('approx_count_distinct', 'n', 'long')], 'approx_count_distinct_n long');
	const counted = async (count: number) =>
		Number((await run(made, { payload: Array.from({ length: count * 2 }, (_, i) => ({ n: i % count })) })).rows()[0]?.['approx_count_distinct_n']);
	expect(await counted(700)).toBe(700);
	expect(Math.abs((await counted(50_000)) - 50_000)).toBeLessThan(50_000 * 0.03);
});

test(
	'aggregates agree with DuckDB over random rows, however the run is cut up',
	async () => {
		const calls = [
			agg('count', 'i', 'long'),
			agg('count_all', null, 'long'),
			agg('count_distinct', 's', 'long'),
			agg('count_distinct', 'x', 'long'),
			agg('sum', 'i', 'long'),
			agg('sum', 'd', 'decimal(38,2)'),
			agg('sum', 'x', 'double'),
			agg('avg', 'i', 'double'),
			agg('avg', 'd', 'double'),
			agg('min', 's', 'string'),
			agg('max', 's', 'string'),
			agg('min', 'x', 'double'),
			agg('max', 'l', 'long'),
			agg('min', 't', 'date'),
			agg('stddev', 'i', 'double'),
			agg('variance', 'x', 'double'),
		];
		const output = `k string, b boolean, ${calls.map((call) => `${call.alias} ${call.type.kind === 'decimal' ? 'decimal(38,2)' : call.type.kind}`).join(', ')}`;
		const schema = 'k string, b boolean, s string, i integer, l long, x double, d decimal(12,2), t date';
		await fc.assert(
			fc.asyncProperty(tables(schema), async (table) => {
				const sql = calls.map((call) => {
					const fn = { count_all: 'count(*)', count_distinct: `count(distinct ${call.field})` }[call.function as string] ?? `${call.function}(${call.field})`;
					return `${fn} AS ${call.alias}`;
				});
				const expected = sorted(await duckdb({ t: table }, `SELECT k, b, ${sql.join(', ')} FROM t GROUP BY k, b`));
				expect(await resultsOf(plan(schema, ['k', 'b'], calls, output), { payload: table.rows })).toEqual(all(expected));
			}),
			{ numRuns: 25 },
		);
	},
	SLOW,
);

test(
	'cubes and rollups agree with DuckDB',
	async () => {
		const schema = 'k string, i integer, n integer';
		await fc.assert(
			fc.asyncProperty(tables(schema), fc.constantFrom('CUBE', 'ROLLUP'), async (table, kind) => {
				const sets = kind === 'CUBE' ? [[0, 1], [0], [1], []] : [[0, 1], [0], []];
				const calls = [agg('sum', 'n', 'long', 'n'), agg('count_distinct', 'n', 'long', 'd')];
				const expected = sorted(await duckdb({ t: table }, `SELECT k, i, sum(n) AS n, count(DISTINCT n) AS d FROM t GROUP BY ${kind} (k, i)`));
				expect(await resultsOf(plan(schema, ['k', 'i'], calls, 'k string, i integer, n long, d long', sets), { payload: table.rows })).toEqual(all(expected));
			}),
			{ numRuns: 20 },
		);
	},
	SLOW,
);

test('a cube of more grouping sets than are worked out side by side has them all, however the run is cut up', async () => {
	const schema = 'a string, b integer, c boolean, d date, n integer';
	const keys = ['a', 'b', 'c', 'd'];
	const sets = Array.from({ length: 16 }, (_, set) => keys.flatMap((_, index) => ((set >> index) & 1 ? [index] : [])));
	const rows = Array.from({ length: 12 }, (_, i) => ({
		a: i % 3 === 0 ? null : `k${i % 2}`,
		b: i % 2,
		c: i % 4 < 2,
		d: i % 5 === 0 ? null : `2024-01-0${(i % 2) + 1}`,
		n: i % 6,
	}));
	const calls = [agg('sum', 'n', 'long', 's'), agg('count_distinct', 'n', 'long', 'u')];
	const cube = plan(schema, keys, calls, 'a string, b integer, c boolean, d date, s long, u long', sets);
	const groups = sets.flatMap((set) => {
		const byKey = Map.groupBy(rows, (row) => JSON.stringify(keys.map((key, index) => (set.includes(index) ? row[key as 'a'] : null))));
		return [...byKey].map(([key, members]) => {
			const values = JSON.parse(key) as unknown[];
			const numbers = members.map(({ n }) => n);
			const sum = numbers.reduce((total, n) => total + n, 0);
			return JSON.stringify({ ...Object.fromEntries(keys.map((name, index) => [name, values[index]])), s: sum, u: new Set(numbers).size });
		});
	});
	expect(await resultsOf(cube, { payload: rows })).toEqual(all(groups.sort()));
});

test('rows are counted behind components that need none of the columns that come first', async () => {
	const schema = 'k string, i integer';
	const behind = (operator: Parameters<typeof aNode>[1], output: string) =>
		run(
			aPlan([
				payload('in', schema),
				aNode('between', operator, ['in'], output),
				aNode('grouped', { kind: 'aggregate', groupBy: [], groupingSets: null, aggregates: [agg('count_all', null, 'long', 'n')] }, ['between'], 'n long'),
				result('out', 'grouped', 'n long'),
			]),
			{ payload: [{ k: 'a', i: 1 }, { i: 2 }, {}] },
		);
	const positive = call('gt', 'boolean', column('i', 'integer'), literal(1, 'integer'));
	const keys = [{ field: 'i', direction: 'asc', nulls: 'last' } as const];
	const rank: WindowCall = { function: 'rank', field: null, alias: 'r', type: typeOf('long'), arguments: [], frame: null };
	expect((await behind({ kind: 'filter', predicate: positive }, schema)).rows()).toEqual([{ n: 1 }]);
	expect((await behind({ kind: 'sort', keys }, schema)).rows()).toEqual([{ n: 3 }]);
	expect((await behind({ kind: 'window', partitionBy: [], sort: keys, functions: [rank] }, `${schema}, r long`)).rows()).toEqual([{ n: 3 }]);
});

test('a key that a group does not have is null in a pivot, whatever is counted', async () => {
	const counted: DataType = { kind: 'long' };
	const columns = ['a', 'b'].map((key) => ({ key, name: key, type: counted }));
	const made = (aggregate: 'count' | 'count_all') =>
		aPlan([
			payload('in', 'g string, k string, v integer'),
			aNode('wide', { kind: 'pivot', groupBy: ['g'], key: 'k', value: 'v', aggregate, columns }, ['in'], 'g string, a long, b long'),
			result('out', 'wide', 'g string, a long, b long'),
		]);
	const rows = [
		{ g: 'x', k: 'a', v: 1 },
		{ g: 'x', k: 'a', v: null },
		{ g: 'y', k: 'b', v: null },
	];
	expect((await run(made('count'), { payload: rows })).rows()).toEqual([
		{ g: 'x', a: 1, b: null },
		{ g: 'y', a: null, b: 0 },
	]);
	// Rows are counted whatever they hold.
	expect((await run(made('count_all'), { payload: rows })).rows()).toEqual([
		{ g: 'x', a: 2, b: null },
		{ g: 'y', a: null, b: 1 },
	]);
});
