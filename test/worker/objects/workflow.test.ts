import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, test, vi } from 'vitest';
import { cancelRun } from '../../../src/operations/runs/cancel.ts';
import { explainRun } from '../../../src/operations/runs/explain.ts';
import { listRuns } from '../../../src/operations/runs/list.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aStudio, child, echoing, failing, nap, rowsOf, type Studio, sql } from './workflows.ts';
import { stubOf, WAIT } from './world.ts';

let studio: Studio;

beforeEach(async () => {
	await freshGateway();
	studio = await aStudio();
});

test('a workflow runs packages, keeps their results and hands values on', async () => {
	const { tables } = studio;
	const echo = await echoing(studio, 'echo');
	const id = await studio.workflow(
		'nightly',
		[
			sql('table', tables, 'create table if not exists loads (id integer, seen text, task text)'),
			sql('last', tables, 'select 2', { result_variable: 'first' }),
			child('load', echo, { variables: { from: '$first' }, result_variable: 'outcome' }),
			sql('note', tables, "insert into loads values ($first, '$outcome', '$_TASK_KEY')"),
		],
		[
			{ source: 'table', target: 'last' },
			{ source: 'last', target: 'load' },
			{ source: 'load', target: 'note' },
		],
		{ variables: { first: { type: 'integer' }, outcome: { type: 'json' } } },
	);
	const runId = await studio.start(id);
	const run = await studio.ended(runId);
	expect(run).toMatchObject({ status: 'completed', progress: 1, last_error: null, components: [], outputs: [] });
	const load = run.tasks?.find((task) => task.id === 'load');
	expect(run.tasks?.map(({ id, status, error }) => [id, status, error])).toEqual([
		['table', 'completed', null],
		['last', 'completed', null],
		['load', 'completed', null],
		['note', 'completed', null],
	]);
	const rows = (await rowsOf(studio, 'select * from loads')) as [number, string, string][];
	expect(rows).toEqual([[2, expect.any(String), `headgate-${runId}-note`]]);
	expect(JSON.parse(rows[0]?.[1] ?? '')).toEqual({ status: 'completed', run_id: load?.run_id, records: { out: 1 }, rows: [{ id: 2, name: 'two' }] });
	const inner = await studio.ended(load?.run_id ?? 0);
	expect(inner).toMatchObject({ status: 'completed', parent_run_id: runId, package_id: echo, variables: { from: 2 }, creator: 'owner@acme.test' });
	const listed = async (include_children: boolean) => (await listRuns(studio.context, studio.principal, { include_children })).runs.map((each) => each.id);
	expect(await listed(false)).toEqual([runId]);
	expect(await listed(true)).toEqual([load?.run_id, runId]);
});

test('two children at once on a cluster of one node take turns, and their parent is in nobody’s way', async () => {
	const echo = await echoing(studio, 'echo');
	const inner = await studio.workflow('inner', [child('again', echo)]);
	const id = await studio.workflow('outer', [child('a', echo), child('b', echo), child('c', inner)]);
	const run = await studio.ended(await studio.start(id));
	expect(run.status).toBe('completed');
	expect(run.tasks?.map((task) => task.status)).toEqual(['completed', 'completed', 'completed']);
	expect(await studio.context.clusters(run.cluster_id).load()).toEqual({ running: 0, queued: 0 });
});

test('a failure that nobody handles fails the run and skips what follows; explaining it reaches into the child', async () => {
	const bad = await failing(studio, 'bad');
	const id = await studio.workflow('outer', [child('load', bad), nap('after', 0)], [{ source: 'load', target: 'after' }]);
	const runId = await studio.start(id);
	const run = await studio.ended(runId);
	const inner = run.tasks?.[0]?.run_id ?? 0;
	expect(run).toMatchObject({ status: 'failed', last_error: expect.stringContaining(`run ${inner} of "bad" failed`) });
	expect(run.tasks?.map(({ id, status }) => [id, status])).toEqual([
		['load', 'failed'],
		['after', 'skipped'],
	]);
	const explained = await explainRun(studio.context, studio.principal, { run_id: runId });
	expect(explained.primary_error).toMatchObject({ id: 'load', component: 'run_package_component', class: 'parse_error' });
	expect(explained.failed_components.map(({ run_id, id, row }) => ({ run_id, id, row }))).toEqual([
		{ run_id: runId, id: 'load', row: null },
		{ run_id: inner, id: 'in', row: 1 },
	]);
});

