import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, MODERN_VERSION, post, postModern, type Rpc, type TestAccount } from '../../support/gateway.ts';

const BOTH = { Accept: 'application/json, text/event-stream' };
const META = '_meta';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const send = (message: unknown, headers: Record<string, string> = {}): Promise<Response> => post('/acme/api/mcp', account.token, message, headers);
const modern = (method: string, params: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> =>
	postModern('/acme/api/mcp', account.token, method, params, headers);
const rpc = async (response: Response): Promise<Rpc> => response.json();

/** The messages of an event stream, in order. */
async function events(response: Response): Promise<Rpc[]> {
	const frames = (await response.text()).split('\n\n');
	return frames.flatMap((frame) => frame.split('\n').filter((line) => line.startsWith('data: '))).map((line) => JSON.parse(line.slice(6)));
}

describe('a client of 2025', () => {
	const initialize = (protocolVersion: string): unknown => ({
		jsonrpc: '2.0',
		id: 0,
		method: 'initialize',
		params: { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } },
	});

	test.each(['2025-11-25', '2025-06-18', '2025-03-26'])('that speaks %s is answered in it', async (version) => {
		const { result } = await rpc(await send(initialize(version), BOTH));
		expect(result).toMatchObject({ protocolVersion: version, serverInfo: { name: 'headgate', title: 'Headgate' }, capabilities: { tools: {} } });
		expect(result?.['instructions']).toContain('validate_package');
	});

	test('that speaks a version nobody knows is offered the newest of its era', async () => {
		expect((await rpc(await send(initialize('1999-01-01'), BOTH))).result).toMatchObject({ protocolVersion: '2025-11-25' });
	});

	test('is told 202 for a notification', async () => {
		const response = await send({ jsonrpc: '2.0', method: 'notifications/initialized' }, BOTH);
		expect(response.status).toBe(202);
		expect(await response.text()).toBe('');
	});

	test('may ping', async () => {
		expect(await rpc(await send({ jsonrpc: '2.0', id: 'p', method: 'ping' }, BOTH))).toEqual({ jsonrpc: '2.0', id: 'p', result: {} });
	});

	test.each([
		['names no type', {}],
		['takes anything', { Accept: '*/*' }],
		['takes JSON', { Accept: 'application/json' }],
		['takes both', BOTH],
	])('that %s gets the list as one JSON document, without a handshake', async (_, headers) => {
		const response = await send({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, headers);
		expect(response.headers.get('Content-Type')).toContain('application/json');
		expect((await rpc(response)).result?.['tools']).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'list_packages' })]));
	});

	test('that takes only a stream gets a stream', async () => {
		const response = await send({ jsonrpc: '2.0', id: 7, method: 'tools/list' }, { Accept: 'text/event-stream' });
		expect(response.headers.get('Content-Type')).toContain('text/event-stream');
		expect(await events(response)).toEqual([expect.objectContaining({ id: 7, result: expect.objectContaining({ tools: expect.any(Array) }) })]);
	});

	test('that asks for progress and takes a stream gets its result there', async () => {
		const response = await send(
			{ jsonrpc: '2.0', id: 8, method: 'tools/call', params: { name: 'list_workspaces', arguments: {}, [META]: { progressToken: 't' } } },
			BOTH,
		);
		expect(response.headers.get('Content-Type')).toContain('text/event-stream');
		expect((await events(response)).at(-1)).toMatchObject({ id: 8, result: { structuredContent: { workspaces: expect.any(Array) } } });
	});

	test('that names a version in its header that nobody knows is refused', async () => {
		expect((await send({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { 'MCP-Protocol-Version': '2024-99-99' })).status).toBe(400);
	});
});

describe('a client of 2026-07-28', () => {
	test('discovers what the gateway speaks and how to work with it', async () => {
		const { result } = await rpc(await modern('server/discover'));
		expect(result).toMatchObject({ resultType: 'complete', supportedVersions: [MODERN_VERSION], capabilities: { tools: {} } });
		expect(result?.['instructions']).toContain('explain_job_failure');
	});

	test('lists the tools with how long it may keep them, for itself alone', async () => {
		const { result } = await rpc(await modern('tools/list'));
		expect(result).toMatchObject({ resultType: 'complete', cacheScope: 'private', ttlMs: 60_000 });
		expect(Object.keys(result?.['tools'] ?? {}).length).toBeGreaterThan(10);
	});

	test('that takes only JSON gets JSON, and only a stream a stream', async () => {
		const json = await modern('tools/call', { name: 'list_workspaces' }, { Accept: 'application/json' });
		expect(json.headers.get('Content-Type')).toContain('application/json');
		const stream = await modern('tools/call', { name: 'list_workspaces' }, { Accept: 'text/event-stream' });
		expect(stream.headers.get('Content-Type')).toContain('text/event-stream');
		expect((await events(stream)).at(-1)).toMatchObject({ result: { structuredContent: { workspaces: expect.any(Array) } } });
	});

	test.each([
		['without the method beside it', { 'Mcp-Method': undefined }],
		['with another method beside it', { 'Mcp-Method': 'tools/call' }],
		['without the version beside it', { 'MCP-Protocol-Version': undefined }],
	])('whose list is asked for %s is refused', async (_, change) => {
		const headers = Object.fromEntries(
			Object.entries({ 'MCP-Protocol-Version': MODERN_VERSION, 'Mcp-Method': 'tools/list', ...change }).filter(([, value]) => value !== undefined),
		) as Record<string, string>;
		const message = {
			jsonrpc: '2.0',
			id: 1,
			method: 'tools/list',
			params: { [META]: { 'io.modelcontextprotocol/protocolVersion': MODERN_VERSION, 'io.modelcontextprotocol/clientCapabilities': {} } },
		};
		const response = await send(message, headers);
		expect(response.status).toBe(400);
		expect((await rpc(response)).error?.code).toBe(-32020);
	});

	test('of a revision nobody knows is told which there are', async () => {
		const response = await modern(
			'tools/list',
			{ [META]: { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' } },
			{ 'MCP-Protocol-Version': '2099-01-01' },
		);
		expect(response.status).toBe(400);
		expect((await rpc(response)).error).toMatchObject({ code: -32022, data: { supported: [MODERN_VERSION] } });
	});
});

describe('the list of tools', () => {
	test.each([1, -5, 0, 'one', 'a "quoted" id', '', 9_007_199_254_740_991])('carries the id %j it was asked with', async (id) => {
		expect((await rpc(await send({ jsonrpc: '2.0', id, method: 'tools/list' }))).id).toBe(id);
		expect((await rpc(await send({ jsonrpc: '2.0', id, method: 'tools/list', params: {} }))).id).toBe(id);
	});

	test('is the same however it is asked for', async () => {
		const plain = await rpc(await send({ jsonrpc: '2.0', id: 1, method: 'tools/list' }));
		const again = await rpc(await send({ jsonrpc: '2.0', id: 1, method: 'tools/list' }));
		const whole = await events(await send({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { Accept: 'text/event-stream' }));
		const newer = await rpc(await modern('tools/list'));
		expect(again).toEqual(plain);
		expect(whole).toEqual([plain]);
		expect(newer.result?.['tools']).toEqual(plain.result?.['tools']);
	});

	test('has one page, so any cursor is unknown', async () => {
		expect((await rpc(await send({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: 'x' } }))).error?.code).toBe(-32602);
		expect((await rpc(await modern('tools/list', { cursor: 'x' }))).error?.code).toBe(-32602);
	});
});
