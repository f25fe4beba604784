import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { readEvents } from '../../../src/cli/event-reader.ts';
import { openLog } from '../../../src/operations/runs/follow-log.ts';
import { resolveToken } from '../../../src/operations/tokens/resolve.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aMember, anAccount, aToken, callTool, fetchGateway, type TestAccount } from '../../support/gateway.ts';
import { ended, WAIT } from '../objects/world.ts';
import { world } from '../operations/world.ts';

let account: TestAccount;
let other: TestAccount;

const SECRET = 'S3cret-of-the-run';

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	other = await anAccount('other');
});

const read = (run_id: unknown, headers: Record<string, string> = {}, token = account.token, query = '') =>
	fetchGateway(`/acme/api/runs/${run_id}/log${query}`, { headers: { Authorization: `Bearer ${token}`, ...headers } });

/** The events of a run's log as they come. */
async function follow(run_id: number, headers: Record<string, string> = {}, token = account.token) {
	const response = await read(run_id, { Accept: 'text/event-stream', ...headers }, token);
	expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'text/event-stream']);
	return readEvents(response.body as ReadableStream<Uint8Array>);
}

interface Seen {
	readonly id: string | null;
	readonly name: string;
	readonly data: { readonly message?: string; readonly status?: string; readonly lines?: number };
}

/** Everything up to the first event that is wanted, that one included. */
async function upTo(events: AsyncGenerator<{ id: string | null; name: string; data: string }>, wanted: (event: Seen) => boolean): Promise<Seen[]> {
	const seen: Seen[] = [];
	for (;;) {
		const { value, done } = await events.next();
		if (done === true) throw new Error(`the stream ended after ${JSON.stringify(seen)}`);
		const event = { ...value, data: JSON.parse(value.data) as Seen['data'] };
		seen.push(event);
		if (wanted(event)) return seen;
	}
}

const roleBecomes = (email: string, role: string) =>
	env.DB.prepare('UPDATE members SET role = ?2 WHERE user_id = (SELECT id FROM users WHERE email = ?1)').bind(email, role).run();

/** Everything until the stream ends. */
async function rest(events: AsyncGenerator<{ name: string; data: string }>): Promise<string> {
	const seen: string[] = [];
	for await (const { name, data } of events) seen.push(`${name} ${data}\n`);
	return seen.join('');
}

async function started(package_id: number, given: object = {}): Promise<number> {
	const { structuredContent } = await callTool(account, 'run_package', { package_id, ...given });
	return Number(structuredContent?.['run_id']);
}

/** Goes on until it is stopped. */
async function aLongPackage(): Promise<number> {
	const { structuredContent } = await callTool(account, 'create_package', {
		name: crypto.randomUUID(),
		flow_type: 'workflow',
		components: [{ sleep_component: { id: 'nap', name: 'nap', seconds: 600 } }],
		edges: [],
	});
	return Number(structuredContent?.['package_id']);
}

/** Fails on a row whose value is a secret. */
async function aFailingPackage(): Promise<number> {
	const { structuredContent } = await callTool(account, 'create_package', {
		name: crypto.randomUUID(),
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 's', type: 'string' }] } },
			{ select_component: { id: 'cast', name: 'cast', columns: [{ expression: 'cast(s as integer)', alias: 'n' }] } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [
			{ source: 'in', target: 'cast' },
			{ source: 'cast', target: 'out' },
		],
		variables: { key: { type: 'string', secret: true, default: SECRET } },
	});
	return Number(structuredContent?.['package_id']);
}

