import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { gateway } from '../../../src/mcp/gateway.ts';
import { lastOf, type Told } from '../../support/event-stream.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, fetchGateway, post, postModern, type Rpc, type TestAccount } from '../../support/gateway.ts';

const BOTH = { Accept: 'application/json, text/event-stream' };
const DYNAMIC = '/acme/api/mcp?mode=dynamic';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const listMessage = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const callMessage = (name: string, given: object) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } });
const namesOf = (answer: Partial<Rpc>): string[] => ((answer.result?.['tools'] ?? []) as { name: string }[]).map(({ name }) => name);
const readAnswer = async (response: Response): Promise<Told> =>
	response.headers.get('Content-Type')?.includes('event-stream') ? lastOf(response) : ((await response.json()) as Told);

/** A 2025 client in dynamic mode, with its session. */
async function aSession(token = account.token) {
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
	const handshake = await post(DYNAMIC, token, { jsonrpc: '2.0', id: 0, method: 'initialize', params }, BOTH);
	const headers = { ...BOTH, 'Mcp-Session-Id': handshake.headers.get('Mcp-Session-Id') ?? '' };
	await handshake.text();
	return {
		list: async () => namesOf(await readAnswer(await post(DYNAMIC, token, listMessage, headers))),
		send: (m: object) => post(DYNAMIC, token, m, headers),
	};
}

describe('a session in dynamic mode', () => {
	test('sees enable-tools alone, then what it enables, and is told that its list changed', async () => {
		const session = await aSession();
		expect(await session.list()).toEqual(['enable-tools']);
		const refused = await readAnswer(await session.send(callMessage('list_runs', {})));
		expect(refused.result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('not enabled') }] });
		const enabled = await (await session.send(callMessage('enable-tools', { tools: ['list_runs', 'no_such_tool'] }))).text();
		expect(enabled).toContain('notifications/tools/list_changed');
		expect(enabled).toContain('"enabled":["list_runs"]');
		expect(await session.list()).toEqual(['enable-tools', 'list_runs']);
		expect((await readAnswer(await session.send(callMessage('list_runs', {})))).result).toMatchObject({ structuredContent: { runs: [] } });
		expect(await (await aSession()).list()).toEqual(['enable-tools']);
	});

	test('cannot enable what its token may not call', async () => {
		const session = await aSession(await aToken('acme', { role: 'viewer' }));
		const answer = await readAnswer(await session.send(callMessage('enable-tools', { tools: ['create_package'] })));
		expect(answer.result).toMatchObject({ isError: true });
		expect(await session.list()).toEqual(['enable-tools']);
	});
});

describe('a client without a session in dynamic mode', () => {
	const modern = async (method: string, params: Record<string, unknown> = {}, token = account.token): Promise<Rpc> =>
		(await postModern(DYNAMIC, token, method, params)).json();

	test('sees two tools, finds a third and calls it', async () => {
		expect(namesOf(await modern('tools/list'))).toEqual(['search_tools', 'call_tool']);
		const found = await modern('tools/call', { name: 'search_tools', arguments: { query: 'why did a run fail', limit: 3 } });
		expect(found.result).toMatchObject({ structuredContent: { tools: expect.arrayContaining([expect.objectContaining({ name: 'explain_job_failure' })]) } });
		const called = await modern('tools/call', { name: 'call_tool', arguments: { name: 'list_runs', arguments: { limit: 1 } } });
		expect(called.result).toMatchObject({ structuredContent: { runs: [] } });
	});

	test('finds a tool by the name it has elsewhere', async () => {
		const search = (query: string) => modern('tools/call', { name: 'search_tools', arguments: { query, limit: 1 } });
		expect((await search('get_flow_error_summary')).result).toMatchObject({ structuredContent: { tools: [{ name: 'get_package_error_summary' }] } });
		expect((await search('list connectors')).result).toMatchObject({ structuredContent: { tools: [{ name: 'list_connections' }] } });
		const called = await modern('tools/call', { name: 'call_tool', arguments: { name: 'search_run_histories' } });
		expect(called.result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('search_run_histories is search_runs here.') }] });
	});

	test('calls nothing that its token may not call, nor finds it', async () => {
		const token = await aToken('acme', { tools: ['list_runs'] });
		const called = await modern('tools/call', { name: 'call_tool', arguments: { name: 'list_packages' } }, token);
		expect(called.result).toMatchObject({ isError: true, structuredContent: { error: { code: 'forbidden' } } });
		expect((await modern('tools/call', { name: 'search_tools', arguments: { limit: 20 } }, token)).result).toMatchObject({ structuredContent: { total: 1 } });
	});

	test('is told of a tool that is none, and of arguments that are none', async () => {
		for (const given of [{ name: 'lst_runs' }, { nome: 'list_runs' }, { name: 'list_runs', arguments: { limit: 'many' } }])
			expect((await modern('tools/call', { name: 'call_tool', arguments: given })).result).toMatchObject({ isError: true });
	});

	test('is told of a mode that is none', async () => {
		expect((await post('/acme/api/mcp?mode=dinamic', account.token, listMessage)).status).toBe(400);
	});
});

