import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { announce } from '../../../src/operations/notices/announce.ts';
import { type Listening, listen } from '../../../src/operations/notices/listen.ts';
import type { Change } from '../../../src/operations/notices/ports.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { world } from '../operations/world.ts';

beforeEach(freshGateway);

/** Somebody who listens to the account, and what they have heard. */
async function anEar(accountId: number) {
	const [heard, ended]: [Change[], { count: number }] = [[], { count: 0 }];
	const ear: Listening = await listen(
		world().context,
		accountId,
		(change) => heard.push(change),
		() => ended.count++,
	);
	return { ...ear, heard, ended };
}

const tell = (accountId: number, change: Change): void => announce(world().context, accountId, change);

describe('what changes in an account', () => {
	test('is heard by everybody who listens to it, in order, and by nobody who listens to another', async () => {
		const [one, two, other] = await Promise.all([anEar(1), anEar(1), anEar(2)]);
		const changes: readonly Change[] = ['tools', { resource: 'headgate://runs/5' }, 'resources', 'prompts'];
		for (const change of changes) await env.NOTICES.get(env.NOTICES.idFromName('notice:1')).announce(change);
		await vi.waitFor(() => expect([one.heard, two.heard]).toEqual([changes, changes]), { timeout: 60_000 });
		expect(other.heard).toEqual([]);
		for (const ear of [one, two, other]) ear.stop();
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
	const full = { ...context, notices: () => ({ announce: async () => {}, fetch: async () => new Response(null, { status: 503 }) }) };
	await expect(
		listen(
			full,
			1,
			() => {},
			() => {},
		),
	).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('Poll') });
});

test('a request that wants no socket is told to upgrade', async () => {
	const response = await env.NOTICES.get(env.NOTICES.idFromName('notice:1')).fetch('https://notices/');
	expect(response.status).toBe(426);
});
