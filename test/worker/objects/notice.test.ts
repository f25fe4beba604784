import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { announce } from '../../../src/operations/notices/announce.ts';
import { type Listening, listen } from '../../../src/operations/notices/listen.ts';
import type { Change } from '../../../src/operations/notices/ports.ts';
import type { Topic } from '../../../src/operations/notices/topics.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { world } from '../operations/world.ts';

beforeEach(freshGateway);

/** Somebody who listens to the account, and what they have heard. */
async function anEar(accountId: number, topics: readonly Topic[] = ['lists', 'packages', 'tasks', 'run:5']) {
	const [heard, ended]: [Change[], { count: number }] = [[], { count: 0 }];
	const ear: Listening = await listen(
		world().context,
		accountId,
		topics,
		(change) => heard.push(change),
		() => ended.count++,
	);
	return { ...ear, heard, ended };
}

const tell = (accountId: number, change: Change): void => announce(world().context, accountId, change);
const told = (accountId: number, change: Change): Promise<number> => world().context.notices(accountId).announce(change);

const CHANGES: readonly Change[] = ['tools', { run: 5 }, 'resources', { package: 3, names: ['orders'] }, { task: 'abc' }, 'prompts'];

describe('what changes in an account', () => {
	test('is heard by everybody who listens to it, in order, and by nobody who listens to another', async () => {
		const [one, two, other] = await Promise.all([anEar(1), anEar(1), anEar(2)]);
		for (const change of CHANGES) expect(await told(1, change)).toBe(2);
		await vi.waitFor(() => expect([one.heard, two.heard]).toEqual([CHANGES, CHANGES]), { timeout: 60_000 });
		expect(other.heard).toEqual([]);
		for (const ear of [one, two, other]) ear.stop();
	});

	test('is told only to those who want to hear of it, and the teller learns how many they were', async () => {
		const [lists, run] = await Promise.all([anEar(1, ['lists']), anEar(1, ['run:5'])]);
		expect(await told(1, { run: 6 })).toBe(0);
		expect(await told(1, { run: 5 })).toBe(1);
		expect(await told(1, 'tools')).toBe(1);
		await vi.waitFor(() => expect([lists.heard, run.heard]).toEqual([['tools'], [{ run: 5 }]]), { timeout: 60_000 });
		for (const ear of [lists, run]) ear.stop();
	});

	test('is another matter once a listener wants other topics, also after its object was put out of memory', async () => {
		const ear = await anEar(1, ['lists']);
		ear.want(['run:7']);
		await vi.waitFor(async () => expect(await told(1, { run: 7 })).toBe(1), { timeout: 60_000 });
		await evictDurableObject(env.NOTICES.get(env.NOTICES.idFromName('notice:1')) as DurableObjectStub);
		expect([await told(1, 'tools'), await told(1, { run: 7 })]).toEqual([0, 1]);
		ear.stop();
	});

	test('is all told to somebody who wants more topics than can be kept apart', async () => {
		const ear = await anEar(
			1,
			Array.from({ length: 101 }, (_, id) => `run:${id}` as const),
		);
		expect(await told(1, { run: 4711 })).toBe(1);
		ear.stop();
	});

	test('is heard no more by those who stopped', async () => {
		const [gone, there] = await Promise.all([anEar(1), anEar(1)]);
		gone.stop();
		gone.stop();
		tell(1, 'tools');
		await vi.waitFor(() => expect(there.heard).toEqual(['tools']), { timeout: 60_000 });
		expect([gone.heard, gone.ended.count]).toEqual([[], 0]);
		there.stop();
	});

	test('is heard after the object was put out of memory', async () => {
		const ear = await anEar(1);
		await evictDurableObject(env.NOTICES.get(env.NOTICES.idFromName('notice:1')) as DurableObjectStub);
		tell(1, 'resources');
		await vi.waitFor(() => expect(ear.heard).toEqual(['resources']), { timeout: 60_000 });
		ear.stop();
	});

	test('is announced without a failure where the object cannot be reached', async () => {
		const { context, settled } = world();
		const broken = { ...context, notices: () => ({ announce: () => Promise.reject(new Error('no')), fetch: () => Promise.reject(new Error('no')) }) };
		announce(broken, 1, 'tools');
		await expect(settled()).resolves.toBeUndefined();
	});
});

test('a listener past the bound is told to poll instead', async () => {
	const { context } = world();
	const full = { ...context, notices: () => ({ announce: async () => 0, fetch: async () => new Response(null, { status: 503 }) }) };
	await expect(
		listen(
			full,
			1,
			['lists'],
			() => {},
			() => {},
		),
	).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('Poll') });
});

test('a request that wants no socket is told to upgrade', async () => {
	const response = await env.NOTICES.get(env.NOTICES.idFromName('notice:1')).fetch('https://notices/');
	expect(response.status).toBe(426);
});
