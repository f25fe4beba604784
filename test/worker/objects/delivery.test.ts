import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HookEvent } from '../../../src/model/hook.ts';
import { createHook, getHook, type NewHook, removeHook, switchHook, testHook } from '../../../src/operations/hooks/manage.ts';
import { tellOfRun } from '../../../src/operations/hooks/tell.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aPlan, payload, result } from '../../unit/engine/support/plans.ts';
import { world } from '../operations/world.ts';
import { anOrder, ended, stubOf, WAIT } from './world.ts';

const { context } = world();
const OWNER = { accountId: 1, userId: 1 };
const SLACK = 'https://hooks.slack.com/services/T000/B000/canarySlack';

/** The outside network: what reached it, and what it answers. The one part of the world that is not real here. */
interface Sent {
	readonly url: string;
	readonly headers: Record<string, string>;
	readonly body: string;
	readonly redirect: string;
}
let sent: Sent[] = [];
/** Made where they are read: a body belongs to the request that made it. */
let answers: { status: number; body?: string; location?: string }[] = [];
let careless = false;
/** Receivers of such addresses do not answer while this is so. */
let hanging = false;
let waiting = 0;
vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
	const request = new Request(input, init);
	const body = await request.text();
	if (request.url.includes('hangs')) {
		waiting++;
		await vi.waitUntil(() => !hanging, WAIT);
	}
	sent.push({ url: request.url, headers: Object.fromEntries(request.headers), body, redirect: request.redirect });
	// A careless receiver repeats what it was sent.
	const answer = answers.shift() ?? { status: careless ? 400 : 200, body: `you sent ${body} to ${request.url}` };
	return new Response(answer.body ?? null, { status: answer.status, headers: answer.location === undefined ? {} : { Location: answer.location } });
});
afterAll(() => vi.restoreAllMocks());

const object = () => env.DELIVERIES.get(env.DELIVERIES.idFromName('delivery:1'));
const echo = aPlan([payload('in', 'id integer'), result('out', 'in', 'id integer')]);
const aHook = (over: Partial<NewHook> = {}) =>
	createHook(context, OWNER, { kind: 'web', name: 'a hook', events: ['run.completed'], destination: 'https://example.com/hook?key=canaryUrl', ...over });
const deliveries = async (id: number) => (await getHook(context, 1, id)).deliveries;
const settled = (id: number, status: string) => vi.waitUntil(async () => (await deliveries(id))[0]?.status === status, WAIT);

/** Everything that waits is due now, and sent. */
async function again(): Promise<void> {
	await runInDurableObject(object(), (_, { storage }) => {
		storage.sql.exec('UPDATE outbox SET next_at = 0 WHERE next_at IS NOT NULL');
	});
	await runDurableObjectAlarm(object());
}

/** A run that completes, with everything that its end sets off. */
async function aRun(): Promise<number> {
	const { run, cluster, order } = await anOrder(echo, [{ id: 1 }]);
	await run.prepare(order);
	await cluster.enqueue({ runId: order.spec.runId, priority: 0 });
	await ended(order.spec.runId);
	return order.spec.runId;
}

beforeEach(async () => {
	sent = [];
	answers = [];
	careless = false;
	hanging = false;
	waiting = 0;
	await freshGateway();
	await anOrder(echo);
});