describe('the log of a run', () => {
	test('is text, whole, while the run goes on and after it was archived', async () => {
		const run_id = await started(await aFailingPackage(), { payload: [{ s: SECRET }], wait_seconds: 20 });
		await ended(run_id);
		const response = await read(run_id);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'content-type': 'text/plain; charset=utf-8',
			'content-security-policy': "sandbox; default-src 'none'",
			'x-content-type-options': 'nosniff',
		});
		const text = await response.text();
		expect(text).toMatch(/^\d{4}-\d\d-\d\dT\S+ ERROR the run has failed$/m);
		expect(text).not.toContain(SECRET);
		const { structuredContent } = await callTool(account, 'get_run', { run_id, log_tail_lines: 200 });
		expect(text.split('\n').slice(0, -1)).toEqual(structuredContent?.['log_tail']);
		expect(await (await read(run_id, {}, account.token, '?after=1')).text()).toBe(text.split('\n').slice(1).join('\n'));
	});

	test('comes as it grows to those who take events, numbered by line, and ends with the run', async () => {
		const run_id = await started(await aLongPackage());
		const events = await follow(run_id);
		const before = await upTo(events, ({ name, data }) => name === 'status' && data.status === 'running');
		await callTool(account, 'cancel_job', { run_id });
		const after = await upTo(events, ({ name }) => name === 'end');
		const lines = [...before, ...after].filter(({ name }) => name === 'line');
		expect(lines.map(({ id }) => id)).toEqual(lines.map((_, index) => String(index + 1)));
		expect(lines.map(({ data }) => data.message)).toEqual(expect.arrayContaining(['asked to stop', expect.stringMatching(/^the run was stopped/)]));
		expect(after.at(-1)).toMatchObject({ name: 'end', data: { status: 'stopped', lines: lines.length } });
		expect(await events.next()).toMatchObject({ done: true });
	});

	test('goes on behind the line that a client had, during the run and after it', async () => {
		const run_id = await started(await aLongPackage());
		const first = await follow(run_id);
		await callTool(account, 'cancel_job', { run_id });
		const all = (await upTo(first, ({ name }) => name === 'end')).filter(({ name }) => name === 'line');
		const late = await upTo(await follow(run_id, { 'Last-Event-ID': '1' }), ({ name }) => name === 'end');
		expect(late.filter(({ name }) => name === 'line')).toEqual(all.slice(1));
		await ended(run_id);
		const archived = await upTo(await follow(run_id, { 'Last-Event-ID': '1' }), ({ name }) => name === 'end');
		expect(archived).toEqual(late.filter(({ name }) => name !== 'status'));
	});

	test('ends for a grant that was revoked meanwhile, without telling it more', async () => {
		const token = await aToken('acme');
		const run_id = await started(await aLongPackage());
		const events = await follow(run_id, {}, token);
		await upTo(events, ({ name }) => name === 'status');
		await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = (SELECT max(id) FROM grants)').run();
		await callTool(account, 'cancel_job', { run_id });
		expect(await rest(events)).not.toMatch(/^end|asked to stop|stopped/m);
	});

	test('ends for somebody who may no longer debug the package', async () => {
		const package_id = await aLongPackage();
		const run_id = await started(package_id);
		const { email, token } = await aMember('acme', { role: 'editor' });
		const events = await follow(run_id, {}, token);
		await upTo(events, ({ name }) => name === 'status');
		const owner = { ...account, token: await aToken('acme', { scopes: ['admin'] }) };
		await callTool(owner, 'set_package_permissions', { package_id, member: email, permissions: ['read'] });
		await callTool(account, 'cancel_job', { run_id });
		expect(await rest(events)).not.toMatch(/^end|asked to stop|stopped/m);
	});

	test('ends for an owner who was demoted to a member whom the package is hidden from, and for an account whose gateway was switched off', async () => {
		for (const lose of [
			(email: string) => roleBecomes(email, 'viewer'),
			() => env.DB.prepare("UPDATE accounts SET gateway_enabled = 0 WHERE slug = 'acme'").run(),
		]) {
			const package_id = await aLongPackage();
			const run_id = await started(package_id);
			const { email, token } = await aMember('acme', { role: 'editor' });
			const owner = { ...account, token: await aToken('acme', { scopes: ['admin'] }) };
			await callTool(owner, 'set_package_permissions', { package_id, member: email, permissions: [] });
			// Owners are never narrowed: what was set for this one counts again once they are none.
			await roleBecomes(email, 'owner');
			const events = await follow(run_id, {}, token);
			await upTo(events, ({ name }) => name === 'status');
			await lose(email);
			await world().context.runs(run_id).cancel();
			expect(await rest(events)).not.toMatch(/^end|asked to stop|stopped/m);
			await env.DB.prepare("UPDATE accounts SET gateway_enabled = 1 WHERE slug = 'acme'").run();
		}
	});

	test('goes on for a member who was demoted and may still read it', async () => {
		const run_id = await started(await aLongPackage());
		const { email, token } = await aMember('acme', { role: 'editor' });
		const events = await follow(run_id, {}, token);
		await upTo(events, ({ name }) => name === 'status');
		await roleBecomes(email, 'viewer');
		await callTool(account, 'cancel_job', { run_id });
		expect((await upTo(events, ({ name }) => name === 'end')).at(-1)).toMatchObject({ data: { status: 'stopped' } });
	});

	test('is not listened for any longer than it is read', async () => {
		const run_id = await started(await aLongPackage());
		const resolved = await resolveToken(world().context, account.token);
		if (!resolved.ok) throw new Error(resolved.reason);
		const announce = () => world().context.notices(account.id).announce({ run: run_id });
		const left = new AbortController();
		const events = (await openLog(world().context, resolved.principal, run_id)).follow(0, left.signal);
		while ((await events.next()).value?.kind !== 'status');
		expect(await announce()).toBe(1);
		left.abort();
		expect(await events.next()).toMatchObject({ done: true });
		await vi.waitFor(async () => expect(await announce()).toBe(0), WAIT);
		await callTool(account, 'cancel_job', { run_id });
	});
});

describe('nobody reads it', () => {
	test.each([
		['without a token', '', 401],
		['of another account', 'other', 403],
	] as const)('%s', async (_, whose, status) => {
		const run_id = await started(await aFailingPackage(), { payload: [] });
		expect((await read(run_id, {}, whose === '' ? 'mcp_none' : other.token)).status).toBe(status);
		expect((await fetchGateway(`/other/api/runs/${run_id}/log`, { headers: { Authorization: `Bearer ${other.token}` } })).status).toBe(404);
	});

	test('whose token is for other tools, or who may not debug the package', async () => {
		const package_id = await aFailingPackage();
		const run_id = await started(package_id, { payload: [] });
		expect((await read(run_id, {}, await aToken('acme', { tools: ['list_runs'] }))).status).toBe(403);
		const owner = { ...account, token: await aToken('acme', { scopes: ['admin'] }) };
		const { email, token } = await aMember('acme', { role: 'editor' });
		await callTool(owner, 'set_package_permissions', { package_id, member: email, permissions: ['read'] });
		const refused = await read(run_id, { Accept: 'text/event-stream' }, token);
		expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('you may not debug')]);
		await callTool(owner, 'set_package_permissions', { package_id, member: email, permissions: [] });
		expect((await read(run_id, {}, token)).status).toBe(404);
	});

	test.each([
		['4711', {}, '', 404],
		['0', {}, '', 404],
		['x', {}, '', 404],
	] as const)('of a run that is not there: %s', async (run_id, headers, query, status) => {
		expect((await read(run_id, headers, account.token, query)).status).toBe(status);
	});

	test('from a line that is none', async () => {
		const run_id = await started(await aFailingPackage(), { payload: [] });
		for (const response of [await read(run_id, { 'Last-Event-ID': '-1' }), await read(run_id, {}, account.token, '?after=first')]) {
			expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('is no number of a line')]);
		}
	});
});
