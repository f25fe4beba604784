import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FrameBound, SortKey, WindowCall, WindowFrame } from '../../../src/plan/operators.ts';
import { duckdb, sorted } from './support/duckdb.ts';
import { aNode, aPlan, payload, result, typeOf } from './support/plans.ts';
import { tables } from './support/rows.ts';
import { run } from './support/run.ts';
import { all, resultsOf, SLOW } from './support/variants.ts';

const SCHEMA = 'n integer, k string, o integer, t date, x double, i integer, s string';

function plan(partitionBy: string[], sort: SortKey[], functions: WindowCall[]) {
	const types = functions.map((call) => `${call.alias} ${call.type.kind}`);
	const output = [SCHEMA, ...types].join(', ');
	return aPlan([payload('in', SCHEMA), aNode('windowed', { kind: 'window', partitionBy, sort, functions }, ['in'], output), result('out', 'windowed', output)]);
}

const fn = (
	name: WindowCall['function'],
	field: string | null,
	type: string,
	args: (number | string | null)[] = [],
	frame: WindowFrame | null = null,
): WindowCall => ({
	function: name,
	field,
	alias: `w_${name}_${field ?? ''}`,
	type: typeOf(type),
	arguments: args,
	frame,
});

const RANKS = [
	fn('row_number', null, 'long'),
	fn('rank', null, 'long'),
	fn('dense_rank', null, 'long'),
	fn('percent_rank', null, 'double'),
	fn('cume_dist', null, 'double'),
	fn('ntile', null, 'long', [3]),
	fn('lead', 'x', 'double', [2]),
	fn('lag', 's', 'string', [1, 'none']),
];
const STREAMING = [
	fn('row_number', null, 'long'),
	fn('rank', null, 'long'),
	fn('lag', 'x', 'double', [3]),
	fn('lead', 's', 'string', [1]),
	fn('sum', 'i', 'long'),
	fn('count', 'x', 'long'),
];

const asSql = (call: WindowCall) => {
	const args = [call.field, ...call.arguments.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)))].filter((part) => part !== null);
	const name =
		call.function === 'count_all' ? 'count(*)' : `${call.function === 'count_distinct' ? 'count(DISTINCT ' : `${call.function}(`}${args.join(', ')})`;
	return name;
};

const bound = ({ kind, ...rest }: FrameBound, interval: boolean) =>
	'offset' in rest ? `${interval ? `INTERVAL ${rest.offset} DAY` : rest.offset} ${kind}` : kind.replace('_', ' ');

test(
	'ranks, lead and lag agree with DuckDB over random partitions, however the run is cut up',
	async () => {
		await fc.assert(
			fc.asyncProperty(tables(SCHEMA, 40), fc.boolean(), fc.boolean(), async (table, parted, streaming) => {
				const rows = table.rows.map((row, n) => ({ ...row, n }));
				// row_number, lead and lag depend on the order of ties, so the number of the row breaks them.
				const functions = streaming ? STREAMING : RANKS;
				const sort: SortKey[] = [
					{ field: 'o', direction: 'desc', nulls: 'first' },
					{ field: 'n', direction: 'asc', nulls: 'last' },
				];
				const over = `(${parted ? 'PARTITION BY k ' : ''}ORDER BY o DESC NULLS FIRST, n)`;
				const expected = sorted(
					await duckdb(
						{ t: { schema: SCHEMA, rows } },
						`SELECT *, ${functions.map((call) => `${asSql(call)} OVER ${over} AS ${call.alias}`).join(', ')} FROM t`,
					),
				);
				expect(await resultsOf(plan(parted ? ['k'] : [], sort, functions), { payload: rows })).toEqual(all(expected));
			}),
			{ numRuns: 40 },
		);
	},
	SLOW,
);

test(
	'ties share ranks and running sums',
	async () => {
		await fc.assert(
			fc.asyncProperty(tables(SCHEMA, 40), async (table) => {
				const rows = table.rows.map((row, n) => ({ ...row, n }));
				const functions = [
					fn('rank', null, 'long'),
					fn('dense_rank', null, 'long'),
					fn('cume_dist', null, 'double'),
					fn('percent_rank', null, 'double'),
					fn('sum', 'i', 'long'),
					fn('max', 's', 'string'),
				];
				const expected = sorted(
					await duckdb(
						{ t: { schema: SCHEMA, rows } },
						`SELECT *, ${functions.map((call) => `${asSql(call)} OVER (PARTITION BY k ORDER BY t NULLS LAST) AS ${call.alias}`).join(', ')} FROM t`,
					),
				);
				expect(await resultsOf(plan(['k'], [{ field: 't', direction: 'asc', nulls: 'last' }], functions), { payload: rows })).toEqual(all(expected));
			}),
			{ numRuns: 30 },
		);
	},
	SLOW,
);

