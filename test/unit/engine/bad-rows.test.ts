import { expect, test } from 'vitest';
import type { Expr } from '../../../src/expression/ir.ts';
import type { OnError } from '../../../src/plan/plan.ts';
import { MemoryFiles } from './support/file-store.ts';
import { aNode, aPlan, call, column, csv, fileSink, literal, payload, result, tableSink } from './support/plans.ts';
import { run } from './support/run.ts';
import { MemoryTables } from './support/table-store.ts';
import { VARIANTS } from './support/variants.ts';

const ROWS = [
	{ id: 1, text: '5' },
	{ id: 2, text: 'five' },
	{ id: 3, text: '7' },
	{ id: 4, text: 'x' },
];
const asNumber: Expr = { kind: 'cast', type: { kind: 'integer' }, argument: column('text', 'string'), lenient: false };
const numbers = (onError: OnError) =>
	aNode(
		'numbers',
		{
			kind: 'project',
			columns: [
				{ name: 'id', expr: column('id', 'integer') },
				{ name: 'n', expr: asNumber },
			],
		},
		['in'],
		'id integer, n integer',
		onError,
	);
const plan = (onError: OnError, maxErrors: { count: number } | { fraction: number } | null = null) =>
	aPlan([payload('in', 'id integer, text string'), numbers(onError), result('out', 'numbers', 'id integer, n integer')], { maxErrors });

test('fail: the first bad row ends the run and is named', async () => {
	const { outcome, badRecords } = await run(plan('fail'), { payload: ROWS });
	expect(outcome).toMatchObject({
		state: 'failed',
		outputs: [],
		failures: [{ component: 'numbers', class: 'invalid_cast', row: 2, field: 'n', sample: '{"id":2,"text":"five"}' }],
	});
	expect(outcome.state === 'failed' && outcome.failures[0]?.message).toContain('five');
	expect(badRecords).toMatchObject([{ component: 'numbers', row: 2, class: 'invalid_cast', field: 'n', record: '{"id":2,"text":"five"}' }]);
});

test('elements that are no objects are bad rows where keys become columns, and numbers keep their digits', async () => {
	const spread = [{ key: 'x', name: 'x', type: { kind: 'string' } as const }];
	const list = (keys: typeof spread | null, output: string) =>
		aPlan([
			payload('in', 'id integer, list json'),
			aNode('flat', { kind: 'explode', field: 'list', alias: 'list', spread: keys, keepEmpty: false }, ['in'], output, 'skip'),
			result('out', 'flat', output),
		]);
	const rows = [
		{ id: 1, list: [{ x: 'a' }, null] },
		{ id: 2, list: [{ x: 'b' }, 5] },
	];
	const { errorClasses, badRecords, ...finished } = await run(list(spread, 'id integer, x string'), { payload: rows });
	expect(finished.rows()).toEqual([
		{ id: 1, x: 'a' },
		{ id: 1, x: null },
	]);
	expect(badRecords).toMatchObject([{ row: 2, class: 'invalid_json', message: 'list[1] is 5, which is not an object whose keys could become columns' }]);
	const files = new MemoryFiles({ 'in.ndjson': '{"id":1,"list":[9007199254740993]}\n' });
	const exact = aPlan([
		csv('in', 'in.ndjson', 'id integer, list json', { format: { type: 'ndjson', baseRecord: '$', encoding: 'utf-8' } }),
		aNode('flat', { kind: 'explode', field: 'list', alias: 'list', spread: null, keepEmpty: false }, ['in'], 'id integer, list json'),
		fileSink('out', 'flat', 'id integer, list json', { format: { type: 'ndjson' }, fileName: 'out.ndjson' }),
	]);
	await run(exact, { connections: { 1: files } });
	expect(files.text('out/out.ndjson')).toBe('{"id":1,"list":9007199254740993}\n');
});

