import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aToken, callTool, fetchGateway, type TestAccount } from '../../support/gateway.ts';
import { type PlainBrowser, textOf } from '../../support/plain-browser.ts';
import { aPerson, signedIn } from './people.ts';

const CONNECTIONS = '/acme/settings/connections';
const CANARY = 'canary-8d1f';
let owner: PlainBrowser;
let tried: { url: string; authorization: string | null }[] = [];

/** The outside network: an API that lets in whoever has a token. */
vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
	const request = new Request(input as RequestInfo, init);
	tried.push({ url: request.url, authorization: request.headers.get('authorization') });
	return new Response('{}', { status: request.headers.get('authorization') === null ? 401 : 200, headers: { 'content-type': 'application/json' } });
});
afterAll(() => vi.restoreAllMocks());

beforeAll(async () => {
	await freshGateway();
	owner = await signedIn(await aPerson('ann'));
});
beforeEach(() => {
	tried = [];
});

const anApi = (name: string, more: Record<string, string> = {}) => ({
	name,
	'setting.base_url': 'https://api.example.com/v2',
	'setting.auth': 'bearer',
	'secret.token': CANARY,
	...more,
});
const add = async (fields: Record<string, string>) => owner.submit(await owner.open(`${CONNECTIONS}/new/http`), 'Add connection', fields);
/** Somebody of the account, over MCP. */
const anAssistant = async (): Promise<TestAccount> => ({ id: 1, slug: 'acme', token: await aToken('acme') });
const idOf = (path: string): number => Number(/connections\/(\d+)$/.exec(path)?.[1]);

describe('an owner', () => {
	test('adds a connection, which is tried at once, and never sees its credential again', async () => {
		const made = await add(anApi('Orders API', { 'setting.headers': 'X-Team: data\nX-Two: a: b', 'setting.timeout_seconds': '20' }));
		expect([made.status, made.path]).toEqual([200, expect.stringMatching(/^\/acme\/settings\/connections\/\d+$/)]);
		expect(textOf(made)).toContain('REST API, connection');
		expect(textOf(made)).toContain('works');
		expect(tried).toEqual([{ url: 'https://api.example.com/v2', authorization: `Bearer ${CANARY}` }]);
		const listed = await owner.open(CONNECTIONS);
		expect(textOf(listed)).toContain('Orders API');
		expect(made.html + listed.html).not.toContain(CANARY);
		const row = await env.DB.prepare('SELECT config, secrets FROM connections WHERE id = ?').bind(idOf(made.path)).first<{ config: string; secrets: string }>();
		expect(JSON.parse(row?.config ?? '')).toMatchObject({
			base_url: 'https://api.example.com/v2',
			headers: { 'X-Team': 'data', 'X-Two': 'a: b' },
			timeout_seconds: 20,
		});
		expect(row?.secrets).not.toContain(CANARY);
		const acme = await anAssistant();
		expect(await callTool(acme, 'get_connection', { connection_id: idOf(made.path) })).toMatchObject({
			structuredContent: { name: 'Orders API', status: 'ok' },
		});
	});

	test('changes settings and keeps the credential, but enters it again where it would go elsewhere', async () => {
		const made = await add(anApi('Stock API'));
		const renamed = await owner.submit(made, 'Save connection', { name: 'Stock', 'setting.max_attempts': '2' });
		expect([renamed.status, textOf(renamed).includes('works')]).toEqual([200, true]);
		expect(tried.at(-1)?.authorization).toBe(`Bearer ${CANARY}`);
		const moved = await owner.submit(renamed, 'Save connection', { 'setting.base_url': 'https://evil.example' });
		expect([moved.status, textOf(moved).includes('decides where its credentials are sent')]).toEqual([400, true]);
		expect(moved.html).toContain('value="https://evil.example"');
		expect(tried.map(({ url }) => new URL(url).host)).not.toContain('evil.example');
		const again = await owner.submit(moved, 'Save connection', { 'secret.token': 'another' });
		expect([again.status, tried.at(-1)]).toEqual([200, { url: 'https://evil.example/', authorization: 'Bearer another' }]);
	});

	test('leaves the password empty where a server asks for none, but not the credential that a system needs', async () => {
		const form = await owner.open(`${CONNECTIONS}/new/clickhouse`);
		const made = await owner.submit(form, 'Add connection', { name: 'Events', 'setting.url': 'https://clickhouse.example.com:8443', 'secret.password': '' });
		expect([made.status, made.path]).toEqual([200, expect.stringMatching(/\/connections\/\d+$/)]);
		const renamed = await owner.submit(made, 'Save connection', { name: 'Events of ours' });
		expect([renamed.status, textOf(renamed).includes('Events of ours')]).toEqual([200, true]);
		const store = await owner.open(`${CONNECTIONS}/new/s3`);
		const refused = await owner.submit(store, 'Add connection', { name: 'Lake', 'setting.access_key_id': 'AKIA', 'secret.secret_access_key': '' });
		expect([refused.status, textOf(refused).includes('secret_access_key')]).toEqual([400, true]);
	});

	test('is told above the form what does not fit, without what was entered as a credential', async () => {
		const refused = await add(anApi('Bad', { 'setting.base_url': 'ftp://x', 'setting.max_attempts': '99' }));
		expect(refused.status).toBe(400);
		expect(textOf(refused)).toContain('base_url');
		expect(textOf(refused)).toContain('max_attempts');
		expect(refused.html).toContain('value="Bad"');
		expect(refused.html).not.toContain(CANARY);
		expect((await owner.open(`${CONNECTIONS}/new/oracle`)).status).toBe(400);
	});

	test('tests and removes it, after being told which packages use it; the embedded ones stay', async () => {
		const made = await add(anApi('Sometimes'));
		const id = idOf(made.path);
		const tested = await owner.submit(made, 'Test connection');
		expect([tested.path, tried.length]).toEqual([`${CONNECTIONS}/${id}`, 2]);
		const acme = await anAssistant();
		const source = { rest_api_source_component: { name: 'orders', connection_id: id, path: '/orders', fields: [{ name: 'id', type: 'integer' }] } };
		const result = { result_destination_component: { name: 'out' } };
		await callTool(acme, 'create_package', {
			name: 'Orders',
			flow_type: 'dataflow',
			components: [source, result],
			edges: [{ source: 'orders', target: 'out' }],
		});
		const used = await owner.open(`${CONNECTIONS}/${id}`);
		expect(textOf(used)).toContain('Used by Orders (');
		const refused = await owner.submit(used, 'Remove connection');
		expect([refused.status, textOf(refused).includes('is used by packages')]).toEqual([400, true]);
		const gone = await owner.submit(refused, 'Remove connection', { anyway: '1' });
		expect([gone.path, gone.html.includes('Sometimes')]).toEqual([CONNECTIONS, false]);
		expect((await owner.open(`${CONNECTIONS}/${id}`)).status).toBe(404);
		const embedded = await owner.open(`${CONNECTIONS}/1`);
		expect(embedded.html).not.toContain('Remove connection');
	});

	test('leaves a record of each change, without what the form said', async () => {
		await add(anApi('Recorded'));
		const record = () =>
			env.DB.prepare(
				"SELECT user_id, surface, target, outcome FROM audit_events WHERE action = 'POST /acme/settings/connections/new/http' ORDER BY id DESC LIMIT 1",
			).first();
		await vi.waitUntil(async () => (await record()) !== null, { timeout: 10_000 });
		expect(await record()).toMatchObject({ user_id: 1, surface: 'admin', target: expect.stringMatching(/^account:/), outcome: 'ok' });
		const { results } = await env.DB.prepare('SELECT * FROM audit_events').all();
		expect(JSON.stringify(results)).not.toContain(CANARY);
	});
});

