import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { eventStream, lastOf } from '../../support/event-stream.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, fetchGateway, post, type Rpc, type TestAccount } from '../../support/gateway.ts';

const BOTH = { Accept: 'application/json, text/event-stream' };
const LIST = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
const SESSION = 'Mcp-Session-Id';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const initialize = (capabilities: object) => ({
	jsonrpc: '2.0',
	id: 0,
	method: 'initialize',
	params: { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'test', version: '1' } },
});

const shakeHands = (capabilities: object, query = '') => post(`/acme/api/mcp${query}`, account.token, initialize(capabilities), BOTH);

/** A session and its id. */
async function begun(capabilities: object = { roots: {} }, query = ''): Promise<string> {
	const response = await shakeHands(capabilities, query);
	const { result } = await lastOf(response);
	expect(result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'headgate' } });
	return response.headers.get(SESSION) ?? '';
}

const send = (session: string, message: unknown, headers: Record<string, string> = BOTH, token = account.token) =>
	post('/acme/api/mcp', token, message, { [SESSION]: session, ...headers });
const as = (method: 'GET' | 'DELETE', session: string, token = account.token) =>
	fetchGateway('/acme/api/mcp', { method, headers: { Authorization: `Bearer ${token}`, Accept: 'text/event-stream', [SESSION]: session } });
const objectOf = (session: string) => env.SESSIONS.get(env.SESSIONS.idFromString(session)) as DurableObjectStub;
const announceTools = () => env.NOTICES.get(env.NOTICES.idFromName(`notice:${account.id}`)).announce('tools');

describe('a client of 2025', () => {
	test.each([
		['that can be asked for a form', { elicitation: {} }, ''],
		['that can sample', { sampling: {} }, ''],
		['that has roots', { roots: { listChanged: true } }, ''],
		['that asks for one', {}, '?session=1'],
		['that enables its tools itself', {}, '?mode=dynamic'],
	])('%s is given a session', async (_, capabilities, query) => {
		expect((await shakeHands(capabilities, query)).headers.get(SESSION)).toMatch(/^[0-9a-f]{64}$/);
	});

	test('that has no use for a session gets none, and is not promised what needs one', async () => {
		const response = await shakeHands({});
		expect(response.headers.get(SESSION)).toBeNull();
		expect(((await response.json()) as Rpc).result?.['capabilities']).toEqual(expect.objectContaining({ tools: {} }));
	});
});