test('a handled failure leaves the run completed, and its handler knows what failed', async () => {
	const { tables } = studio;
	const bad = await failing(studio, 'bad');
	const id = await studio.workflow(
		'careful',
		[
			sql('table', tables, 'create table told (task text, package text, error text)'),
			child('load', bad),
			sql('tell', tables, "insert into told values ('$_FAILED_TASK', '$_FAILED_PACKAGE', '$_FAILED_ERROR')"),
			sql('never', tables, "insert into told values ('never', '', '')"),
			sql('always', tables, "insert into told values ('always', '$_FAILED_TASK', '')"),
		],
		[
			{ source: 'table', target: 'load' },
			{ source: 'load', target: 'tell', condition: 'failure' },
			{ source: 'load', target: 'never' },
			{ source: 'never', target: 'always', condition: 'completion' },
			{ source: 'tell', target: 'always' },
		],
	);
	const run = await studio.ended(await studio.start(id));
	expect(run).toMatchObject({ status: 'completed', last_error: null, errors: [] });
	expect(run.tasks?.map(({ id, status }) => [id, status])).toEqual([
		['table', 'completed'],
		['load', 'failed'],
		['tell', 'completed'],
		['never', 'skipped'],
		['always', 'completed'],
	]);
	expect(await rowsOf(studio, 'select * from told')).toEqual([
		['load', 'bad', expect.stringContaining('of "bad" failed')],
		['always', 'load', ''],
	]);
});

test('a workflow goes on after its object was put out of memory, and starts nothing twice', async () => {
	const { tables } = studio;
	const echo = await echoing(studio, 'echo');
	const id = await studio.workflow(
		'long',
		[sql('table', tables, 'create table once (n integer)'), nap('pause', 1), child('load', echo), sql('count', tables, 'insert into once values (1)')],
		[
			{ source: 'table', target: 'pause' },
			{ source: 'pause', target: 'load' },
			{ source: 'load', target: 'count' },
		],
	);
	const runId = await studio.start(id);
	await vi.waitUntil(async () => (await studio.run(runId)).tasks?.find((task) => task.id === 'pause')?.status === 'running', WAIT);
	await evictDurableObject(stubOf(runId));
	await vi.waitUntil(async () => (await studio.run(runId)).tasks?.find((task) => task.id === 'load')?.status !== 'waiting', WAIT);
	await evictDurableObject(stubOf(runId));
	const run = await studio.ended(runId);
	expect(run.status).toBe('completed');
	expect(await rowsOf(studio, 'select count(*) from once')).toEqual([[1]]);
	expect(await env.DB.prepare('SELECT count(*) AS n FROM runs WHERE parent_run_id = ?').bind(runId).first()).toEqual({ n: 1 });
});

test('cancelling a workflow stops its children, their children and what has not begun', async () => {
	const sleeper = await studio.workflow('sleeper', [nap('long', 3600)]);
	const middle = await studio.workflow('middle', [child('down', sleeper), child('free', sleeper, { wait: false })]);
	const id = await studio.workflow('top', [child('first', middle), nap('later', 0)], [{ source: 'first', target: 'later' }]);
	const runId = await studio.start(id);
	const runs = async () => (await env.DB.prepare('SELECT id, status FROM runs ORDER BY id').all<{ id: number; status: string }>()).results;
	await vi.waitUntil(async () => (await runs()).filter((run) => run.status === 'running').length === 4, WAIT);
	expect((await cancelRun(studio.context, studio.principal, { run_id: runId })).status).toMatch(/^(pending_stoppage|stopping|stopped)$/);
	const run = await studio.ended(runId);
	expect(run.status).toBe('stopped');
	expect(run.tasks?.map(({ status }) => status)).toEqual(['stopped', 'skipped']);
	expect((await runs()).map(({ status }) => status)).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
	expect((await cancelRun(studio.context, studio.principal, { run_id: runId })).message).toContain('had already stopped');
});

test('a workflow that takes longer than it may stops its children and has failed', async () => {
	const sleeper = await studio.workflow('sleeper', [nap('long', 3600)]);
	const id = await studio.workflow('hasty', [child('wait', sleeper), nap('after', 0)], [{ source: 'wait', target: 'after' }], {
		settings: { timeout_minutes: 0.05 },
	});
	const run = await studio.ended(await studio.start(id));
	expect(run).toMatchObject({ status: 'failed', last_error: expect.stringContaining('took longer than 0.05 minutes') });
	expect(run.tasks?.map(({ status }) => status)).toEqual(['stopped', 'skipped']);
	expect(await studio.ended(run.tasks?.[0]?.run_id ?? 0)).toMatchObject({ status: 'stopped' });
});

test('children act with the rights their starter has when they start', async () => {
	const echo = await echoing(studio, 'echo');
	const id = await studio.workflow('later', [nap('pause', 1), child('load', echo)], [{ source: 'pause', target: 'load' }]);
	const runId = await studio.start(id);
	await env.DB.prepare('UPDATE grants SET revoked_at = 1').run();
	const run = await studio.ended(runId);
	expect(run).toMatchObject({ status: 'failed', last_error: expect.stringContaining('was revoked') });
	expect(run.tasks?.[1]).toMatchObject({ status: 'failed', run_id: null });
});

