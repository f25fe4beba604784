import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JoinOperator } from '../../../src/plan/operators.ts';
import { duckdb, sorted } from './support/duckdb.ts';
import { MemoryFiles } from './support/file-store.ts';
import { aNode, aPlan, csv, payload, result } from './support/plans.ts';
import { tables } from './support/rows.ts';
import { run } from './support/run.ts';
import { all, resultsOf, SLOW } from './support/variants.ts';

const COLUMNS: JoinOperator['columns'] = [
	{ side: 'left', field: 'k', name: 'k' },
	{ side: 'left', field: 'i', name: 'i' },
	{ side: 'left', field: 'x', name: 'x' },
	{ side: 'right', field: 'k', name: 'right_k' },
	{ side: 'right', field: 'i', name: 'right_i' },
	{ side: 'right', field: 'x', name: 'right_x' },
];
const OUTPUT = 'k string, i integer, x integer, right_k string, right_i integer, right_x integer';
const SCHEMA = 'k string, i integer, x integer';

/** Both tables come out of one payload, told apart by `side`: so the build side is not always read first. */
function plan(joinType: JoinOperator['joinType'], keys: JoinOperator['keys'], reversed: boolean) {
	const side = (name: string) =>
		({
			kind: 'filter',
			predicate: {
				kind: 'call',
				function: 'eq',
				type: { kind: 'boolean' },
				arguments: [
					{ kind: 'column', name: 'side', type: { kind: 'string' } },
					{ kind: 'literal', value: name, type: { kind: 'string' } },
				],
			},
		}) as const;
	const sides = [aNode('a', side('a'), ['in'], `side string, ${SCHEMA}`), aNode('b', side('b'), ['in'], `side string, ${SCHEMA}`)];
	return aPlan([
		payload('in', `side string, ${SCHEMA}`),
		...(reversed ? sides.reverse() : sides),
		aNode('joined', { kind: 'join', joinType, keys, columns: COLUMNS, hint: 'auto' }, ['a', 'b'], OUTPUT),
		result('out', 'joined', OUTPUT),
	]);
}

test(
	'joins of every type over nulls and several keys agree with DuckDB, however the run is cut up',
	async () => {
		await fc.assert(
			fc.asyncProperty(
				tables(SCHEMA, 25),
				tables(SCHEMA, 25),
				fc.constantFrom('inner', 'left', 'right', 'full', 'cross'),
				fc.boolean(),
				async (a, b, type, one) => {
					const keys =
						type === 'cross'
							? []
							: one
								? [{ left: 'k', right: 'k' }]
								: [
										{ left: 'k', right: 'k' },
										{ left: 'i', right: 'i' },
									];
					const on = type === 'cross' ? '' : `ON ${keys.map((key) => `a.${key.left} = b.${key.right}`).join(' AND ')}`;
					const select = 'a.k AS k, a.i AS i, a.x AS x, b.k AS right_k, b.i AS right_i, b.x AS right_x';
					const expected = sorted(await duckdb({ a, b }, `SELECT ${select} FROM a ${type} JOIN b ${on}`));
					const rows = [...a.rows.map((row) => ({ side: 'a', ...row })), ...b.rows.map((row) => ({ side: 'b', ...row }))];
					expect(await resultsOf(plan(type, keys, false), { payload: rows })).toEqual(all(expected));
				},
			),
			{ numRuns: 40 },
		);
	},
	SLOW,
);

test('one row with very many partners leaves in batches', async () => {
	const rows = [
		...Array.from({ length: 3 }, (_, i) => ({ side: 'a', k: 'x', i, x: 0 })),
		...Array.from({ length: 20_000 }, (_, x) => ({ side: 'b', k: 'x', i: 0, x })),
	];
	const finished = await run(plan('inner', [{ left: 'k', right: 'k' }], false), { payload: rows, budget: { bytes: 1 << 30, batches: 2 }, reopen: true });
	expect(finished.outcome.outputs[0]?.records).toBe(60_000);
});

test('the much smaller input is held in memory, whichever side it is', async () => {
	const files = new MemoryFiles({ 'small.csv': 'k\na\n', 'large.csv': `k\n${'a\n'.repeat(1000)}` });
	for (const [left, right] of [
		['small', 'large'],
		['large', 'small'],
	] as const) {
		const columns = [{ side: 'left', field: 'k', name: 'k' }] as const;
		const plan = aPlan([
			csv('l', `${left}.csv`, 'k string'),
			csv('r', `${right}.csv`, 'k string'),
			aNode('joined', { kind: 'join', joinType: 'inner', keys: [{ left: 'k', right: 'k' }], columns, hint: 'auto' }, ['l', 'r'], 'k string'),
			result('out', 'joined', 'k string'),
		]);
		expect((await run(plan, { connections: { 1: files } })).outcome.outputs[0]?.records).toBe(1000);
	}
});