test('what is behind a failure and never had a row is told as waiting, not as done', async () => {
	const states = async (onError: OnError) =>
		Object.fromEntries((await run(plan(onError), { payload: ROWS.slice(1, 2) })).progress.map((of) => [of.component, of.state]));
	expect(await states('fail')).toEqual({ in: 'done', numbers: 'failed', out: 'waiting' });
	expect(await states('skip')).toEqual({ in: 'done', numbers: 'done', out: 'done' });
	// Beside the failure a component that got no row has done its work.
	const beside = aPlan([
		payload('in', 'id integer, text string'),
		numbers('fail'),
		result('out', 'numbers', 'id integer, n integer'),
		aNode('none', { kind: 'filter', predicate: literal(false, 'boolean') }, ['in'], 'id integer, text string'),
		result('nothing', 'none', 'id integer, text string'),
	]);
	const { progress } = await run(beside, { payload: ROWS.slice(1, 2) });
	expect(Object.fromEntries(progress.map((of) => [of.component, of.state]))).toMatchObject({ numbers: 'failed', out: 'waiting', nothing: 'done' });
});

test('skip: bad rows are left out, counted and kept', async () => {
	const { rows, badRecords, outcome } = await run(plan('skip'), { payload: ROWS });
	expect(rows()).toEqual([
		{ id: 1, n: 5 },
		{ id: 3, n: 7 },
	]);
	expect(badRecords.map((record) => record['row'])).toEqual([2, 4]);
	expect(outcome.state).toBe('completed');
});

test('null_field: only what failed is null', async () => {
	const { rows, badRecords } = await run(plan('null_field'), { payload: ROWS });
	expect(rows()).toEqual([
		{ id: 1, n: 5 },
		{ id: 2, n: null },
		{ id: 3, n: 7 },
		{ id: 4, n: null },
	]);
	expect(badRecords).toHaveLength(2);
});

test('dead_letter: bad rows leave by their own port with what was wrong', async () => {
	const dead = 'id integer, text string, _component string, _row_number long, _error_class string, _error_field string, _error_message string';
	const made = aPlan([
		payload('in', 'id integer, text string'),
		numbers('dead_letter'),
		result('out', 'numbers', 'id integer, n integer'),
		result('dead', 'numbers:dead_letter', dead),
	]);
	const { rows } = await run(made, { payload: ROWS });
	expect(rows('out')).toEqual([
		{ id: 1, n: 5 },
		{ id: 3, n: 7 },
	]);
	expect(rows('dead')).toMatchObject([
		{ id: 2, text: 'five', _component: 'numbers', _row_number: 2, _error_class: 'invalid_cast', _error_field: 'n' },
		{ id: 4, text: 'x', _row_number: 4 },
	]);
});

test('a count of errors is judged at once, a percentage when the input has ended', async () => {
	expect((await run(plan('skip', { count: 2 }), { payload: ROWS })).outcome.state).toBe('completed');
	const counted = (await run(plan('skip', { count: 1 }), { payload: ROWS })).outcome;
	expect(counted).toMatchObject({ state: 'failed', failures: [{ component: 'numbers', class: 'too_many_errors', row: 4 }] });
	expect((await run(plan('skip', { fraction: 0.5 }), { payload: ROWS })).outcome.state).toBe('completed');
	const hundred = (bad: number) => Array.from({ length: 100 }, (_, id) => ({ id, text: id < bad ? 'x' : '1' }));
	expect((await run(plan('skip', { fraction: 0.29 }), { payload: hundred(29) })).outcome.state).toBe('completed');
	expect((await run(plan('skip', { fraction: 0.29 }), { payload: hundred(30) })).outcome).toMatchObject({
		failures: [{ message: '30 of 100 rows of "numbers" were bad (30.00 %), and max_errors allows 29 %' }],
	});
	const shared = (await run(plan('skip', { fraction: 0.49 }), { payload: ROWS })).outcome;
	expect(shared).toMatchObject({
		state: 'failed',
		failures: [{ class: 'too_many_errors', message: '2 of 4 rows of "numbers" were bad (50.00 %), and max_errors allows 49 %' }],
	});
});

test('rows that became too many go to the dead letters all the same, the last one too', async () => {
	const made = aPlan(
		[
			payload('in', 'id integer, text string'),
			numbers('dead_letter'),
			result('out', 'numbers', 'id integer'),
			result('dead', 'numbers:dead_letter', 'id integer'),
		],
		{ maxErrors: { count: 1 } },
	);
	const { outcome, rows, badRecords } = await run(made, { payload: [...ROWS, { id: 5, text: 'not looked at' }] });
	expect(outcome).toMatchObject({ state: 'failed', failures: [{ class: 'too_many_errors', row: 4 }] });
	expect(rows('dead').map(({ _row_number }) => _row_number)).toEqual([2, 4]);
	expect(badRecords.map(({ row }) => row)).toEqual([2, 4]);
});

