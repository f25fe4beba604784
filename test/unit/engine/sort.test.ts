import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SortKey } from '../../../src/plan/operators.ts';
import { duckdb } from './support/duckdb.ts';
import { aNode, aPlan, payload, result } from './support/plans.ts';
import { tables } from './support/rows.ts';
import { run } from './support/run.ts';
import { all, resultsOf, SLOW } from './support/variants.ts';

const SCHEMA = 'n integer, s string, l long, x double, d decimal(12,2), b boolean, t datetime';
const FIELDS = ['s', 'l', 'x', 'd', 'b', 't'];

function plan(keys: SortKey[], schema = SCHEMA) {
	return aPlan([payload('in', schema), aNode('sorted', { kind: 'sort', keys }, ['in'], schema), result('out', 'sorted', schema)]);
}

const keysArbitrary = fc.uniqueArray(
	fc.record({ field: fc.constantFrom(...FIELDS), direction: fc.constantFrom('asc', 'desc'), nulls: fc.constantFrom('first', 'last') }),
	{ selector: (key) => key.field, minLength: 1, maxLength: 3 },
);

test(
	'sorts agree with DuckDB, row for row, with ties as they came',
	async () => {
		await fc.assert(
			fc.asyncProperty(tables(SCHEMA, 60), keysArbitrary, async (table, keys) => {
				const rows = table.rows.map((row, n) => ({ ...row, n }));
				const order = [...keys.map((key) => `${key.field} ${key.direction} NULLS ${key.nulls}`), 'n'].join(', ');
				const expected = await duckdb({ t: { schema: SCHEMA, rows } }, `SELECT * FROM t ORDER BY ${order}`);
				expect(await resultsOf(plan(keys as SortKey[]), { payload: rows }, true)).toEqual(all(expected));
			}),
			{ numRuns: 60 },
		);
	},
	SLOW,
);

test('text goes by code point, not by code unit', async () => {
	const rows = [{ s: '～' }, { s: '😀' }, { s: 'z' }];
	const made = plan([{ field: 's', direction: 'asc', nulls: 'last' }], 's string');
	expect((await run(made, { payload: rows })).rows()).toEqual([{ s: 'z' }, { s: '～' }, { s: '😀' }]);
});

test(
	'many rows of every kind of key come out in order, and in the same order from memory and from merged runs',
	async () => {
		const rows = Array.from({ length: 20_000 }, (_, n) => ({
			n,
			s: n % 7 === 0 ? null : `name ${(n * 7919) % 1000} ${n % 3 === 0 ? 'ü' : '～'}`,
			x: ((n * 104_729) % 5000) / 8 - 300,
			l: n % 11,
		}));
		const schema = 'n integer, s string, x double, l long';
		for (const field of ['s', 'x', 'l']) {
			const made = plan(
				[
					{ field, direction: 'desc', nulls: 'first' },
					{ field: 'n', direction: 'asc', nulls: 'last' },
				],
				schema,
			);
			const inMemory = (await run(made, { payload: rows })).rows();
			const merged = (await run(made, { payload: rows, memory: 200_000, budget: { bytes: 100_000, batches: 2 }, reopen: true })).rows();
			expect(inMemory.map((row) => row['n'])).toEqual([...rows].sort((a, b) => compare(b[field as 's'], a[field as 's']) || a.n - b.n).map((row) => row.n));
			expect(merged).toEqual(inMemory);
		}
	},
	SLOW,
);

function compare(a: string | number | null, b: string | number | null): number {
	if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
	return a < b ? -1 : a > b ? 1 : 0;
}

test(
	'more runs than are merged at once are merged in rounds',
	async () => {
		const rows = Array.from({ length: 20 }, (_, n) => ({ n: (n * 7) % 20 }));
		const inputs = Array.from({ length: 150 }, (_, i) => `in${i}`);
		const keys = [{ field: 'n', direction: 'asc', nulls: 'last' }] as const;
		const made = aPlan([
			...inputs.map((id) => payload(id, 'n integer')),
			aNode('all', { kind: 'union', inputs: inputs.map(() => ['n']) }, inputs, 'n integer'),
			aNode('sorted', { kind: 'sort', keys }, ['all'], 'n integer'),
			result('out', 'sorted', 'n integer'),
		]);
		const expected = Array.from({ length: 3000 }, (_, place) => ({ n: Math.floor(place / 150) }));
		expect((await run(made, { payload: rows, memory: 1 })).rows()).toEqual(expected);
		expect((await run(made, { payload: rows, memory: 1, budget: { bytes: 1 << 20, batches: 7 }, reopen: true })).rows()).toEqual(expected);
	},
	SLOW,
);

test(
	'a limit with an order is the beginning of the sort; per partition it is each one’s',
	async () => {
		const schema = 'n integer, k string, x double';
		await fc.assert(
			fc.asyncProperty(tables(schema, 60), fc.integer({ min: 0, max: 12 }), fc.boolean(), async (table, count, parted) => {
				const rows = table.rows.map((row, n) => ({ ...row, n }));
				const sort = [{ field: 'x', direction: 'desc', nulls: 'first' }] as const;
				const made = aPlan([
					payload('in', schema),
					aNode('top', { kind: 'limit', count, partitionBy: parted ? ['k'] : [], sort }, ['in'], schema),
					result('out', 'top', schema),
				]);
				const numbered = `SELECT *, row_number() OVER (${parted ? 'PARTITION BY k' : ''} ORDER BY x DESC NULLS FIRST, n) AS place FROM t`;
				const expected = await duckdb(
					{ t: { schema, rows } },
					`SELECT n, k, x FROM (${numbered}) WHERE place <= ${count} ORDER BY ${parted ? 'k NULLS LAST, ' : ''}place`,
				);
				expect(await resultsOf(made, { payload: rows }, true)).toEqual(all(expected));
			}),
			{ numRuns: 40 },
		);
	},
	SLOW,
);
