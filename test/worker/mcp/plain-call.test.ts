import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, MODERN_VERSION, post, type TestAccount } from '../../support/gateway.ts';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const META = 'io.modelcontextprotocol';

/** What is answered to the call; `more` in `_meta` is meant for nobody, but sends the call the long way through the SDK's server. */
async function answers(era: 'legacy' | 'modern', id: string | number, params: Record<string, unknown>, more: Record<string, unknown>) {
	const modern = { [`${META}/protocolVersion`]: MODERN_VERSION, [`${META}/clientCapabilities`]: {}, [`${META}/clientInfo`]: { name: 'c', version: '1' } };
	const meta = { ...(era === 'modern' ? modern : {}), ...more };
	const message = { jsonrpc: '2.0', id, method: 'tools/call', params: { ...params, ...(Object.keys(meta).length === 0 ? {} : { _meta: meta }) } };
	const headers = { 'MCP-Protocol-Version': MODERN_VERSION, 'Mcp-Method': 'tools/call', 'Mcp-Name': String(params['name']) };
	const response = await post('/acme/api/mcp', account.token, message, { Accept: 'application/json', ...(era === 'modern' ? headers : {}) });
	const { 'x-request-id': _, ...kept } = Object.fromEntries(response.headers);
	return { status: response.status, headers: kept, body: await response.json() };
}

describe.each(['legacy', 'modern'] as const)('in the %s era, a call that needs nothing of the protocol is answered as through the whole server', (era) => {
	test.each([
		['a result', 1, { name: 'list_workspaces', arguments: {} }],
		['no arguments', 'text id', { name: 'list_workspaces' }],
		['an error of the tool', 2, { name: 'get_run', arguments: { run_id: 4711 } }],
		['wrong arguments', 3, { name: 'get_run', arguments: { run_id: 'first', colour: 'red' } }],
		['an unknown tool', 4, { name: 'drop_everything', arguments: {} }],
		['arguments that are no object', 5, { name: 'list_workspaces', arguments: [1] }],
		['a name that is no text', 6, { name: 7, arguments: {} }],
	])('%s', async (_, id, params) => {
		expect(await answers(era, id, params, {})).toEqual(await answers(era, id, params, { 'example.com/noted': true }));
	});
});

test('headers that name another tool are refused, however plain the call', async () => {
	const headers = { Accept: 'application/json', 'MCP-Protocol-Version': MODERN_VERSION, 'Mcp-Method': 'tools/call', 'Mcp-Name': 'get_run' };
	const _meta = { [`${META}/protocolVersion`]: MODERN_VERSION, [`${META}/clientCapabilities`]: {} };
	const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_workspaces', arguments: {}, _meta } };
	const response = await post('/acme/api/mcp', account.token, message, headers);
	expect(response.status).toBe(400);
	expect(await response.json()).toMatchObject({ error: { code: -32020 } });
});