test('a result of gigantic rows ends where it would fill memory, and says so', async () => {
	const wide = Array.from({ length: 10 }, (_, id) => ({ id, text: `${id}`.padEnd(1_000_000, 'x') }));
	for (const variant of [{}, { budget: { bytes: 1, batches: 1 }, reopen: true }]) {
		const { rows, outcome, log } = await run(aPlan([payload('in', 'id integer, text string'), result('out', 'in', 'id integer, text string')]), {
			payload: wide,
			...variant,
		});
		expect(rows().map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
		expect(outcome.outputs).toMatchObject([{ records: 10, truncated: true }]);
		expect(log.join()).toContain('the result ends behind row 8');
	}
});

test('numbers of rows count from the beginning of the input, over batches and restarts', async () => {
	const many = Array.from({ length: 20_000 }, (_, i) => ({ id: i, text: i === 17_000 ? 'bad' : '1' }));
	const { outcome } = await run(plan('fail'), { payload: many, budget: { bytes: 1, batches: 1 }, reopen: true });
	expect(outcome).toMatchObject({ failures: [{ row: 17_001 }] });
});

test('a failed run keeps what failed and rejected rows went to, and nothing else', async () => {
	const files = new MemoryFiles({ 'in.csv': 'id,text\n1,5\n2,five\n3,7\n4,x\n' });
	const tables = new MemoryTables();
	const kept = call('lt', 'boolean', column('id', 'integer'), literal(3, 'integer'));
	const made = aPlan(
		[
			csv('in', 'in.csv', 'id integer, text string'),
			numbers('dead_letter'),
			aNode('few', { kind: 'filter', predicate: kept }, ['numbers'], 'id integer, n integer'),
			fileSink('out', 'few', 'id integer, n integer'),
			tableSink('table', 'numbers', 'id integer, n integer'),
			fileSink('dead', 'numbers:dead_letter', 'id integer', { path: 'dead' }),
			tableSink('rejected', 'few:rejected', 'id integer, n integer'),
		],
		{ maxErrors: { fraction: 0.1 } },
	);
	const { outcome } = await run(made, { connections: { 1: files, 2: tables } });
	expect(outcome).toMatchObject({ state: 'failed', failures: [{ class: 'too_many_errors' }] });
	expect(outcome.outputs.map((output) => [output.component, output.records])).toEqual([
		['dead', 2],
		['rejected', 1],
	]);
	expect([...files.files.keys()].sort()).toEqual(['dead/part-00000.csv', 'in.csv']);
	expect([...tables.tables.keys()]).toEqual(['rejected']);
	expect(files.uploads.size + tables.staging.size).toBe(0);
});

test('rows that a database refuses are bad rows of its component', async () => {
	const tables = new MemoryTables();
	tables.refuse = (row) => (row['n'] === 7 ? 'seven is taken' : null);
	const made = aPlan([
		payload('in', 'n integer'),
		tableSink('numbers', 'in', 'n integer', {}, 'dead_letter'),
		result('dead', 'numbers:dead_letter', 'n integer'),
	]);
	const { rows, outcome } = await run(made, { payload: [5, 6, 7, 8].map((n) => ({ n })), connections: { 2: tables } });
	expect(rows('dead')).toMatchObject([{ n: 7, _row_number: 3, _error_class: 'rejected_by_destination', _error_message: 'seven is taken' }]);
	expect(tables.tables.get('numbers')?.rows).toEqual([{ n: 5 }, { n: 6 }, { n: 8 }]);
	expect(outcome.outputs.map((output) => output.records)).toEqual([3, 1]);
});

test('rows that only the commit of a database would refuse are bad rows too, however the run is cut up', async () => {
	const numbersOf = (onError: OnError) =>
		aPlan([
			payload('in', 'n integer'),
			tableSink('numbers', 'in', 'n integer', { batchSize: 2 }, onError),
			...(onError === 'dead_letter' ? [result('dead', 'numbers:dead_letter', 'n integer')] : []),
		]);
	const given = [5, 6, 5, 7, 8, 6, 9].map((n) => ({ n }));
	for (const [name, variant] of Object.entries(VARIANTS)) {
		const tables = new MemoryTables();
		tables.refuse = (row) => (row['n'] === 8 ? 'eight is no number' : null);
		tables.rule = (row, before) => (before.some(({ n }) => n === row['n']) ? `${row['n']} is there already` : null);
		const { rows, outcome, errorClasses } = await run(numbersOf('dead_letter'), { ...variant, payload: given, connections: { 2: tables } });
		expect(outcome, name).toMatchObject({ state: 'completed', outputs: [{ records: 4 }, { records: 3 }] });
		expect(tables.tables.get('numbers')?.rows).toEqual([{ n: 5 }, { n: 6 }, { n: 7 }, { n: 9 }]);
		const told = rows('dead').map((row) => [row['_row_number'], row['_error_class'], row['_error_message'], row['n']]);
		expect(told.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
			[3, 'constraint', 'the table refuses the row: 5 is there already', 5],
			[5, 'rejected_by_destination', 'eight is no number', 8],
			[6, 'constraint', 'the table refuses the row: 6 is there already', 6],
		]);
		expect(errorClasses.map(({ class: cause, count }) => [cause, count]).sort()).toEqual([
			['constraint', 2],
			['rejected_by_destination', 1],
		]);
	}
	const tables = new MemoryTables();
	tables.rule = (row, before) => (before.some(({ n }) => n === row['n']) ? `${row['n']} is there already` : null);
	expect((await run(numbersOf('fail'), { payload: given, connections: { 2: tables } })).outcome).toMatchObject({
		state: 'failed',
		failures: [{ message: expect.stringContaining('5 is there already') }],
	});
	expect(tables.tables.size).toBe(0);
});

