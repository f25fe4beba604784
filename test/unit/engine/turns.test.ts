import { describe, expect, it } from 'vitest';
import { Meter } from '../../../src/engine/meter.ts';
import type { Expr } from '../../../src/expression/ir.ts';
import type { WindowCall } from '../../../src/plan/operators.ts';
import { aNode, aPlan, call, column, literal, payload, result } from './support/plans.ts';
import { type FinishedRun, PLENTY, run } from './support/run.ts';

/** What one turn may do, and some, before others in the isolate have theirs: `Meter` counts cells, and gives a turn after a million. */
const CELLS = 1_000_000;

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n, k: n % 7 }));

function breathsOf({ breaths, outcome }: FinishedRun): number {
	expect(outcome.state).toBe('completed');
	return breaths;
}

describe('a run gives others in its isolate a turn', () => {
	it('by what rows cost in expressions, though they came as one batch', async () => {
		const wide = (expressions: number) => {
			const sum = (at: number): Expr => call('add', 'integer', column('n', 'integer'), literal(at, 'integer'));
			const columns = Array.from({ length: expressions }, (_, at) => ({ name: `e${at}`, expr: sum(at) }));
			const schema = columns.map(({ name }) => `${name} integer`).join(', ');
			return aPlan([
				payload('in', 'n integer, k integer'),
				aNode('wide', { kind: 'project', columns }, ['in'], schema),
				aNode('one', { kind: 'limit', count: 1, partitionBy: [], sort: [] }, ['wide'], schema),
				result('out', 'one', schema),
			]);
		};
		expect(breathsOf(await run(wide(2), { payload: numbers(8000) }))).toBe(0);
		const finished = await run(wide(400), { payload: numbers(8000) });
		expect(finished.rows()).toEqual([Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`e${at}`, at]))]);
		expect(breathsOf(finished)).toBeGreaterThan(0);
	});

	it('amid a cross join, and ends its slice by the pairs it made', async () => {
		const schema = 'n integer, k integer, n2 integer, k2 integer';
		const columns = (['left', 'right'] as const).flatMap((side) => ['n', 'k'].map((field) => ({ side, field, name: side === 'left' ? field : `${field}2` })));
		const plan = aPlan([
			payload('in', 'n integer, k integer'),
			aNode('pairs', { kind: 'join', joinType: 'cross', keys: [], columns, hint: 'auto' }, ['in', 'in'], schema),
			aNode(
				'counted',
				{ kind: 'aggregate', groupBy: [], groupingSets: null, aggregates: [{ function: 'count_all', field: null, alias: 'c', type: { kind: 'long' } }] },
				['pairs'],
				'c long',
			),
			result('out', 'counted', 'c long'),
		]);
		const finished = await run(plan, { payload: numbers(1500), budget: { ...PLENTY, cells: CELLS } });
		expect(finished.rows()).toEqual([{ c: 1500 * 1500 }]);
		expect(breathsOf(finished)).toBeGreaterThan(1);
		expect(finished.slices).toBeGreaterThan(1);
	});

	it('amid the frames of one partition of all rows, which no checkpoint cuts in two', async () => {
		const total: WindowCall = {
			function: 'sum',
			field: 'n',
			alias: 't',
			type: { kind: 'long' },
			arguments: [],
			frame: { unit: 'rows', start: { kind: 'preceding', offset: 1 }, end: { kind: 'current_row' } },
		};
		const plan = aPlan([
			payload('in', 'n integer, k integer'),
			aNode(
				'moving',
				{ kind: 'window', partitionBy: [], sort: [{ field: 'n', direction: 'asc', nulls: 'last' }], functions: [total] },
				['in'],
				'n integer, k integer, t long',
			),
			result('out', 'moving', 'n integer, k integer, t long'),
		]);
		const finished = await run(plan, { payload: numbers(100_000), budget: { bytes: 1, batches: 1 }, reopen: true });
		const rows = finished.rows();
		expect(rows).toHaveLength(100_000);
		expect(rows.every((row) => row['t'] === (row['n'] === 0 ? 0 : 2 * (row['n'] as number) - 1))).toBe(true);
		expect(breathsOf(finished)).toBeGreaterThan(0);
	});

	it('amid a cube, by rows times grouping sets', async () => {
		const keys = ['a', 'b', 'c', 'd', 'e'];
		const schema = keys.map((key) => `${key} integer`).join(', ');
		const sets = Array.from({ length: 32 }, (_, set) => keys.flatMap((_key, at) => ((set >> at) & 1 ? [at] : [])));
		const plan = aPlan([
			payload('in', schema),
			aNode(
				'cube',
				{ kind: 'aggregate', groupBy: keys, groupingSets: sets, aggregates: [{ function: 'count_all', field: null, alias: 'c', type: { kind: 'long' } }] },
				['in'],
				`${schema}, c long`,
			),
			result('out', 'cube', `${schema}, c long`),
		]);
		const rows = Array.from({ length: 8000 }, (_, n) => Object.fromEntries(keys.map((key, at) => [key, (n >> at) & 1])));
		const finished = await run(plan, { payload: rows });
		expect(finished.rows()).toHaveLength(3 ** 5);
		expect(breathsOf(finished)).toBeGreaterThan(0);
	});

	it('amid a list that becomes more rows than a batch has', async () => {
		const lists = [{ list: Array.from({ length: 300_000 }, (_, at) => at) }, { list: [-1] }];
		const plan = aPlan([
			payload('in', 'list json'),
			aNode('flat', { kind: 'explode', field: 'list', alias: 'e', spread: null, keepEmpty: false }, ['in'], 'e json'),
			aNode(
				'counted',
				{ kind: 'aggregate', groupBy: [], groupingSets: null, aggregates: [{ function: 'count_all', field: null, alias: 'c', type: { kind: 'long' } }] },
				['flat'],
				'c long',
			),
			result('out', 'counted', 'c long'),
		]);
		const finished = await run(plan, { payload: lists, budget: { bytes: 1, batches: 1 }, reopen: true });
		expect(finished.rows()).toEqual([{ c: 300_001 }]);
		expect(breathsOf(finished)).toBeGreaterThan(0);
	});
});

/** The cells between each two of `turns` turns of others, where a cell takes so many ns. */
function cellsBetween(turns: number, nanoseconds: (cell: number) => number): number[] {
	let now = 0;
	const meter = new Meter(() => now);
	meter.restart(PLENTY);
	const between: number[] = [];
	for (let cells = 0, since = 0; between.length < turns; ) {
		meter.worked(100_000);
		cells += 100_000;
		since += 100_000 * nanoseconds(cells);
		if (!meter.takesBreath()) continue;
		between.push(cells - between.reduce((sum, each) => sum + each, 0));
		now += Math.round(since / 1e6);
		since = 0;
		meter.breathed();
	}
	return between;
}

describe('how much is done between two turns of others', () => {
	it('is a million cells where they take long, and eight amid the fastest loops', () => {
		expect(cellsBetween(5, () => 60)).toEqual([1e6, 1e6, 1e6, 1e6, 1e6]);
		expect(cellsBetween(6, () => 1)).toEqual([1e6, 2e6, 4e6, 8e6, 8e6, 8e6]);
		expect(cellsBetween(6, () => 7)).toEqual([1e6, 2e6, 4e6, 4e6, 4e6, 4e6]);
	});

	it('is a million again once work turns out to take longer', () => {
		expect(cellsBetween(7, (cell) => (cell <= 15e6 ? 1 : 50))).toEqual([1e6, 2e6, 4e6, 8e6, 8e6, 1e6, 1e6]);
	});
});