describe('a web hook', () => {
	test('is told of a run, signed, and its receiver can check that', async () => {
		const { hook, signing_secret } = await aHook({ events: ['run.submitted', 'run.started', 'run.completed'] });
		const runId = await aRun();
		await vi.waitUntil(async () => (await deliveries(hook.id)).filter(({ status }) => status === 'delivered').length === 3, WAIT);
		const receiver = new Webhook(signing_secret ?? '');
		const told = sent.map(({ body, headers }) => receiver.verify(body, headers) as { type: string; data: object });
		expect(new Set(told.map(({ type }) => type))).toEqual(new Set(['run.submitted', 'run.started', 'run.completed']));
		expect(told.every(({ data }) => (data as { run_id: number }).run_id === runId)).toBe(true);
		expect(sent.every(({ redirect, url }) => redirect === 'manual' && url === 'https://example.com/hook?key=canaryUrl')).toBe(true);
	});

	test('is told once however often a run reports its end', async () => {
		const { hook } = await aHook();
		const runId = await aRun();
		await settled(hook.id, 'delivered');
		await Promise.all([tellOfRun(context, runId, 'run.completed'), tellOfRun(context, runId, 'run.completed')]);
		await again();
		expect(sent).toHaveLength(1);
		expect(await deliveries(hook.id)).toHaveLength(1);
	});

	test('that does not answer is tried again, and told why in the log', async () => {
		answers = [
			{ status: 500, body: 'out of order' },
			{ status: 302, location: 'https://elsewhere.example/' },
		];
		const { hook } = await aHook();
		await testHook(context, 1, hook.id);
		await vi.waitUntil(async () => (await deliveries(hook.id))[0]?.attempts === 1, WAIT);
		expect(await deliveries(hook.id)).toMatchObject([{ event: 'test', status: 'pending', last_error: 'answered 500: out of order' }]);
		await again();
		expect(await deliveries(hook.id)).toMatchObject([{ status: 'pending', attempts: 2, last_error: 'answered 302' }]);
		await again();
		expect(await deliveries(hook.id)).toMatchObject([{ status: 'delivered', attempts: 3, last_error: null, next_attempt_at: null }]);
		expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
		expect(sent.map(({ url }) => new URL(url).host)).toEqual(['example.com', 'example.com', 'example.com']);
	});

	test('whose receiver hangs keeps no other hook from its messages', async () => {
		hanging = true;
		const slow = await aHook({ destination: 'https://example.com/hangs' });
		const quick = await aHook();
		for (let message = 0; message < 12; message++) await testHook(context, 1, slow.hook.id);
		// What comes while the alarm waits for the slow one alone is not for the next alarm.
		await vi.waitUntil(() => waiting > 0, WAIT);
		for (let message = 0; message < 5; message++) await testHook(context, 1, quick.hook.id);
		await vi.waitUntil(async () => (await deliveries(quick.hook.id)).filter(({ status }) => status === 'delivered').length === 5, WAIT);
		expect(await deliveries(slow.hook.id)).toEqual([]);
		hanging = false;
		await vi.waitUntil(async () => (await deliveries(slow.hook.id)).filter(({ status }) => status === 'delivered').length === 12, WAIT);
	});

	test('is given up after eight attempts', async () => {
		answers = Array.from({ length: 9 }, () => ({ status: 503, body: 'no' }));
		const { hook } = await aHook();
		await testHook(context, 1, hook.id);
		await vi.waitUntil(async () => (await deliveries(hook.id))[0]?.attempts === 1, WAIT);
		for (let attempt = 2; attempt <= 9; attempt++) await again();
		expect(await deliveries(hook.id)).toMatchObject([{ status: 'dead', attempts: 8, next_attempt_at: null }]);
		expect(sent).toHaveLength(8);
	});

	test('whose receiver is gone for good is switched off', async () => {
		answers = [{ status: 410 }];
		const { hook } = await aHook();
		await testHook(context, 1, hook.id);
		await settled(hook.id, 'dead');
		expect(await getHook(context, 1, hook.id)).toMatchObject({ enabled: false });
		await expect(testHook(context, 1, hook.id)).rejects.toThrow('is disabled');
	});

	test('that was switched off or removed meanwhile is told nothing more', async () => {
		answers = [{ status: 500 }, { status: 500 }];
		const [off, gone] = [await aHook(), await aHook()];
		for (const { hook } of [off, gone]) {
			await testHook(context, 1, hook.id);
			await vi.waitUntil(async () => (await deliveries(hook.id))[0]?.attempts === 1, WAIT);
		}
		await switchHook(context, 1, off.hook.id, false);
		await removeHook(context, 1, gone.hook.id);
		await again();
		expect(sent).toHaveLength(2);
		expect(await env.DB.prepare('SELECT count(*) AS n FROM hook_deliveries WHERE hook_id = ?').bind(gone.hook.id).first()).toEqual({ n: 0 });
	});

	test('to a private host is never made, and never called were it in the index', async () => {
		for (const destination of ['https://127.0.0.1/', 'https://169.254.169.254/x', 'http://example.com/'])
			await expect(aHook({ destination })).rejects.toMatchObject({ code: 'invalid_input' });
		const sealed = await context.sealer.seal({ kind: 'hook', accountId: 1 }, JSON.stringify({ url: 'https://10.0.0.1/', secret: 'whsec_AAAA' }));
		const { hook } = await aHook();
		await env.DB.prepare('UPDATE hooks SET secrets = ? WHERE id = ?').bind(sealed, hook.id).run();
		await testHook(context, 1, hook.id);
		await vi.waitUntil(async () => (await deliveries(hook.id))[0]?.attempts === 1, WAIT);
		expect(sent).toEqual([]);
	});
});