test('secrets are blanked wherever a row is shown', async () => {
	const { outcome, badRecords } = await run(plan('fail'), {
		payload: [{ id: 1, text: 'hunter2' }],
		redact: (text) => text.replaceAll('hunter2', '[redacted]'),
	});
	expect(JSON.stringify([outcome, badRecords])).not.toContain('hunter2');
	expect(JSON.stringify(outcome)).toContain('[redacted]');
});

test('contracts settle values of the wrong type before on_error is asked', async () => {
	const files = new MemoryFiles({ 'in.csv': 'id,n,extra\n1,5,a\n2,five,b\n3,7,c\n' });
	const made = (dataType: 'freeze' | 'discard_row' | 'discard_value', columns: 'evolve' | 'freeze' = 'evolve') =>
		aPlan([csv('in', 'in.csv', 'id integer, n integer'), result('out', 'in', 'id integer, n integer')], { contracts: { columns, dataType } });
	const connections = { 1: files };
	expect((await run(made('discard_row'), { connections })).rows()).toEqual([
		{ id: 1, n: 5 },
		{ id: 3, n: 7 },
	]);
	expect((await run(made('discard_value'), { connections })).rows()).toEqual([
		{ id: 1, n: 5 },
		{ id: 2, n: null },
		{ id: 3, n: 7 },
	]);
	expect((await run(made('freeze'), { connections })).outcome).toMatchObject({ failures: [{ class: 'parse_error', row: 2, field: 'n' }] });
	expect((await run(made('discard_value', 'freeze'), { connections })).outcome).toMatchObject({ failures: [{ message: expect.stringContaining('extra') }] });
});

test('a column that is missing in a file is told with the nearest, also when nobody reads it', async () => {
	const files = new MemoryFiles({ 'in.csv': 'id,ammount\n1,5\n' });
	const made = aPlan([
		csv('orders', 'in.csv', 'id integer, amount integer'),
		aNode('ids', { kind: 'distinct', on: ['id'] }, ['orders'], 'id integer'),
		result('out', 'ids', 'id integer'),
	]);
	const { outcome } = await run(made, { connections: { 1: files } });
	expect(outcome).toMatchObject({
		state: 'failed',
		failures: [{ component: 'orders', field: 'amount', hint: expect.stringContaining('Did you mean "ammount"?') }],
	});
});

test('so many bad records are handed over in pages, each once', async () => {
	const many = Array.from({ length: 30_000 }, (_, i) => ({ id: i, text: 'bad' }));
	const { badRecords } = await run(plan('skip'), { payload: many, budget: { bytes: 1, batches: 1 }, reopen: true });
	expect(badRecords.map((record) => record['row'])).toEqual(Array.from({ length: 30_000 }, (_, i) => i + 1));
});
