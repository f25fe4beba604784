import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aPlan, payload, result } from '../../unit/engine/support/plans.ts';
import { anOrder, ended, runRow, stubOf, unreachable, WAIT } from './world.ts';

beforeEach(freshGateway);

const echo = aPlan([payload('in', 'id integer'), result('out', 'in', 'id integer')]);

const alarmOf = (runId: number) => runInDurableObject(stubOf(runId), (_, { storage }) => storage.getAlarm());

test('a run whose alarm the platform gave up is found by its cluster when its lease ends', async () => {
	const { run, cluster, order } = await anOrder(await unreachable());
	const { runId } = order.spec;
	await run.prepare(order);
	await cluster.enqueue({ runId, priority: 0 });
	await vi.waitUntil(async () => (await run.snapshot(5))?.log.some((line) => line.message.includes('trying again')), WAIT);
	await runInDurableObject(stubOf(runId), (_, { storage }) => storage.deleteAlarm());
	expect(await alarmOf(runId)).toBeNull();
	const clusterObject = env.CLUSTERS.get(env.CLUSTERS.idFromName(`cluster:${order.clusterId}`));
	await runInDurableObject(clusterObject, (_, { storage }) => {
		storage.sql.exec('UPDATE queue SET lease_until = 1');
	});
	await runDurableObjectAlarm(clusterObject);
	expect(await alarmOf(runId)).not.toBeNull();
	await run.cancel();
	expect(await ended(runId)).toMatchObject({ status: 'stopped' });
});

test('a run that ended while the index was away, and whose alarm is lost, is closed when somebody looks at it', async () => {
	const { run, cluster, order } = await anOrder(echo, [{ id: 1 }]);
	const { runId } = order.spec;
	await env.DB.exec('ALTER TABLE run_outputs RENAME TO away');
	await run.prepare(order);
	await cluster.enqueue({ runId, priority: 0 });
	await vi.waitUntil(async () => (await run.snapshot(0))?.status === 'completed', WAIT);
	await runInDurableObject(stubOf(runId), (_, { storage }) => storage.deleteAlarm());
	await env.DB.exec('ALTER TABLE away RENAME TO run_outputs');
	expect(await runRow(runId)).toMatchObject({ log_key: null });
	await run.snapshot(0);
	expect(await ended(runId)).toMatchObject({ status: 'completed' });
});

test('an alarm does not throw even where its own storage is damaged, and comes again', async () => {
	const { run, order } = await anOrder(echo, [{ id: 1 }]);
	const { runId } = order.spec;
	await run.prepare(order);
	await runInDurableObject(stubOf(runId), async (_, { storage }) => {
		storage.sql.exec("UPDATE run SET json = '{' WHERE name = 'state'");
		await storage.setAlarm(Date.now() + 60_000);
	});
	expect(await runDurableObjectAlarm(stubOf(runId))).toBe(true);
	expect(await alarmOf(runId)).toBeGreaterThan(Date.now());
});
