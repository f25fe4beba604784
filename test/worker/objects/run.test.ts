import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Plan } from '../../../src/plan/plan.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aNode, aPlan, column, csv, fileSink, payload, result, tableSink } from '../../unit/engine/support/plans.ts';
import { anOrder, connectionOf, ended, runRow, stubOf, unreachable, WAIT } from './world.ts';

beforeEach(freshGateway);

const echo: Plan = aPlan([payload('in', 'id integer'), result('out', 'in', 'id integer')]);

test('a run is prepared, begun by its cluster, told to the index, archived and forgotten', async () => {
	const { run, cluster, order } = await anOrder(echo, [{ id: 1 }, { id: 2 }]);
	const { runId } = order.spec;
	await run.prepare(order);
	expect(await run.snapshot(5)).toMatchObject({ status: 'queued', startedAt: null, log: [] });
	await cluster.enqueue({ runId, priority: 0 });
	expect(await ended(runId)).toMatchObject({ status: 'completed', progress: 1, log_key: `accounts/1/logs/${runId}.ndjson` });
	expect(await run.snapshot(5)).toBeNull();
	expect(await cluster.load()).toEqual({ running: 0, queued: 0 });
	const archived = await env.FILES.get(`accounts/1/logs/${runId}.ndjson`);
	const lines = ((await archived?.text()) ?? '')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as { message: string; component: string | null });
	expect(lines.map(({ message, component }) => [component, message])).toEqual([
		[null, 'the run has begun'],
		['in', '2 rows in, 2 out'],
		['out', '2 rows in, 0 out'],
		[null, 'the run has completed'],
	]);
	await runInDurableObject(stubOf(runId), (_, { storage }) => {
		expect(storage.sql.exec("SELECT count(*) AS tables FROM sqlite_master WHERE name NOT LIKE '_cf%'").one()).toEqual({ tables: 0 });
	});
});

test('a file from storage goes into a file and a table, exactly once', async () => {
	const files = await connectionOf('r2');
	const tables = await connectionOf('sqlite');
	await env.FILES.put('accounts/1/files/in.csv', `id,name\n${Array.from({ length: 20_000 }, (_, i) => `${i},"name ${i}"\n`).join('')}`);
	const schema = 'id integer, name string';
	const plan = aPlan([
		csv('in', 'in.csv', schema, { connection: files }),
		fileSink('file', 'in', schema, { connection: files }),
		tableSink('people', 'in', schema, { connection: tables, batchSize: 5000 }),
	]);
	const { run, cluster, order } = await anOrder(plan);
	await run.prepare(order);
	await cluster.enqueue({ runId: order.spec.runId, priority: 0 });
	expect(await ended(order.spec.runId)).toMatchObject({ status: 'completed', last_error: null });
	const written = await (await env.FILES.get('accounts/1/files/out/part-00000.csv'))?.text();
	expect(written?.split('\n')).toHaveLength(20_002);
	await runInDurableObject(env.DATABASES.get(env.DATABASES.idFromName('database:1')), (_, { storage }) => {
		expect(storage.sql.exec('SELECT count(*) AS n, count(DISTINCT id) AS d FROM people').one()).toEqual({ n: 20_000, d: 20_000 });
	});
});

test('a failing run says where and why, keeps bad records and leaves its destination alone', async () => {
	const files = await connectionOf('r2');
	const cast = { kind: 'cast', type: { kind: 'integer' }, argument: column('text', 'string'), lenient: false } as const;
	const plan = aPlan([
		payload('in', 'text string'),
		aNode('numbers', { kind: 'project', columns: [{ name: 'n', expr: cast }] }, ['in'], 'n integer'),
		fileSink('file', 'numbers', 'n integer', { connection: files }),
	]);
	const { run, cluster, order } = await anOrder(plan, [{ text: '1' }, { text: 'one' }]);
	const { runId } = order.spec;
	await run.prepare(order);
	await cluster.enqueue({ runId, priority: 0 });
	expect(await ended(runId)).toMatchObject({ status: 'failed', last_error: expect.stringContaining('one') });
	const failure = await env.DB.prepare('SELECT * FROM run_failures WHERE run_id = ?').bind(runId).first();
	expect(failure).toMatchObject({ component: 'numbers', class: 'invalid_cast', row: 2, field: 'n', sample: '{"text":"one"}' });
	expect(await (await env.FILES.get(`accounts/1/bad-records/${runId}/000001.ndjson`))?.text()).toContain('"row":2');
	expect(await env.FILES.get('accounts/1/files/out/part-00000.csv')).toBeNull();
});

test('a run that waits for its turn is stopped at once', async () => {
	const { run, order } = await anOrder(echo);
	await run.prepare(order);
	expect(await run.cancel()).toBe('stopped');
	expect(await ended(order.spec.runId)).toMatchObject({ status: 'stopped', started_at: null });
	expect(await run.cancel()).toBe('stopped');
});