test('an editor sees which connections there are and changes none; a form of another site adds none', async () => {
	const editor = await signedIn(await aPerson('eve', { role: 'editor' }));
	const list = await editor.open(CONNECTIONS);
	expect(textOf(list)).toContain('Embedded storage');
	expect(textOf(list)).toContain('Only an owner');
	for (const path of [`${CONNECTIONS}/1`, `${CONNECTIONS}/new/http`]) expect((await editor.open(path)).status).toBe(403);
	const page = await owner.open(`${CONNECTIONS}/new/http`);
	const forged = await owner.submit(page, 'Add connection', anApi('Forged'), { 'Sec-Fetch-Site': 'cross-site' });
	expect([forged.status, tried]).toEqual([403, []]);
	const stranger = await signedIn(await aPerson('zoe', { account: 'globex' }));
	expect((await stranger.open(CONNECTIONS)).status).toBe(404);
});

describe('the administration API', () => {
	const admin = async (method: string, path: string, body?: unknown) => {
		const headers = { Authorization: `Bearer ${env.HEADGATE_ADMIN_TOKEN}`, 'Content-Type': 'application/json' };
		const response = await fetchGateway(`/api/admin${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
		const text = await response.text();
		return { status: response.status, body: text === '' ? null : JSON.parse(text) };
	};

	test('creates, lists, shows, changes, tests and removes connections, one account at a time', async () => {
		const wanted = {
			account: 'acme',
			name: 'By hand',
			type: 'http',
			config: { base_url: 'https://api.example.com', auth: 'bearer' },
			secrets: { token: CANARY },
		};
		const made = await admin('POST', '/connections', wanted);
		expect(made).toMatchObject({ status: 201, body: { connection: { name: 'By hand', status: 'ok' } } });
		const path = `/connections/${made.body.connection.id}`;
		expect((await admin('GET', '/connections?account=acme')).body.connections).toContainEqual(
			expect.objectContaining({ name: 'By hand', last_checked_at: expect.any(String) }),
		);
		expect((await admin('GET', `${path}?account=acme`)).body.connection.config).toMatchObject({ base_url: 'https://api.example.com' });
		const moved = { config: { base_url: 'https://other.example', auth: 'bearer' } };
		expect(await admin('PATCH', `${path}?account=acme`, moved)).toMatchObject({
			status: 400,
			body: { error: { message: expect.stringContaining('base_url') } },
		});
		expect(await admin('PATCH', `${path}?account=acme`, { ...moved, secrets: { token: 'new' } })).toMatchObject({ status: 200 });
		expect(await admin('PATCH', `${path}?account=acme`, { name: 'Embedded storage' })).toMatchObject({ status: 409 });
		expect(await admin('POST', `${path}/test?account=acme`)).toMatchObject({ body: { success: true } });
		for (const [method, rest] of [
			['GET', ''],
			['PATCH', ''],
			['POST', '/test'],
			['DELETE', ''],
		] as const) {
			expect(await admin(method, `${path}${rest}?account=globex`, method === 'PATCH' ? { name: 'mine' } : undefined)).toMatchObject({ status: 404 });
		}
		expect(await admin('DELETE', `${path}?account=acme`)).toMatchObject({ status: 204 });
		expect(await admin('GET', `${path}?account=acme`)).toMatchObject({ status: 404 });
		const types = (await admin('GET', '/connection_types')).body.types.map(({ type }: { type: string }) => type);
		expect(types).toEqual(expect.arrayContaining(['http', 's3', 'postgresql', 'mysql', 'clickhouse']));
		expect(types).not.toContain('sqlite');
	});
});
