import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { lookAtRuns } from '../../../src/operations/maintenance/look-at-runs.ts';
import { sweep } from '../../../src/operations/maintenance/sweep.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aPlan, payload, result } from '../../unit/engine/support/plans.ts';
import { world } from '../operations/world.ts';
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
	// While it is at work it has none, and sets the next one itself.
	await vi.waitUntil(async () => (await alarmOf(runId)) !== null, WAIT);
	await runInDurableObject(stubOf(runId), (_, { storage }) => storage.deleteAlarm());
	expect(await alarmOf(runId)).toBeNull();
	const clusterObject = env.CLUSTERS.get(env.CLUSTERS.idFromName(`cluster:${order.clusterId}`));
	await runInDurableObject(clusterObject, (_, { storage }) => {
		storage.sql.exec('UPDATE queue SET lease_until = 1');
	});
	await runDurableObjectAlarm(clusterObject);
	await vi.waitUntil(async () => (await alarmOf(runId)) !== null, WAIT);
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

describe('the sweep', () => {
	/** A moment at which every run is due for a look. */
	const later = () => {
		const { context } = world();
		return { ...context, clock: () => Date.now() + 60 * 60_000 };
	};

	test('closes a run that ended and whose alarm is lost, without anybody looking at it', async () => {
		const { run, cluster, order } = await anOrder(echo, [{ id: 1 }]);
		const { runId } = order.spec;
		await env.DB.exec('ALTER TABLE run_outputs RENAME TO away');
		await run.prepare(order);
		await cluster.enqueue({ runId, priority: 0 });
		await vi.waitUntil(async () => (await run.snapshot(0))?.status === 'completed', WAIT);
		await runInDurableObject(stubOf(runId), (_, { storage }) => storage.deleteAlarm());
		await env.DB.exec('ALTER TABLE away RENAME TO run_outputs');
		expect(await sweep(later())).toMatchObject({ runsLookedAt: 1, runsTakenUp: 0 });
		expect(await ended(runId)).toMatchObject({ status: 'completed', look_at: null });
		expect(await sweep(later())).toMatchObject({ runsLookedAt: 0 });
	});

	test('begins a queued run again that its cluster has lost, and leaves one alone that tells of its progress', async () => {
		const { run, cluster, order } = await anOrder(echo, [{ id: 1 }]);
		const { runId } = order.spec;
		await run.prepare(order);
		await env.DB.prepare("UPDATE runs SET status = 'queued', updated_at = ? WHERE id = ?")
			.bind(Date.now() + 59 * 60_000, runId)
			.run();
		expect(await sweep(later())).toMatchObject({ runsLookedAt: 0 });
		expect(await cluster.load()).toEqual({ running: 0, queued: 0 });
		await env.DB.prepare('UPDATE runs SET updated_at = 500, look_at = 0 WHERE id = ?').bind(runId).run();
		expect(await sweep(later())).toMatchObject({ runsLookedAt: 1 });
		expect(await ended(runId)).toMatchObject({ status: 'completed' });
	});

	test('ends a run as failed that is under way in the index and nowhere else', async () => {
		const { order } = await anOrder(echo);
		const { runId } = order.spec;
		await env.DB.prepare("UPDATE runs SET status = 'running' WHERE id = ?").bind(runId).run();
		expect(await sweep(later())).toMatchObject({ runsLookedAt: 1, runsTakenUp: 1 });
		expect(await runRow(runId)).toMatchObject({ status: 'failed', last_error: 'what was known of the run was lost before it ended', look_at: null });
	});

	test('looks at so many runs at most, by an index, and at the others the next time', async () => {
		const { order } = await anOrder(echo);
		for (let more = 0; more < 4; more++) await anOrder(echo);
		expect(order.spec.runId).toBe(1);
		const looks = [await lookAtRuns(later(), 3), await lookAtRuns(later(), 3), await lookAtRuns(later(), 3)];
		expect(looks).toEqual([3, 2, 0].map((runs) => ({ runsLookedAt: runs, runsTakenUp: runs })));
		const plan = await env.DB.prepare(
			'EXPLAIN QUERY PLAN SELECT id FROM runs WHERE look_at IS NOT NULL AND look_at < 1 AND submitted_at < 1 ORDER BY look_at LIMIT 200',
		).all();
		expect(plan.results).toMatchObject([{ detail: 'SEARCH runs USING INDEX runs_to_look_at (look_at>? AND look_at<?)' }]);
	});
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