test('a run that waits for its turn tells that it was submitted, also where the index of hooks was away at first', async () => {
	const { hook } = await aHook({ events: ['run.submitted', 'run.started', 'run.stopped'] });
	await env.DB.exec('ALTER TABLE hooks RENAME TO away');
	const { run, order } = await anOrder(echo, [{ id: 1 }]);
	await run.prepare(order);
	const runObject = stubOf(order.spec.runId);
	await vi.waitUntil(async () => ((await runInDurableObject(runObject, (_, { storage }) => storage.getAlarm())) ?? 0) > Date.now() + 1000, WAIT);
	expect(sent).toEqual([]);
	await env.DB.exec('ALTER TABLE away RENAME TO hooks');
	await runDurableObjectAlarm(runObject);
	await settled(hook.id, 'delivered');
	expect((await deliveries(hook.id)).map(({ event }) => event)).toEqual(['run.submitted']);
	await run.cancel();
	await ended(order.spec.runId);
	await vi.waitUntil(async () => (await deliveries(hook.id)).length === 2, WAIT);
	expect((await deliveries(hook.id)).map(({ event }) => event).sort()).toEqual(['run.stopped', 'run.submitted']);
});

test('a hook is told of the events and packages that it was made for, and of no others', async () => {
	const all = await aHook();
	const other = await aHook({ package_ids: [1] });
	await env.DB.prepare('UPDATE hooks SET package_ids = ? WHERE id = ?').bind('[99]', other.hook.id).run();
	const failures = await aHook({ events: ['run.failed'] });
	const off = await aHook();
	await switchHook(context, 1, off.hook.id, false);
	await aRun();
	await settled(all.hook.id, 'delivered');
	for (const { hook } of [other, failures, off]) expect(await deliveries(hook.id)).toEqual([]);
	await expect(aHook({ package_ids: [99] })).rejects.toThrow('package 99 not found');
});

test('Slack and PagerDuty are told at their own addresses, and no credential is shown or written in the clear', async () => {
	const events: HookEvent[] = ['run.completed'];
	const made = [
		await aHook({ kind: 'slack', events, destination: SLACK }),
		await aHook({ kind: 'pagerduty', events, destination: 'canaryPagerDutyRoutingKey0000000' }),
		await aHook({ kind: 'email', events, destination: 'ann@example.com' }),
		await aHook({ events }),
	];
	careless = true;
	await aRun();
	for (const { hook } of made) await vi.waitUntil(async () => (await deliveries(hook.id))[0]?.attempts === 1, WAIT);
	expect(sent.map(({ url }) => new URL(url).host).sort()).toEqual(['events.pagerduty.com', 'example.com', 'hooks.slack.com']);
	const shown = await Promise.all(made.map(({ hook }) => getHook(context, 1, hook.id)));
	// The object's own deployment has no mail service: the log says so, instead of silence.
	expect(shown[2]?.deliveries).toMatchObject([{ last_error: expect.stringContaining('HEADGATE_EMAIL_API_KEY is not set') }]);
	const rows = (await env.DB.prepare('SELECT * FROM hooks').all()).results;
	expect(JSON.stringify([shown, rows])).not.toMatch(/canary|whsec_/);
	expect(shown.map(({ target }) => target)).toEqual(['hooks.slack.com', 'events.pagerduty.com', 'ann@example.com', 'https://example.com/hook']);
});

test('a message outlives its run, and an index that is away for a while', async () => {
	const { hook } = await aHook();
	await env.DB.exec('ALTER TABLE hooks RENAME TO away');
	await runInDurableObject(object(), async (instance) => {
		const data = { account_id: 1 };
		const message = { id: 'msg_1', type: 'test', timestamp: '2026-01-01T00:00:00Z', subject: 'hook:1', summary: 'a test', data };
		await (instance as unknown as { accept(message: object, ids: number[]): Promise<void> }).accept(message, [hook.id]);
		await (instance as unknown as { alarm(): Promise<void> }).alarm();
	});
	expect(sent).toEqual([]);
	await env.DB.exec('ALTER TABLE away RENAME TO hooks');
	await again();
	expect(await deliveries(hook.id)).toMatchObject([{ message_id: 'msg_1', status: 'delivered', attempts: 1 }]);
});
