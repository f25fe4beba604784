import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aPlan, payload, result } from '../../unit/engine/support/plans.ts';
import { aCluster, anOrder, clusterObject, ended, unreachable, WAIT } from './world.ts';

beforeEach(freshGateway);

const echo = aPlan([payload('in', 'id integer'), result('out', 'in', 'id integer')]);
const objectOf = (clusterId: number) => env.CLUSTERS.get(env.CLUSTERS.idFromName(`cluster:${clusterId}`));

test('as many runs work at a time as the cluster has nodes; the others wait their turn', async () => {
	const waiting = await unreachable();
	const first = await anOrder(waiting);
	const second = await anOrder(echo, []);
	const third = await anOrder(echo, []);
	for (const { run, order } of [first, second, third]) await run.prepare(order);
	const { cluster } = first;
	expect(await cluster.enqueue({ runId: first.order.spec.runId, priority: 0 })).toEqual({ queuedBehind: 0 });
	expect(await cluster.enqueue({ runId: second.order.spec.runId, priority: 0 })).toEqual({ queuedBehind: 0 });
	expect(await cluster.enqueue({ runId: third.order.spec.runId, priority: 0 })).toEqual({ queuedBehind: 1 });
	expect(await cluster.load()).toEqual({ running: 1, queued: 2 });
	expect(await cluster.enqueue({ runId: third.order.spec.runId, priority: 0 })).toEqual({ queuedBehind: 1 });
	await first.run.cancel();
	expect(await ended(second.order.spec.runId)).toMatchObject({ status: 'completed' });
	expect(await ended(third.order.spec.runId)).toMatchObject({ status: 'completed' });
	expect(await cluster.load()).toEqual({ running: 0, queued: 0 });
});

test('higher priority goes first, then who came first', async () => {
	const { clusterId } = await aCluster(1);
	const cluster = clusterObject(clusterId);
	// Runs nobody prepared hold their slot until it is released.
	for (const [runId, priority] of [
		[1, 0],
		[2, 0],
		[3, 1],
		[4, 1],
	] as const)
		await cluster.enqueue({ runId, priority });
	const order: number[] = [];
	for (let turn = 0; turn < 4; turn++) {
		const running = await runInDurableObject(
			objectOf(clusterId),
			(_, { storage }) => storage.sql.exec<{ run_id: number }>('SELECT run_id FROM queue WHERE lease_until IS NOT NULL').one().run_id,
		);
		order.push(running);
		await cluster.release(running);
	}
	expect(order).toEqual([1, 3, 4, 2]);
});

test('a queued run can be withdrawn, a running one cannot', async () => {
	const { clusterId } = await aCluster(1);
	const cluster = clusterObject(clusterId);
	await cluster.enqueue({ runId: 1, priority: 0 });
	await cluster.enqueue({ runId: 2, priority: 0 });
	expect(await cluster.withdraw(1)).toBe(false);
	expect(await cluster.withdraw(2)).toBe(true);
	expect(await cluster.withdraw(2)).toBe(true);
	expect(await cluster.load()).toEqual({ running: 1, queued: 0 });
});

test('a lease is renewed only by who holds one', async () => {
	const { clusterId } = await aCluster(1);
	const cluster = clusterObject(clusterId);
	await cluster.enqueue({ runId: 1, priority: 0 });
	await cluster.enqueue({ runId: 2, priority: 0 });
	expect(await cluster.renew(1)).toBe(true);
	expect(await cluster.renew(2)).toBe(false);
	expect(await cluster.renew(3)).toBe(false);
});

test('a slot whose run is gone goes to the next; one whose run is at work stays taken, however long a slice waits', async () => {
	const alive = await anOrder(await unreachable());
	const { cluster, order } = alive;
	const { runId } = order.spec;
	const leasesEnd = async () => {
		await runInDurableObject(objectOf(order.clusterId), (_, { storage }) => {
			storage.sql.exec('UPDATE queue SET lease_until = 1 WHERE lease_until IS NOT NULL');
		});
		await runDurableObjectAlarm(objectOf(order.clusterId));
	};
	await env.DB.prepare('UPDATE clusters SET nodes = 1 WHERE id = ?').bind(order.clusterId).run();
	await alive.run.prepare(order);
	await cluster.enqueue({ runId: 1001, priority: 0 });
	await cluster.enqueue({ runId, priority: 0 });
	await cluster.enqueue({ runId: 1002, priority: 0 });
	await leasesEnd();
	// 1001 was never prepared and is removed.
	expect(await cluster.renew(1001)).toBe(false);
	expect(await cluster.renew(runId)).toBe(true);
	await leasesEnd();
	expect(await cluster.load()).toEqual({ running: 1, queued: 1 });
	expect(await cluster.renew(runId)).toBe(true);
	await alive.run.cancel();
	expect(await ended(runId)).toMatchObject({ status: 'stopped' });
});

