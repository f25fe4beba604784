import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';
import { updateComponents } from '../../../src/operations/packages/update-components.ts';
import { retryRun } from '../../../src/operations/runs/retry.ts';
import { lastCompletedRun } from '../../../src/store/runs.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aStudio, rowsOf, type Studio, sql } from './workflows.ts';

let studio: Studio;

beforeEach(async () => {
	await freshGateway();
	studio = await aStudio();
});

const retry = (run_id: number, more: Omit<Parameters<typeof retryRun>[2], 'run_id'>) => retryRun(studio.context, studio.principal, { run_id, ...more });
const ran = async (id: number) => studio.ended(await studio.start(id));
const again = async (run_id: number, more: { readonly component?: string } = {}) =>
	studio.ended((await retry(run_id, { mode: 'failed_records', ...more })).run_id);

test('a workflow goes on from the task that failed: what had finished keeps its results', async () => {
	const { tables } = studio;
	const id = await studio.workflow(
		'load',
		[
			sql('count', tables, 'create table loads (n integer)'),
			sql('first', tables, 'select 41 + 1', { result_variable: 'answer' }),
			sql('broken', tables, 'insert into nowhere values ($answer)'),
			sql('after', tables, 'insert into loads values ($answer + 1)'),
		],
		[
			{ source: 'count', target: 'first' },
			{ source: 'first', target: 'broken' },
			{ source: 'broken', target: 'after' },
		],
		{ variables: { answer: { type: 'integer' } } },
	);
	const failed = await ran(id);
	expect(failed.tasks?.map(({ status }) => status)).toEqual(['completed', 'completed', 'failed', 'skipped']);
	await change(id, 'broken', { query: 'insert into loads values ($answer)' });
	const { run_id, retry_of } = await retry(failed.id, { mode: 'from_failed_task' });
	const run = await studio.ended(run_id);
	expect(retry_of).toBe(failed.id);
	expect(run).toMatchObject({ status: 'completed', attempt: 2, retry_of: failed.id });
	expect(run.log_tail.join('\n')).toContain('2 finished tasks are taken over');
	expect(await rowsOf(studio, 'select n from loads order by n')).toEqual([[42], [43]]);
});

test('only a workflow has tasks to go on from', async () => {
	const id = await loading('append', 'skip');
	const run = await ran(id);
	await expect(retry(run.id, { mode: 'from_failed_task' })).rejects.toMatchObject({ code: 'conflict' });
	await expect(retry(run.id, { mode: 'all', component: 'size' })).rejects.toMatchObject({ code: 'invalid_input' });
});

/** Numbers of a file into a table; the file holds one that a cast refuses. */
async function loading(operation: string, on_error: string, more: Record<string, unknown> = {}, file = 'id,size\n1,10\n2,x20\n3,30\n'): Promise<number> {
	await env.FILES.put(`accounts/${studio.principal.account.id}/files/in.csv`, file);
	return studio.dataflow(
		`load ${operation} ${JSON.stringify(more)}`,
		[
			{
				cloud_storage_source_component: {
					id: 'in',
					name: 'in',
					connection_id: studio.files,
					path: 'in.csv',
					fields: [{ name: 'id', type: 'integer' }, { name: 'size' }, ...(file.includes('note') ? [{ name: 'note' }] : [])],
				},
			},
			{
				select_component: {
					id: 'size',
					name: 'size',
					columns: [
						{ expression: 'id', alias: 'id' },
						{ expression: 'cast(size as integer)', alias: 'size' },
					],
					on_error,
				},
			},
			{ database_destination_component: { id: 'out', name: 'out', connection_id: studio.tables, table: 'sizes', operation, ...more } },
		],
		[
			{ source: 'in', target: 'size' },
			{ source: 'size', target: 'out' },
		],
	);
}

/** What the table holds once no record is missing. */
const ALL = [
	[1, 10],
	[2, 20],
	[3, 30],
];
const sizes = () => rowsOf(studio, 'select id, size from sizes order by id');

async function change(id: number, component_name: string, updates: Record<string, unknown>): Promise<void> {
	await updateComponents(studio.context, studio.principal, { package_id: id, updates: [{ component_name, updates }] });
}

async function repair(id: number, size = "cast(replace(size, 'x', '') as integer)"): Promise<void> {
	const columns = [
		{ expression: 'id', alias: 'id' },
		{ expression: size, alias: 'size' },
	];
	await change(id, 'size', { columns });
}

