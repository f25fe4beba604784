import { expect, test } from 'vitest';
import { MemoryFiles } from './support/file-store.ts';
import { aNode, aPlan, call, column, csv, fileSink, literal, payload, result } from './support/plans.ts';
import { run } from './support/run.ts';

test('a file is filtered, joined, grouped, sorted and written, and only when the run completes', async () => {
	const files = new MemoryFiles({
		'flights.csv': 'origin,dest,count\nOPO,LIS,3\nLIS,OPO,5\nOPO,FAO,4\nFAO,LIS,1\n',
		'airports.csv': 'code,city\nOPO,Porto\nLIS,"Lisboa, PT"\n',
	});
	const plan = aPlan([
		csv('flights', 'flights.csv', 'origin string, count integer'),
		csv('airports', 'airports.csv', 'code string, city string'),
		aNode(
			'some',
			{ kind: 'filter', predicate: call('gt', 'boolean', column('count', 'integer'), literal(1, 'integer')) },
			['flights'],
			'origin string, count integer',
		),
		aNode(
			'named',
			{
				kind: 'join',
				joinType: 'inner',
				keys: [{ left: 'origin', right: 'code' }],
				columns: [
					{ side: 'left', field: 'count', name: 'count' },
					{ side: 'right', field: 'city', name: 'city' },
				],
				hint: 'auto',
			},
			['some', 'airports'],
			'count integer, city string',
		),
		aNode(
			'per_city',
			{ kind: 'aggregate', groupBy: ['city'], groupingSets: null, aggregates: [{ function: 'sum', field: 'count', alias: 'flights', type: { kind: 'long' } }] },
			['named'],
			'city string, flights long',
		),
		aNode('sorted', { kind: 'sort', keys: [{ field: 'flights', direction: 'desc', nulls: 'last' }] }, ['per_city'], 'city string, flights long'),
		fileSink('out', 'sorted', 'city string, flights long'),
		result('shown', 'sorted', 'city string, flights long'),
	]);
	const { outcome, rows } = await run(plan, { connections: { 1: files } });
	expect(outcome).toMatchObject({ state: 'completed' });
	expect(rows('shown')).toEqual([
		{ city: 'Porto', flights: 7 },
		{ city: 'Lisboa, PT', flights: 5 },
	]);
	expect(files.text('out/part-00000.csv')).toBe('city,flights\nPorto,7\n"Lisboa, PT",5\n');
});

test('a failing row names component, row, field, value and shows the row; nothing is written', async () => {
	const files = new MemoryFiles({ 'in.csv': 'id,amount\n1,5\n2,many\n3,7\n' });
	const plan = aPlan([csv('orders', 'in.csv', 'id integer, amount integer'), fileSink('out', 'orders', 'id integer, amount integer')]);
	const { outcome, badRecords } = await run(plan, { connections: { 1: files } });
	expect(outcome.state).toBe('failed');
	expect(outcome.state === 'failed' && outcome.failures).toMatchObject([
		{ component: 'orders', class: 'parse_error', row: 2, field: 'amount', sample: '{"id":2,"amount":null}' },
	]);
	expect(JSON.stringify(outcome)).toContain('many');
	expect(badRecords).toMatchObject([{ component: 'orders', row: 2, field: 'amount', value: 'many' }]);
	expect([...files.files.keys()]).toEqual(['in.csv']);
	expect(files.uploads.size).toBe(0);
});

test('payload rows come back in the result', async () => {
	const plan = aPlan([payload('in', 'id integer, name string'), result('out', 'in', 'id integer, name string', 2)]);
	const { outcome } = await run(plan, { payload: [{ id: 1, name: 'a' }, { id: 2 }, { id: 3, name: 'c' }] });
	expect(outcome.outputs).toEqual([
		{
			component: 'out',
			name: 'out',
			type: 'sink_component',
			records: 3,
			truncated: true,
			target: null,
			rows: [
				{ id: 1, name: 'a' },
				{ id: 2, name: null },
			],
		},
	]);
});
