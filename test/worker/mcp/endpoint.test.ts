import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, fetchGateway, post, postModern, type Rpc, type TestAccount } from '../../support/gateway.ts';

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const url = (): string => `/${account.slug}/api/mcp`;
const errorOf = async (response: Response): Promise<Rpc['error']> => ((await response.json()) as Rpc).error;

describe('what is sent', () => {
	test.each(['GET', 'DELETE', 'PUT'])('%s is answered 405 and told to POST', async (method) => {
		const response = await fetchGateway(url(), { method, headers: { Authorization: `Bearer ${account.token}` } });
		expect(response.status).toBe(405);
		expect(response.headers.get('Allow')).toBe('POST');
	});

	test.each([
		['another type', { 'Content-Type': 'text/plain' }],
		['no type', {}],
	])('a body of %s is 415', async (_, headers) => {
		const response = await fetchGateway(url(), {
			method: 'POST',
			headers: { Authorization: `Bearer ${account.token}`, ...headers },
			body: new TextEncoder().encode('{}'),
		});
		expect(response.status).toBe(415);
	});

	test('an Accept that leaves nothing we speak is 406', async () => {
		expect((await post(url(), account.token, LIST, { Accept: 'text/html' })).status).toBe(406);
	});

	test('a body over 4 MiB is 413, told by its length', async () => {
		expect((await post(url(), account.token, `"${'x'.repeat(4 * 1024 * 1024)}"`)).status).toBe(413);
	});

	test('a body over 4 MiB of unknown length is 413', async () => {
		const chunk = new Uint8Array(1024 * 1024).fill(32);
		let sent = 0;
		const body = new ReadableStream({
			pull(controller) {
				if (++sent > 5) controller.close();
				else controller.enqueue(chunk);
			},
		});
		const response = await fetchGateway(url(), { method: 'POST', headers: { ...JSON_TYPE, Authorization: `Bearer ${account.token}` }, body });
		expect(response.status).toBe(413);
	});

	test('what is not JSON is a parse error', async () => {
		const response = await post(url(), account.token, '{"jsonrpc": ');
		expect(response.status).toBe(400);
		expect(await errorOf(response)).toMatchObject({ code: -32700 });
	});

	test('an empty body is a parse error', async () => {
		expect(await errorOf(await post(url(), account.token, ''))).toMatchObject({ code: -32700 });
	});

	test.each([
		['a batch', [LIST, LIST]],
		['an empty batch', []],
		['null', 'null'],
		['a text', '"tools/list"'],
		['an object that is no message', { method: 'tools/list' }],
		['a message of another JSON-RPC', { jsonrpc: '1.0', id: 1, method: 'tools/list' }],
	])('%s is an invalid request', async (_, message) => {
		const response = await post(url(), account.token, message);
		expect(response.status).toBe(400);
		expect(await errorOf(response)).toMatchObject({ code: -32600 });
	});

	test('an unknown method is told as such', async () => {
		expect(await errorOf(await post(url(), account.token, { jsonrpc: '2.0', id: 1, method: 'tools/destroy' }))).toMatchObject({ code: -32601 });
		const modern = await postModern(url(), account.token, 'tools/destroy');
		expect(modern.status).toBe(404);
		expect(await errorOf(modern)).toMatchObject({ code: -32601 });
	});

	test('every answer names its request', async () => {
		const first = await post(url(), account.token, LIST);
		const second = await post(url(), null, LIST);
		expect(first.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
		expect(second.headers.get('X-Request-Id')).not.toBe(first.headers.get('X-Request-Id'));
	});
});

describe('who sends it', () => {
	const metadata = 'resource_metadata="http://localhost/.well-known/oauth-protected-resource/acme/api/mcp"';

	test('without a token the answer is 401 with what to ask for and where', async () => {
		const response = await post(url(), null, LIST);
		expect(response.status).toBe(401);
		expect(response.headers.get('WWW-Authenticate')).toBe(`Bearer scope="read write run", ${metadata}`);
		expect(await errorOf(response)).toMatchObject({ code: -32000, data: { code: 'unauthenticated' } });
	});

	test('at /mcp the metadata is that of /mcp', async () => {
		const response = await post('/mcp', null, LIST);
		expect(response.headers.get('WWW-Authenticate')).toContain('resource_metadata="http://localhost/.well-known/oauth-protected-resource/mcp"');
	});

	test('an unknown account is not told apart without a token', async () => {
		const response = await post('/nobody/api/mcp', null, LIST);
		expect(response.status).toBe(401);
		expect(response.headers.get('WWW-Authenticate')).toContain('/.well-known/oauth-protected-resource/nobody/api/mcp"');
	});

	test.each([
		['of another scheme', 'Basic dXNlcjpwYXNz', 'invalid_request'],
		['without a token', 'Bearer', 'invalid_request'],
		['with two tokens', 'Bearer one two', 'invalid_request'],
		['with a token nobody has', 'Bearer mcp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'invalid_token'],
	])('an Authorization header %s is 401', async (_, header, error) => {
		const response = await post(url(), null, LIST, { Authorization: header });
		expect(response.status).toBe(401);
		expect(response.headers.get('WWW-Authenticate')).toContain(`error="${error}"`);
		expect(response.headers.get('WWW-Authenticate')).toContain(metadata);
	});

	test('an account of others is 403, and one that does not exist 404', async () => {
		await anAccount('other');
		expect((await post('/other/api/mcp', account.token, LIST)).status).toBe(403);
		expect((await post('/nobody/api/mcp', account.token, LIST)).status).toBe(404);
	});

	test('the account is reached by its short name, by its number, and without either', async () => {
		for (const path of [url(), `/${account.id}/api/mcp`, '/mcp', `${url()}/`]) {
			const response = await post(path, account.token, LIST);
			expect(response.status, path).toBe(200);
		}
	});

	test('a viewer sees no tool that changes anything', async () => {
		const token = await aToken('acme', { role: 'viewer' });
		const { result } = (await (await post('/mcp', token, LIST)).json()) as Rpc;
		const tools = result?.['tools'] as { name: string; annotations: { readOnlyHint: boolean } }[];
		expect(tools.length).toBeGreaterThan(5);
		expect(tools.filter((tool) => !tool.annotations.readOnlyHint)).toEqual([]);
	});

	test('a token made for two tools sees two', async () => {
		const token = await aToken('acme', { tools: ['list_packages', 'run_package'] });
		const { result } = (await (await post('/mcp', token, LIST)).json()) as Rpc;
		expect(result).toMatchObject({ tools: [{ name: 'list_packages' }, { name: 'run_package' }] });
	});
});

describe('browsers', () => {
	const preflight = (origin: string, headers = 'authorization, mcp-param-region, x-anything'): Promise<Response> =>
		fetchGateway(url(), { method: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': headers } });

	test('a preflight needs no token and grants the headers that clients send', async () => {
		const response = await preflight('http://localhost:6274');
		expect(response.status).toBe(204);
		expect(response.headers.get('Access-Control-Allow-Origin')).toBe('http://localhost:6274');
		const allowed = response.headers.get('Access-Control-Allow-Headers')?.toLowerCase().split(', ') ?? [];
		expect(allowed).toEqual(
			expect.arrayContaining([
				'authorization',
				'content-type',
				'accept',
				'mcp-protocol-version',
				'mcp-method',
				'mcp-name',
				'mcp-session-id',
				'x-chat-id',
				'mcp-param-region',
			]),
		);
		expect(allowed).not.toContain('x-anything');
	});

	test('an answer lets a page read what it needs', async () => {
		const response = await post(url(), null, LIST, { Origin: 'http://127.0.0.1:6274' });
		expect(response.status).toBe(401);
		expect(response.headers.get('Access-Control-Allow-Origin')).toBe('http://127.0.0.1:6274');
		expect(response.headers.get('Access-Control-Expose-Headers')).toContain('WWW-Authenticate');
		expect(response.headers.get('Vary')).toContain('Origin');
	});

	test.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'file://'])('a page of %s is refused', async (origin) => {
		expect((await preflight(origin)).status).toBe(403);
		const response = await post(url(), account.token, LIST, { Origin: origin });
		expect(response.status).toBe(403);
		expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
	});

	test('a name that is not configured is refused, whatever it is asked for', async () => {
		const { SELF } = await import('cloudflare:test');
		const response = await SELF.fetch('http://rebound.example/healthz-no', { headers: { Authorization: `Bearer ${account.token}` } });
		expect(response.status).toBe(403);
	});
});

describe('a request that is refused before it reaches a tool', () => {
	const refusals = async (since: number) => {
		const admin = await aToken(account.slug, { scopes: ['admin'] });
		const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_audit_events', arguments: { tool: '(request)', outcome: 'denied' } } };
		const answer = (await (await post(url(), admin, message)).json()) as Rpc;
		const { events } = (answer.result?.['structuredContent'] ?? { events: [] }) as {
			events: { error_code: string; http_status: number; user: string; grant_id: number }[];
		};
		// Other tests are refused too.
		return events.filter((event) => event.grant_id >= since);
	};

	test('is in the audit of its token’s account, once a minute for each token and reason', async () => {
		await anAccount('globex');
		const [expired, live] = [await aToken(account.slug), await aToken(account.slug)];
		const { grant_id } = (await env.DB.prepare('SELECT max(id) - 1 AS grant_id FROM grants').first<{ grant_id: number }>()) ?? { grant_id: 0 };
		await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = ?').bind(grant_id).run();
		for (let times = 0; times < 3; times++) expect((await post(url(), expired, LIST)).status).toBe(401);
		expect((await post('/globex/api/mcp', live, LIST)).status).toBe(403);
		expect((await post('/nobody/api/mcp', live, LIST)).status).toBe(404);
		expect((await post(url(), 'mcp_nobody-knows-this-one', LIST)).status).toBe(401);
		await vi.waitFor(
			async () =>
				expect((await refusals(grant_id)).map(({ error_code, http_status, grant_id: grant }) => [error_code, http_status, grant]).sort()).toEqual([
					['foreign_account', 403, grant_id + 1],
					['revoked', 401, grant_id],
					['unknown_account', 404, grant_id + 1],
				]),
			{ timeout: 20_000 },
		);
	});
});