const bounds = fc.tuple(
	fc.oneof(
		fc.constant<FrameBound>({ kind: 'unbounded_preceding' }),
		fc.constant<FrameBound>({ kind: 'current_row' }),
		fc.record({ kind: fc.constantFrom('preceding', 'following'), offset: fc.integer({ min: 0, max: 4 }) }) as fc.Arbitrary<FrameBound>,
	),
	fc.oneof(
		fc.constant<FrameBound>({ kind: 'unbounded_following' }),
		fc.constant<FrameBound>({ kind: 'current_row' }),
		fc.record({ kind: fc.constantFrom('preceding', 'following'), offset: fc.integer({ min: 0, max: 4 }) }) as fc.Arbitrary<FrameBound>,
	),
);
const place = (at: FrameBound) =>
	'offset' in at ? (at.kind === 'preceding' ? -at.offset : at.offset) : at.kind === 'current_row' ? 0 : at.kind === 'unbounded_preceding' ? -99 : 99;

test(
	'frames of rows and ranges, also over dates, agree with DuckDB',
	async () => {
		await fc.assert(
			fc.asyncProperty(
				tables(SCHEMA, 30),
				bounds,
				fc.constantFrom('rows', 'range'),
				fc.constantFrom('t', 'o'),
				fc.constantFrom('asc', 'desc'),
				async (table, [start, end], unit, key, direction) => {
					const side = (at: FrameBound) => ('offset' in at ? at.kind : 'current_row');
					// What SQL itself refuses: a frame that ends before it begins.
					fc.pre(
						place(start) <= place(end) &&
							!(side(start) === 'following' && side(end) !== 'following' && end.kind !== 'unbounded_following') &&
							!(side(end) === 'preceding' && start.kind === 'current_row'),
					);
					const rows = table.rows.map((row, n) => ({ ...row, n, o: typeof row['o'] === 'number' ? row['o'] % 10 : null }));
					const frame: WindowFrame = { unit, start, end };
					const functions = (['sum', 'avg', 'min', 'max', 'count', 'stddev', 'first_value', 'last_value'] as const).map((name) =>
						fn(
							name,
							name === 'min' || name === 'max' ? 's' : 'i',
							name === 'avg' || name === 'stddev'
								? 'double'
								: name === 'min' || name === 'max'
									? 'string'
									: name === 'first_value' || name === 'last_value'
										? 'integer'
										: 'long',
							[],
							frame,
						),
					);
					const interval = unit === 'range' && key === 't';
					const order = `${key} ${direction} NULLS LAST${unit === 'rows' ? ', n' : ''}`;
					const sort: SortKey[] = [
						{ field: key, direction, nulls: 'last' },
						...(unit === 'rows' ? [{ field: 'n', direction: 'asc', nulls: 'last' } as const] : []),
					];
					const over = `(PARTITION BY k ORDER BY ${order} ${unit} BETWEEN ${bound(start, interval)} AND ${bound(end, interval)})`;
					// Which of several equal rows is the first of a range is not defined.
					const checked = unit === 'rows' ? functions : functions.slice(0, 6);
					const expected = sorted(
						await duckdb(
							{ t: { schema: SCHEMA, rows } },
							`SELECT *, ${checked.map((call) => `${asSql(call)} OVER ${over} AS ${call.alias}`).join(', ')} FROM t`,
						),
					);
					expect(await resultsOf(plan(['k'], sort, checked), { payload: rows })).toEqual(all(expected));
				},
			),
			{ numRuns: 60 },
		);
	},
	SLOW,
);

test('lists and distinct counts of a moving frame', async () => {
	const frame: WindowFrame = { unit: 'rows', start: { kind: 'preceding', offset: 1 }, end: { kind: 'current_row' } };
	const functions = [fn('collect', 'i', 'json', [], frame), fn('count_distinct', 's', 'long', [], frame)];
	const rows = ['a', 'a', 'b', null, 'b'].map((s, n) => ({ n, s, i: n === 2 ? null : n }));
	const finished = await run(plan([], [{ field: 'n', direction: 'asc', nulls: 'last' }], functions), { payload: rows });
	expect(finished.rows().map((row) => [row['w_collect_i'], row['w_count_distinct_s']])).toEqual([
		[[0], 1],
		[[0, 1], 1],
		[[1], 2],
		[[3], 1],
		[[3, 4], 1],
	]);
});

test(
	'one partition of many rows streams through little memory',
	async () => {
		const rows = Array.from({ length: 30_000 }, (_, n) => ({ n, k: 'one', o: Math.floor(n / 3) }));
		const made = plan(['k'], [{ field: 'o', direction: 'asc', nulls: 'last' }], [fn('rank', null, 'long'), fn('lag', 'n', 'integer', [1])]);
		const finished = await run(made, { payload: rows, memory: 100_000, budget: { bytes: 1, batches: 3 }, reopen: true });
		expect(finished.rows().map((row) => row['w_rank_'])).toEqual(rows.map(({ n }) => Math.floor(n / 3) * 3 + 1));
		expect(finished.rows().map((row) => row['w_lag_n'])).toEqual(rows.map(({ n }) => (n === 0 ? null : n - 1)));
	},
	SLOW,
);