describe('a chat', () => {
	const chat = (id: string, message: object, token = account.token) => post(DYNAMIC, token, message, { 'X-Chat-Id': id });
	const sessions = async (token: string, query = '') =>
		(await fetchGateway(`/mcp/sessions${query}`, { headers: { Authorization: `Bearer ${token}` } })).json() as Promise<{
			sessions: Record<string, unknown>[];
			next_cursor: string | null;
		}>;

	test('remembers for its grant alone what it enabled and called, and is listed', async () => {
		const [token, other] = [await aToken('acme'), await aToken('acme')];
		expect(namesOf(await (await chat('one', listMessage, token)).json())).toEqual(['enable-tools']);
		await chat('one', callMessage('enable-tools', { tools: ['list_runs'] }), token);
		await chat('one', callMessage('enable-tools', { tools: ['get_run'] }), token);
		expect(namesOf(await (await chat('one', listMessage, token)).json())).toEqual(['enable-tools', 'get_run', 'list_runs']);
		expect(namesOf(await (await chat('two', listMessage, token)).json())).toEqual(['enable-tools']);
		expect(namesOf(await (await chat('one', listMessage, other)).json())).toEqual(['enable-tools']);
		await chat('one', callMessage('list_runs', {}), token);
		await vi.waitFor(
			async () => {
				const { sessions: listed } = await sessions(token);
				expect(listed).toEqual([expect.objectContaining({ id: 'one', calls: 3, enabled_tools: expect.arrayContaining(['get_run', 'list_runs']) })]);
				expect(listed[0]?.['recent_calls']).toContainEqual({ tool: 'list_runs', outcome: 'ok', at: expect.any(String) });
			},
			{ timeout: 60_000 },
		);
		expect(await sessions(other)).toEqual({ sessions: [], next_cursor: null });
	});

	test('that is over begins anew', async () => {
		const token = await aToken('acme');
		await chat('old', callMessage('enable-tools', { tools: ['list_runs'] }), token);
		await env.DB.prepare("UPDATE chat_sessions SET expires_at = 1 WHERE chat_id = 'old'").run();
		expect(namesOf(await (await chat('old', listMessage, token)).json())).toEqual(['enable-tools']);
		await chat('old', callMessage('enable-tools', { tools: ['get_run'] }), token);
		expect(namesOf(await (await chat('old', listMessage, token)).json())).toEqual(['enable-tools', 'get_run']);
	});

	test('is listed page by page', async () => {
		const token = await aToken('acme');
		for (const id of ['a', 'b', 'c']) await chat(id, callMessage('enable-tools', { tools: ['list_runs'] }), token);
		const first = await sessions(token, '?limit=2');
		const second = await sessions(token, `?limit=2&cursor=${first.next_cursor}`);
		expect([...first.sessions, ...second.sessions].map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
		expect(second.next_cursor).toBeNull();
	});

	test('needs an id that is one, and its list a token', async () => {
		expect((await chat('x'.repeat(129), listMessage)).status).toBe(400);
		expect((await fetchGateway('/mcp/sessions')).status).toBe(401);
	});
});

test('a call is found by the trace of its caller', async () => {
	const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736';
	const meta = '_meta';
	const params = { name: 'list_workspaces', arguments: {}, [meta]: { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` } };
	await post('/mcp', account.token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params });
	await vi.waitFor(
		async () => {
			const { results } = await env.DB.prepare('SELECT action FROM audit_events WHERE trace_id = ?').bind(trace_id).all();
			expect(results).toEqual([{ action: 'list_workspaces' }]);
		},
		{ timeout: 60_000 },
	);
});

describe('too many calls', () => {
	const limited = (full: 'TOKEN_CALLS' | 'ACCOUNT_CALLS') => {
		const binding = (name: string) => ({ limit: async () => ({ success: name !== full }) });
		const request = new Request('http://localhost/mcp', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${account.token}` },
			body: JSON.stringify(listMessage),
		});
		const context = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} } as unknown as ExecutionContext;
		return createApp(gateway).fetch(request, { ...env, TOKEN_CALLS: binding('TOKEN_CALLS'), ACCOUNT_CALLS: binding('ACCOUNT_CALLS') }, context);
	};

	test.each(['TOKEN_CALLS', 'ACCOUNT_CALLS'] as const)('past %s are 429, with when to come again', async (full) => {
		const response = await limited(full);
		expect([response.status, response.headers.get('Retry-After')]).toEqual([429, '60']);
		expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32000, data: { code: 'rate_limited', retryable: true } } });
	});
});
