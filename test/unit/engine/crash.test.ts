import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { comparable, sorted } from './support/duckdb.ts';
import { MemoryFiles } from './support/file-store.ts';
import { aNode, aPlan, call, column, csv, fileSink, literal, result, tableSink } from './support/plans.ts';
import { type RunSetup, run } from './support/run.ts';
import { MemoryTables } from './support/table-store.ts';
import { SLOW } from './support/variants.ts';

// A machine that goes away looks like a fault of ours, and is logged as one.
beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

const ORDERS = 'id integer, customer string, amount integer';
const JOINED = 'id integer, customer string, amount integer, city string';

/** Reads two files and goes through every kind of operator into every kind of destination. */
const plan = aPlan([
	csv('orders', 'orders/', ORDERS, {}, 'dead_letter'),
	csv('customers', 'customers.csv', 'name string, city string'),
	aNode('kept', { kind: 'filter', predicate: call('gt', 'boolean', column('amount', 'integer'), literal(10, 'integer')) }, ['orders'], ORDERS),
	aNode(
		'joined',
		{
			kind: 'join',
			joinType: 'left',
			keys: [{ left: 'customer', right: 'name' }],
			columns: [
				...['id', 'customer', 'amount'].map((field) => ({ side: 'left' as const, field, name: field })),
				{ side: 'right', field: 'city', name: 'city' },
			],
			hint: 'auto',
		},
		['kept', 'customers'],
		JOINED,
	),
	aNode(
		'sorted',
		{
			kind: 'sort',
			keys: [
				{ field: 'amount', direction: 'desc', nulls: 'last' },
				{ field: 'id', direction: 'asc', nulls: 'last' },
			],
		},
		['joined'],
		JOINED,
	),
	aNode(
		'ranked',
		{
			kind: 'window',
			partitionBy: ['city'],
			sort: [{ field: 'amount', direction: 'desc', nulls: 'last' }],
			functions: [{ function: 'rank', field: null, alias: 'place', type: { kind: 'long' }, arguments: [], frame: null }],
		},
		['joined'],
		`${JOINED}, place long`,
	),
	aNode(
		'cities',
		{
			kind: 'aggregate',
			groupBy: ['city'],
			groupingSets: null,
			aggregates: [
				{ function: 'sum', field: 'amount', alias: 'total', type: { kind: 'long' } },
				{ function: 'count_distinct', field: 'customer', alias: 'people', type: { kind: 'long' } },
			],
		},
		['joined'],
		'city string, total long, people long',
	),
	aNode('who', { kind: 'distinct', on: ['customer'] }, ['joined'], 'customer string'),
	fileSink('file', 'sorted', JOINED),
	tableSink('ranks', 'ranked', `${JOINED}, place long`),
	tableSink('everybody', 'who', 'customer string'),
	tableSink('small', 'kept:rejected', ORDERS),
	fileSink('bad', 'orders:dead_letter', ORDERS, { path: 'bad' }),
	result('totals', 'cities', 'city string, total long, people long'),
]);

function world() {
	const lines = (from: number, to: number) =>
		Array.from({ length: to - from }, (_, i) => `${from + i},c${((from + i) * 7) % 13},${(from + i) % 9 === 0 ? 'none' : ((from + i) * 31) % 60}\n`).join('');
	const files = new MemoryFiles({
		'orders/1.csv': `id,customer,amount\n${lines(1, 120)}`,
		'orders/2.csv': `id,customer,amount\n${lines(120, 200)}`,
		'customers.csv': `name,city\n${Array.from({ length: 11 }, (_, i) => `c${i},${i % 3 === 0 ? 'Porto' : 'Lisboa'}\n`).join('')}`,
	});
	files.chunkBytes = 300;
	return { files, tables: new MemoryTables() };
}

async function everything(setup: RunSetup) {
	const { files, tables } = world();
	const finished = await run(plan, { ...setup, connections: { 1: files, 2: tables } });
	expect(finished.outcome).toMatchObject({ state: 'completed' });
	// An upload begun right before a crash is never heard of again: it holds nothing, and the storage drops it in time.
	expect([...files.uploads.values()].filter((upload) => upload.parts.size > 0)).toEqual([]);
	expect(tables.staging.size).toBe(0);
	return {
		file: files.text('out/part-00000.csv'),
		bad: files.text('bad/part-00000.csv'),
		totals: sorted(comparable(finished.rows('totals'))),
		ranks: sorted(comparable(tables.tables.get('ranks')?.rows ?? [])),
		everybody: sorted(comparable(tables.tables.get('everybody')?.rows ?? [])),
		small: tables.tables.get('small')?.rows,
		badRecords: finished.badRecords.map((record) => record['row']),
		counts: finished.outcome.outputs.map((output) => [output.component, output.records]),
	};
}

test(
	'a run that dies at any moment, again and again, ends with the same rows everywhere',
	async () => {
		const expected = await everything({});
		const good = Array.from({ length: 199 }, (_, i) => i + 1).filter((id) => id % 9 !== 0);
		const kept = good.filter((id) => (id * 31) % 60 > 10).length;
		expect(expected.counts).toEqual([
			['file', kept],
			['ranks', kept],
			['everybody', 13],
			['small', good.length - kept],
			['bad', 199 - good.length],
			['totals', 3],
		]);
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }),
				fc.constantFrom(1, 2, 50),
				fc.constantFrom(1, 2000, 1 << 23),
				async (deaths, batches, memory) => {
					const left = [...deaths];
					const beforeSlice: RunSetup['beforeSlice'] = (storage) => storage.dieAfter(left.pop() ?? Number.POSITIVE_INFINITY);
					expect(await everything({ budget: { bytes: 100_000, batches }, memory, beforeSlice })).toEqual(expected);
				},
			),
			{ numRuns: 60 },
		);
	},
	SLOW,
);

test(
	'a run that dies before every commit but every third goes on all the same',
	async () => {
		const expected = await everything({});
		let slice = 0;
		const beforeSlice: RunSetup['beforeSlice'] = (storage) => storage.dieAfter(++slice % 3 === 0 ? Number.POSITIVE_INFINITY : 40 + (slice % 50));
		expect(await everything({ budget: { bytes: 500, batches: 5 }, beforeSlice })).toEqual(expected);
	},
	SLOW,
);