test('records that were refused go the rest of their way once the package is repaired, and only once', async () => {
	const id = await loading('truncate_and_insert', 'skip');
	const run = await ran(id);
	expect(run.status).toBe('completed');
	expect(await sizes()).toEqual([
		[1, 10],
		[3, 30],
	]);
	await repair(id);
	expect(await again(run.id)).toMatchObject({ status: 'completed', outputs: [{ id: 'out', records_count: 1 }] });
	expect(await sizes()).toEqual(ALL);
	await expect(retry(run.id, { mode: 'failed_records' })).rejects.toMatchObject({ code: 'conflict' });
});

test('records that fail again are kept as those of the retry, which can be retried in turn', async () => {
	const id = await loading('append', 'skip');
	const run = await ran(id);
	const second = await again(run.id);
	expect(second).toMatchObject({ status: 'completed', outputs: [{ records_count: 0 }] });
	await repair(id);
	await again(second.id, { component: 'size' });
	expect(await sizes()).toEqual(ALL);
});

test('a retry of a retry adds to the table that the first run replaced, and asks for no column that nobody reads', async () => {
	const id = await loading('truncate_and_insert', 'skip', {}, 'id,size,note\n1,10,a\n2,x20,b\n3,y30,c\n');
	const run = await ran(id);
	await repair(id);
	const second = await again(run.id);
	expect(second).toMatchObject({ status: 'completed', outputs: [{ records_count: 1 }] });
	await repair(id, "cast(replace(size, 'y', '') as integer)");
	const third = await again(second.id);
	expect(third).toMatchObject({ status: 'completed', outputs: [{ records_count: 1 }] });
	expect(await sizes()).toEqual(ALL);
});

test('a retry of records that failed is done again from the run that refused them, never as the whole package', async () => {
	const id = await loading('append', 'skip');
	const run = await ran(id);
	await repair(id);
	const mapped = (size: string) => [
		{ field: 'id', column: 'id' },
		{ field: 'size', column: size },
	];
	await change(id, 'out', { mapping: mapped('nowhere'), create_table: false });
	const failed = await again(run.id);
	expect(failed.status).toBe('failed');
	const hint = expect.stringContaining(`run_id ${run.id}, mode failed_records and component size`);
	await expect(retry(failed.id, { mode: 'all' })).rejects.toMatchObject({ code: 'conflict', hint });
	await expect(retry(failed.id, { mode: 'failed_records' })).rejects.toMatchObject({ code: 'conflict', hint });
	await change(id, 'out', { mapping: mapped('size') });
	expect((await again(run.id)).status).toBe('completed');
	expect(await sizes()).toEqual(ALL);
});

test('an incremental load goes on from where the sources were read last, not from a retry', async () => {
	const id = await loading('append', 'skip');
	const run = await ran(id);
	await repair(id);
	await again(run.id);
	expect(await lastCompletedRun(studio.context.store, studio.principal.account.id, id)).toMatchObject({ id: run.id });

	const { tables } = studio;
	const flow = await studio.workflow(
		'steps',
		[sql('first', tables, 'select 1'), sql('second', tables, 'select a from nowhere')],
		[{ source: 'first', target: 'second' }],
	);
	const failed = await ran(flow);
	await change(flow, 'second', { query: 'select 2' });
	const { run_id } = await retry(failed.id, { mode: 'from_failed_task' });
	await studio.ended(run_id);
	// What the first task read, it read then.
	expect(await lastCompletedRun(studio.context.store, studio.principal.account.id, flow)).toEqual({ id: run_id, submittedAt: Date.parse(failed.submitted_at) });
});

test('where the records alone would not give what the run would have given, it says so and starts nothing', async () => {
	const run = await ran(await loading('append', 'skip', { post_sql: 'delete from sizes where id = 1' }));
	await expect(retry(run.id, { mode: 'failed_records' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('pre_sql or post_sql') });
	const replaced = await loading('truncate_and_insert', 'skip');
	const first = await ran(replaced);
	await ran(replaced);
	await expect(retry(first.id, { mode: 'failed_records' })).rejects.toMatchObject({
		message: expect.stringContaining('has replaced the rows of its table since'),
	});
	const failed = await ran(await loading('append', 'fail'));
	await expect(retry(failed.id, { mode: 'failed_records' })).rejects.toMatchObject({
		message: expect.stringContaining('nothing of it is at its destinations'),
	});
	const runs = await env.DB.prepare('SELECT count(*) AS n FROM runs').first<{ n: number }>();
	expect(runs?.n).toBe(4);
});