test('a slot whose run never heard of it goes to the next, and the run behind it', async () => {
	const { cluster, order, run } = await anOrder(await unreachable());
	const { runId } = order.spec;
	await env.DB.prepare('UPDATE clusters SET nodes = 1 WHERE id = ?').bind(order.clusterId).run();
	await cluster.enqueue({ runId, priority: 0 });
	await run.prepare(order);
	await cluster.enqueue({ runId: 1002, priority: 0 });
	await runInDurableObject(objectOf(order.clusterId), (_, { storage }) => {
		storage.sql.exec('UPDATE queue SET lease_until = 1 WHERE run_id = ?', runId);
	});
	await runDurableObjectAlarm(objectOf(order.clusterId));
	expect(await cluster.renew(1002)).toBe(true);
	expect(await cluster.load()).toEqual({ running: 1, queued: 1 });
	await run.cancel();
	expect(await ended(runId)).toMatchObject({ status: 'stopped' });
});

test('a cluster that grew takes more runs when it looks again', async () => {
	const { clusterId } = await aCluster(1);
	const cluster = clusterObject(clusterId);
	await cluster.enqueue({ runId: 1, priority: 0 });
	await cluster.enqueue({ runId: 2, priority: 0 });
	await env.DB.prepare('UPDATE clusters SET nodes = 2 WHERE id = ?').bind(clusterId).run();
	await runDurableObjectAlarm(objectOf(clusterId));
	await vi.waitUntil(async () => (await cluster.load()).running === 2, WAIT);
	expect(await cluster.load()).toEqual({ running: 2, queued: 0 });
});

test('a cluster that was deleted comes to rest', async () => {
	const { clusterId } = await aCluster(1);
	await clusterObject(clusterId).enqueue({ runId: 1, priority: 0 });
	await env.DB.prepare('DELETE FROM clusters WHERE id = ?').bind(clusterId).run();
	await clusterObject(clusterId).release(1);
	expect(await runInDurableObject(objectOf(clusterId), (_, { storage }) => storage.getAlarm())).toBeNull();
});

describe('the status of a cluster', () => {
	const row = (id: number) =>
		env.DB.prepare(
			'SELECT status, requested_at > 0 AS requested, available_at > 0 AS available, idled_at > 0 AS idled, terminated_at > 0 AS ended FROM clusters WHERE id = ?',
		)
			.bind(id)
			.first();
	const quiet = (clusterId: number) =>
		runInDurableObject(objectOf(clusterId), (_, { storage }) => {
			storage.sql.exec('UPDATE life SET quiet_since = 1');
		});

	test('follows from what it does: idle, terminated, and back for a run that wants it', async () => {
		const first = await anOrder(echo, []);
		const { clusterId } = first.order;
		await env.DB.prepare('UPDATE clusters SET terminate_on_idle = 1, time_to_idle = 60').run();
		await first.run.prepare(first.order);
		await first.cluster.enqueue({ runId: first.order.spec.runId, priority: 0 });
		await ended(first.order.spec.runId);
		expect(await row(clusterId)).toMatchObject({ status: 'available', ended: null });
		await quiet(clusterId);
		await runDurableObjectAlarm(objectOf(clusterId));
		expect(await row(clusterId)).toMatchObject({ status: 'terminated', idled: 1, ended: 1 });
		const second = await anOrder(echo, []);
		await second.run.prepare(second.order);
		await second.cluster.enqueue({ runId: second.order.spec.runId, priority: 0 });
		expect(await ended(second.order.spec.runId)).toMatchObject({ status: 'completed' });
		expect(await row(clusterId)).toMatchObject({ status: 'available', requested: 1, idled: null, ended: null });
	});

	test('rests where it does not end', async () => {
		const { clusterId } = await aCluster(1);
		await clusterObject(clusterId).release(1);
		await quiet(clusterId);
		await runDurableObjectAlarm(objectOf(clusterId));
		expect(await row(clusterId)).toMatchObject({ status: 'idle', idled: 1, ended: null });
		await clusterObject(clusterId).enqueue({ runId: 1, priority: 0 });
		expect(await row(clusterId)).toMatchObject({ status: 'available', idled: null });
	});
});

test('a run of low priority that has waited an hour goes before one of high priority', async () => {
	const { clusterId } = await aCluster(1);
	const cluster = clusterObject(clusterId);
	for (const [runId, priority] of [
		[1, 0],
		[2, -1],
		[3, 1],
	] as const)
		await cluster.enqueue({ runId, priority });
	await runInDurableObject(objectOf(clusterId), (_, { storage }) => {
		storage.sql.exec('UPDATE queue SET due = due - 3600001 WHERE run_id = 2');
	});
	await cluster.release(1);
	expect(await cluster.renew(2)).toBe(true);
});