describe('a session', () => {
	test('lists and calls as the account does without one', async () => {
		const session = await begun();
		const { result } = await lastOf(await send(session, LIST));
		expect(Object.keys(result?.['tools'] ?? {}).length).toBeGreaterThan(10);
		const call = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'list_workspaces', arguments: {} } };
		expect(await lastOf(await send(session, call))).toMatchObject({ id: 3, result: { structuredContent: { workspaces: expect.any(Array) } } });
	});

	test('gives JSON to those who take only JSON', async () => {
		const response = await send(await begun(), LIST, { Accept: 'application/json' });
		expect(response.headers.get('Content-Type')).toContain('application/json');
		expect(((await response.json()) as Rpc).result?.['tools']).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'list_packages' })]));
	});

	test('acknowledges notifications', async () => {
		expect((await send(await begun(), { jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
	});

	test('is not there for another grant, nor under an id that nobody was given', async () => {
		const [session, stranger] = [await begun(), await aToken('acme')];
		for (const response of [
			await send(session, LIST, BOTH, stranger),
			await as('GET', session, stranger),
			await as('DELETE', session, stranger),
			await send('no such session', LIST),
			await send(env.SESSIONS.newUniqueId().toString(), LIST),
			await send(env.RUNS.newUniqueId().toString(), LIST),
		]) {
			expect(response.status).toBe(404);
			expect(((await response.json()) as Rpc).error).toMatchObject({ code: -32001 });
		}
		expect((await send(session, LIST)).status).toBe(200);
	});

	test('refuses a token that is no more, before it looks', async () => {
		const session = await begun();
		expect((await send(session, LIST, BOTH, `${account.token}x`)).status).toBe(401);
	});

	test('is over once it is deleted', async () => {
		const session = await begun();
		expect((await as('DELETE', session)).status).toBe(200);
		expect((await send(session, LIST)).status).toBe(404);
		expect((await as('GET', session)).status).toBe(404);
	});

	test('is over when nobody used it for long', async () => {
		const session = await begun();
		expect(await runDurableObjectAlarm(objectOf(session))).toBe(true);
		expect((await send(session, LIST)).status).toBe(404);
	});

	test('goes on after its object was put out of memory', async () => {
		const session = await begun({ elicitation: {} });
		await evictDurableObject(objectOf(session));
		expect((await lastOf(await send(session, LIST))).result?.['tools']).toEqual(expect.any(Array));
	});

	test('refuses a second handshake', async () => {
		const session = await begun();
		expect((await send(session, initialize({ roots: {} }))).status).toBe(400);
	});
});

describe('the stream of a session', () => {
	test('tells that the tools changed, and is the only one', async () => {
		const session = await begun();
		const response = await as('GET', session);
		expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'text/event-stream']);
		expect((await as('GET', session)).status).toBe(409);
		const stream = eventStream(response);
		await announceTools();
		expect(await stream.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
		await stream.end();
	});

	test('keeps the session from being idle', async () => {
		const session = await begun();
		const stream = eventStream(await as('GET', session));
		await runDurableObjectAlarm(objectOf(session));
		expect((await send(session, LIST)).status).toBe(200);
		await stream.end();
	});

	test('tells nothing to a grant that was revoked meanwhile', async () => {
		const token = await aToken('acme');
		const handshake = await post('/acme/api/mcp', token, initialize({ roots: {} }), BOTH);
		const session = handshake.headers.get(SESSION) ?? '';
		const stream = eventStream(await as('GET', session, token));
		await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = (SELECT max(id) FROM grants)').run();
		const told = vi.fn();
		stream.next().then(told, told);
		const other = eventStream(await as('GET', await begun()));
		await announceTools();
		expect(await other.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
		expect(told).not.toHaveBeenCalled();
		await Promise.all([stream.end(), other.end()]);
	});

	test('tells of the resources that were subscribed to, until they are unsubscribed from', async () => {
		const names = ['one', 'two'];
		const [one = 0, two = 0] = await Promise.all(names.map(aPackage));
		const session = await begun();
		const stream = eventStream(await as('GET', session));
		const ask = async (method: string, package_id: number) =>
			lastOf(await send(session, { jsonrpc: '2.0', id: 5, method, params: { uri: `headgate://packages/${package_id}` } }));
		for (const package_id of [one, two]) expect(await ask('resources/subscribe', package_id)).toMatchObject({ id: 5, result: {} });
		expect((await ask('resources/subscribe', 4711)).error).toMatchObject({ code: -32602 });
		const rename = (package_id: number, name: string) => callTool(account, 'rename_package', { package_id, name });
		const updated = async () => {
			for (;;) {
				const told = await stream.next();
				if (told?.method === 'notifications/resources/updated') return told.params?.['uri'];
			}
		};
		await rename(one, 'uno');
		expect(await updated()).toBe(`headgate://packages/${one}`);
		await ask('resources/unsubscribe', one);
		await rename(one, 'eins');
		await rename(two, 'zwei');
		expect(await updated()).toBe(`headgate://packages/${two}`);
		await stream.end();
	});
});

async function aPackage(name: string): Promise<number> {
	const { structuredContent } = await callTool(account, 'create_package', {
		name,
		flow_type: 'workflow',
		components: [{ sleep_component: { id: 'nap', name: 'nap', seconds: 1 } }],
		edges: [],
	});
	return Number(structuredContent?.['package_id']);
}