test('a run at work is stopped at its next checkpoint', async () => {
	const { run, cluster, order } = await anOrder(await unreachable());
	const { runId } = order.spec;
	await run.prepare(order);
	await cluster.enqueue({ runId, priority: 0 });
	await vi.waitUntil(async () => (await run.snapshot(5))?.log.some((line) => line.message.includes('trying again')), WAIT);
	expect(await run.cancel()).toMatch(/^(pending_stoppage|stopping|stopped)$/);
	expect(await ended(runId)).toMatchObject({ status: 'stopped', last_error: null });
	expect(await cluster.load()).toEqual({ running: 0, queued: 0 });
});

test('a run that takes longer than it may has failed', async () => {
	const { run, cluster, order } = await anOrder(await unreachable({ timeoutMinutes: 1 / 60_000 }));
	const { runId } = order.spec;
	await run.prepare(order);
	await cluster.enqueue({ runId, priority: 0 });
	expect(await ended(runId)).toMatchObject({ status: 'failed', last_error: expect.stringContaining('took longer than') });
});

test('while the index does not take the end of a run, it is told again and again', async () => {
	const { run, cluster, order } = await anOrder(echo, [{ id: 1 }]);
	const { runId } = order.spec;
	await env.DB.exec('ALTER TABLE run_outputs RENAME TO away');
	await run.prepare(order);
	await cluster.enqueue({ runId, priority: 0 });
	await vi.waitUntil(async () => (await run.snapshot(0))?.status === 'completed', WAIT);
	expect(await runRow(runId)).toMatchObject({ status: 'running' });
	expect(await cluster.load()).toEqual({ running: 0, queued: 0 });
	expect(await run.snapshot(0)).toMatchObject({ outputs: [{ records: 1, rows: [{ id: 1 }] }] });
	await env.DB.exec('ALTER TABLE away RENAME TO run_outputs');
	expect(await ended(runId)).toMatchObject({ status: 'completed' });
	expect(await run.snapshot(0)).toBeNull();
});

test('a run that cannot even begin for want of the index waits for it', async () => {
	const { run, cluster, order } = await anOrder(echo, [{ id: 1 }]);
	const { runId } = order.spec;
	await run.prepare(order);
	await env.DB.exec('ALTER TABLE runs RENAME TO away');
	await cluster.enqueue({ runId, priority: 0 });
	expect(await run.snapshot(0)).toMatchObject({ status: 'running' });
	await env.DB.exec('ALTER TABLE away RENAME TO runs');
	expect(await ended(runId)).toMatchObject({ status: 'completed' });
});

test('a run whose slot was lost stops working, asks again, and goes on with its first start', async () => {
	const { run, cluster, order } = await anOrder(await unreachable());
	const { runId } = order.spec;
	await run.prepare(order);
	await cluster.enqueue({ runId, priority: 0 });
	const before = await vi.waitUntil(async () => {
		const snapshot = await run.snapshot(5);
		return snapshot?.log.some((line) => line.message.includes('trying again')) ? snapshot : false;
	}, WAIT);
	await runInDurableObject(env.CLUSTERS.get(env.CLUSTERS.idFromName(`cluster:${order.clusterId}`)), (_, { storage }) => {
		storage.sql.exec('DELETE FROM queue');
	});
	// A lease about to end has to be renewed before anything else is done.
	await run.begin({ until: Date.now() });
	await vi.waitUntil(async () => (await run.snapshot(20))?.log.some((line) => line.message.includes('slot was lost')), WAIT);
	const after = await vi.waitUntil(async () => {
		const snapshot = await run.snapshot(20);
		return snapshot?.status === 'running' ? snapshot : false;
	}, WAIT);
	expect(after.startedAt).toBe(before.startedAt);
	expect(await cluster.load()).toEqual({ running: 1, queued: 0 });
	await run.cancel();
	expect(await ended(runId)).toMatchObject({ status: 'stopped' });
});

test('an order is kept as it came first, and a run nobody prepared is nothing', async () => {
	const { run, order } = await anOrder(echo, [{ id: 1 }]);
	expect(await run.snapshot(5)).toBeNull();
	expect(await run.cancel()).toBe('stopped');
	await run.begin({ until: Date.now() + 1000 });
	await run.prepare(order);
	await run.prepare({ ...order, spec: { ...order.spec, payload: [{ id: 2 }, { id: 3 }] } });
	await run.begin({ until: Date.now() + 60_000 });
	await ended(order.spec.runId);
	expect(await env.DB.prepare('SELECT records FROM run_outputs WHERE run_id = ?').bind(order.spec.runId).first()).toEqual({ records: 1 });
	expect(await runRow(order.spec.runId)).toMatchObject({ status: 'completed' });
});
