import { beforeAll, expect, test } from 'vitest';
import { APPS } from '../../../src/mcp/apps/index.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, post, postModern, type Rpc, type TestAccount } from '../../support/gateway.ts';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

async function ask(method: string, params: object = {}, token = account.token, path = '/mcp'): Promise<Rpc> {
	return (await post(path, token, { jsonrpc: '2.0', id: 1, method, params })).json();
}

const GRAPH = 'ui://headgate/package-graph';
const NOT_FOUND = { code: -32602, message: expect.stringMatching(/not found/i) };

test('the tools whose answers are drawn name their app, in both eras, and no other tool names one', async () => {
	const named = (rpc: Rpc) =>
		((rpc.result?.['tools'] ?? []) as { name: string; _meta?: unknown }[]).filter(({ _meta }) => _meta !== undefined).map(({ name, _meta }) => [name, _meta]);
	const expected = [
		['get_package', { ui: { resourceUri: GRAPH } }],
		['preview_data', { ui: { resourceUri: 'ui://headgate/data-preview' } }],
		...['run_package', 'get_run', 'retry_job', 'trigger_sync'].map((name) => [name, { ui: { resourceUri: 'ui://headgate/run-timeline' } }]),
	];
	expect(named(await ask('tools/list'))).toEqual(expected);
	expect(named(await (await postModern('/mcp', account.token, 'tools/list')).json())).toEqual(expected);
});

test.each(APPS.map(({ uri }) => uri))('%s is one document that asks for nothing from outside', async (uri) => {
	const { result } = await ask('resources/read', { uri });
	const csp = { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] };
	expect(result?.['contents']).toEqual([
		{ uri, mimeType: 'text/html;profile=mcp-app', text: expect.stringMatching(/^<!doctype html>/), _meta: { ui: { csp, prefersBorder: true } } },
	]);
	const [{ text } = { text: '' }] = (result?.['contents'] ?? []) as { text: string }[];
	expect(text.length).toBeLessThan(25_000);
	expect(text).toMatch(/content="default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'"/);
	expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|fetch\(|https:|\ssrc=|@import|url\((?!#)/);
});

test('an app is there for whoever may call a tool that it draws, and for nobody else', async () => {
	const token = await aToken('acme', { tools: ['get_run'] });
	expect((await ask('resources/read', { uri: 'ui://headgate/run-timeline' }, token)).result).toBeDefined();
	expect((await ask('resources/read', { uri: GRAPH }, token)).error).toMatchObject(NOT_FOUND);
	expect((await ask('resources/read', { uri: GRAPH }, account.token, '/mcp?toolsets=runs')).error).toMatchObject(NOT_FOUND);
	expect((await ask('resources/read', { uri: 'ui://headgate/nothing' })).error).toMatchObject(NOT_FOUND);
});

test('apps are announced as an extension, and are not among what a person chooses from', async () => {
	const clientInfo = { name: 'test', version: '1' };
	const { result } = await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
	expect(result?.['capabilities']).toMatchObject({ extensions: { 'io.modelcontextprotocol/ui': {} } });
	const discovered = (await (await postModern('/mcp', account.token, 'server/discover')).json()) as Rpc;
	expect(discovered.result?.['capabilities']).toMatchObject({ extensions: { 'io.modelcontextprotocol/ui': {} } });
	expect(JSON.stringify((await ask('resources/list')).result)).not.toContain('ui://');
});