test('a child that cannot be run is told with what is wrong in it', async () => {
	const echo = await echoing(studio, 'echo');
	const id = await studio.workflow('wrong', [child('load', echo, { variables: { since: 'x' } })]);
	expect(await studio.ended(await studio.start(id))).toMatchObject({
		errors: [
			{ message: 'the package has a fault and was not run: variables.since: the package has no variable "since"', hint: 'variables of the package: from' },
		],
	});
});

test('a secret that is handed to a child stays secret there', async () => {
	const echo = await echoing(studio, 'echo', 'id,name\n1,sesame-open\n');
	const taking = await studio.dataflow(
		'taking',
		[
			{ cloud_storage_source_component: { id: 'in', name: 'in', connection_id: studio.files, path: 'echo.csv', fields: [{ name: 'name' }] } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		[{ source: 'in', target: 'out' }],
		{ variables: { word: '' } },
	);
	expect(echo).toBeGreaterThan(0);
	const id = await studio.workflow('telling', [child('load', taking, { variables: { word: '$password' } })], [], {
		variables: { password: { type: 'string', secret: true, default: 'sesame-open' } },
	});
	const run = await studio.ended(await studio.start(id));
	const inner = await studio.ended(run.tasks?.[0]?.run_id ?? 0);
	expect(inner).toMatchObject({ variables: { word: '[redacted]' }, outputs: [{ rows: [{ name: '[redacted]' }] }] });
	const stored = await env.DB.prepare('SELECT * FROM runs').all();
	expect(JSON.stringify(stored.results)).not.toContain('sesame-open');
});

test('packages that came to run each other are stopped by the way that led there', async () => {
	const inner = await studio.workflow('inner', [nap('z', 0)]);
	const outer = await studio.workflow('outer', [child('down', inner)]);
	const circle = JSON.stringify({ flow_type: 'workflow', components: [child('up', outer)], edges: [], variables: {}, settings: {} });
	await env.DB.prepare('UPDATE package_versions SET definition = ? WHERE package_id = ?').bind(circle, inner).run();
	await expect(studio.start(outer)).rejects.toMatchObject({
		code: 'invalid_package',
		details: { faults: [{ code: 'package', message: `the package would run itself: ${inner} → ${outer} → ${inner}` }] },
	});
});

test('an incremental load takes what is newer than the load before, and all of it when told to', async () => {
	const { tables, files, principal } = studio;
	const put = (rows: readonly string[]) => env.FILES.put(`accounts/${principal.account.id}/files/orders.csv`, ['id,changed_at', ...rows, ''].join('\n'));
	const since = "case when $full_load = 1 then '1970-01-01' else coalesce($_PACKAGE_LAST_SUCCESSFUL_JOB_SUBMISSION_TIMESTAMP, '1970-01-01') end";
	const fields = [
		{ name: 'id', type: 'integer' },
		{ name: 'changed_at', type: 'datetime' },
	];
	const id = await studio.dataflow(
		'orders',
		[
			{ cloud_storage_source_component: { id: 'in', name: 'in', connection_id: files, path: 'orders.csv', fields } },
			{ filter_component: { id: 'newer', name: 'newer', expression: 'changed_at > $since' } },
			{ database_destination_component: { id: 'out', name: 'out', connection_id: tables, table: 'orders' } },
		],
		[
			{ source: 'in', target: 'newer' },
			{ source: 'newer', target: 'out' },
		],
		{ variables: { full_load: 0, since: { type: 'datetime', default: { expression: since } } } },
	);
	const load = async (variables: Readonly<Record<string, number>> = {}) => studio.ended(await studio.start(id, variables));
	const old = ['1,2001-01-01T00:00:00Z', '2,2002-01-01T00:00:00Z'];
	const copies = () => rowsOf(studio, 'select id, count(*) from orders group by id order by id');

	await put(old);
	expect(await load()).toMatchObject({ status: 'completed', outputs: [{ records_count: 2 }] });
	await put([...old, '3,2999-01-01T00:00:00Z']);
	expect(await load()).toMatchObject({ status: 'completed', outputs: [{ records_count: 1 }] });
	expect(await copies()).toEqual([
		[1, 1],
		[2, 1],
		[3, 1],
	]);
	expect(await load({ full_load: 1 })).toMatchObject({ status: 'completed', outputs: [{ records_count: 3 }] });
	expect(await copies()).toEqual([
		[1, 2],
		[2, 2],
		[3, 2],
	]);
});
