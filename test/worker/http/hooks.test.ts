import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { fetchGateway, post } from '../../support/gateway.ts';
import { type PlainBrowser, shownValue, textOf } from '../../support/plain-browser.ts';
import { aPerson, signedIn } from './people.ts';

const HOOKS = '/acme/settings/hooks';
const admin = env.HEADGATE_ADMIN_TOKEN;
let owner: PlainBrowser;
let sent = 0;

/** The outside network: it takes everything. */
vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
	sent++;
	return new Response('ok');
});
afterAll(() => vi.restoreAllMocks());

beforeAll(async () => {
	await freshGateway();
	owner = await signedIn(await aPerson('ann'));
});

describe('an owner', () => {
	test('adds a hook, sees its secret once, tries it, switches it off and removes it', async () => {
		const fields = { name: 'Pager of ours', destination: 'https://example.com/hook?key=hidden', event: ['run.failed', 'cluster.error'] };
		const made = await owner.submit(await owner.open(HOOKS), 'Add hook', fields);
		expect(shownValue(made, 'signing-secret')).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
		const listed = await owner.open(HOOKS);
		expect(textOf(listed)).toContain('Pager of ours');
		expect(textOf(listed)).toContain('Web hook: https://example.com/hook');
		expect(listed.html).not.toMatch(/whsec_|key=hidden/);
		const hook = await owner.open(`${HOOKS}/1`);
		expect(textOf(hook)).toContain('Told of run.failed, cluster.error');
		await owner.submit(hook, 'Send a test');
		await vi.waitUntil(async () => textOf(await owner.open(`${HOOKS}/1`)).includes('delivered'), { timeout: 60_000 });
		expect(sent).toBe(1);
		const off = await owner.submit(await owner.open(`${HOOKS}/1`), 'Disable');
		expect(textOf(off)).toContain(', off, since');
		expect(off.html).not.toContain('Send a test');
		expect((await owner.submit(off, 'Remove')).path).toBe(HOOKS);
		expect((await owner.open(`${HOOKS}/1`)).status).toBe(404);
	});

	test('is told what is wrong above the form, which keeps what was typed but for the credential', async () => {
		const refused = await owner.submit(await owner.open(HOOKS), 'Add hook', {
			name: 'Team',
			kind: 'slack',
			destination: 'https://hooks.slack.com/none',
			event: ['run.failed'],
		});
		expect(refused.status).toBe(400);
		expect(textOf(refused)).toContain('no address of a Slack incoming webhook');
		expect(refused.html).toContain('value="Team"');
		expect(refused.html).not.toContain('hooks.slack.com/none');
	});

	test('cannot be made to add one by a page of another site', async () => {
		const page = await owner.open(HOOKS);
		const forged = await owner.submit(page, 'Add hook', { name: 'x', destination: 'https://evil.example/', event: ['run.failed'], csrf: 'forged' });
		expect(forged.status).toBe(403);
		const elsewhere = await owner.submit(
			page,
			'Add hook',
			{ name: 'x', destination: 'https://evil.example/', event: ['run.failed'] },
			{ 'Sec-Fetch-Site': 'cross-site' },
		);
		expect(elsewhere.status).toBe(403);
		expect(await env.DB.prepare('SELECT count(*) AS n FROM hooks').first('n')).toBe(0);
	});
});

test('an editor neither sees nor changes hooks, and a stranger is told of no account', async () => {
	await post('/api/admin/hooks', admin, { account: 'acme', kind: 'web', name: 'of the owner', events: ['run.failed'], destination: 'https://example.com/' });
	const id = await env.DB.prepare('SELECT max(id) AS id FROM hooks').first<number>('id');
	const editor = await signedIn(await aPerson('eve', { role: 'editor' }));
	const page = await editor.open(HOOKS);
	expect(textOf(page)).toContain('Only an owner');
	expect(textOf(page)).not.toContain('of the owner');
	expect((await editor.open(`${HOOKS}/${id}`)).status).toBe(403);
	const stranger = await signedIn(await aPerson('sam', { account: 'globex' }));
	expect((await stranger.open(HOOKS)).status).toBe(404);
	expect((await stranger.open(`/globex/settings/hooks/${id}`)).status).toBe(404);
});

describe('the administration API', () => {
	const wanted = { account: 'acme', kind: 'pagerduty', name: 'on call', events: ['run.failed'], destination: '0123456789abcdef0123456789abcdef' };
	const ask = (path: string, method = 'GET') => fetchGateway(`/api/admin/hooks${path}`, { method, headers: { Authorization: `Bearer ${admin}` } });

	test('makes, lists, tries and removes hooks of an account', async () => {
		const made = await post('/api/admin/hooks', admin, wanted);
		expect(made.status).toBe(201);
		const answer = (await made.json()) as { hook: { id: number }; signing_secret: null };
		expect(answer).toMatchObject({ hook: { kind: 'pagerduty', name: 'on call', target: 'events.pagerduty.com', enabled: true }, signing_secret: null });
		const { id } = answer.hook;
		const listed = await (await ask('?account=acme')).text();
		expect(listed).toContain('on call');
		expect(listed).not.toContain(wanted.destination);
		expect((await ask(`/${id}/test?account=acme`, 'POST')).status).toBe(202);
		await vi.waitUntil(async () => (await (await ask(`/${id}?account=acme`)).text()).includes('delivered'), { timeout: 60_000 });
		expect((await ask(`/${id}?account=globex`, 'DELETE')).status).toBe(404);
		expect((await ask(`/${id}?account=acme`, 'DELETE')).status).toBe(204);
		expect((await ask(`/${id}?account=acme`)).status).toBe(404);
	});

	test('refuses what is no hook, without repeating its credential', async () => {
		const refused = await post('/api/admin/hooks', admin, { ...wanted, destination: 'short', kind: 'pagerduty' });
		expect(refused.status).toBe(400);
		expect(await refused.text()).toContain('no routing key of PagerDuty');
		expect((await post('/api/admin/hooks', admin, { ...wanted, events: ['run.exploded'] })).status).toBe(400);
		expect((await post('/api/admin/hooks', admin, { ...wanted, account: 'nobody' })).status).toBe(404);
		expect((await post('/api/admin/hooks', 'wrong', wanted)).status).toBe(401);
	});
});
