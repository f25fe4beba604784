import { beforeAll, describe, expect, test } from 'vitest';
import { PROMPTS } from '../../../src/mcp/prompts/index.ts';
import { TOOLSETS } from '../../../src/mcp/tool.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, fetchGateway, ORIGIN, post, type Rpc, type TestAccount } from '../../support/gateway.ts';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	await callTool(account, 'create_package', {
		name: 'Nightly orders',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [{ source: 'in', target: 'out' }],
	});
});

async function ask(method: string, params: object = {}, token = account.token): Promise<Rpc> {
	return (await post('/mcp', token, { jsonrpc: '2.0', id: 1, method, params })).json();
}

const suggested = async (ref: object, name: string, value: string): Promise<unknown> =>
	((await ask('completion/complete', { ref, argument: { name, value } })).result?.['completion'] as { values: unknown })?.values;

describe('prompts', () => {
	test('are listed with their arguments', async () => {
		const { result } = await ask('prompts/list');
		const prompts = result?.['prompts'] as { name: string; arguments: unknown }[];
		expect(prompts.map(({ name }) => name)).toEqual(PROMPTS.map(({ name }) => name));
		expect(prompts[0]).toEqual({
			name: 'diagnose_failure',
			title: 'Diagnose a failure',
			description: expect.any(String),
			arguments: [
				{ name: 'run_id', description: expect.any(String), required: false },
				{ name: 'package', description: expect.any(String), required: false },
			],
		});
	});

	test('come with what was given filled in; what was left open counts as not given', async () => {
		const { result } = await ask('prompts/get', { name: 'diagnose_failure', arguments: { run_id: '42', package: ' ' } });
		expect(result).toMatchObject({ messages: [{ role: 'user', content: { type: 'text', text: expect.stringContaining('1. The run is "42".') } }] });
	});

	test.each([
		[{ name: 'diagnose_failures' }, 'Did you mean diagnose_failure?'],
		[{ name: 'build_pipeline' }, 'goal is missing'],
		[{ name: 'build_pipeline', arguments: { goal: 'x', colour: 'red' } }, 'colour is no argument of it'],
		[{ name: 'build_pipeline', arguments: { goal: 'x'.repeat(3_000) } }, 'goal is longer than 2000 characters'],
	])('%j is refused: %s', async (params, why) => {
		expect((await ask('prompts/get', params)).error).toMatchObject({ code: -32602, message: expect.stringContaining(why) });
	});

	test('that would send to tools the token may not call are neither listed nor given', async () => {
		const reader = await aToken('acme', { scopes: ['read'] });
		const { result } = await ask('prompts/list', {}, reader);
		const names = ((result?.['prompts'] ?? []) as { name: string }[]).map(({ name }) => name);
		expect(names).toContain('morning_report');
		expect(names).not.toContain('build_pipeline');
		expect((await ask('prompts/get', { name: 'build_pipeline', arguments: { goal: 'x' } }, reader)).error).toMatchObject({ code: -32602 });
	});
});

describe('completion', () => {
	test('suggests packages by name and id, components, and connections', async () => {
		const ofPackages = { type: 'ref/resource', uri: 'headgate://packages/{package}' };
		expect(await suggested(ofPackages, 'package', 'ORDERS')).toEqual(['Nightly orders']);
		expect(await suggested(ofPackages, 'package', '1')).toEqual(['1']);
		expect(await suggested({ type: 'ref/prompt', name: 'diagnose_failure' }, 'package', 'night')).toEqual(['Nightly orders']);
		expect(await suggested({ type: 'ref/prompt', name: 'build_pipeline' }, 'source', 'stor')).toEqual(['Embedded storage']);
		expect(await suggested({ type: 'ref/prompt', name: 'build_pipeline' }, 'goal', 'any')).toEqual([]);
		const components = await suggested({ type: 'ref/resource', uri: 'headgate://components/{component_type}' }, 'component_type', 'select');
		expect(components).toContain('select_component');
	});

	test('of what there is not is refused', async () => {
		for (const ref of [
			{ type: 'ref/prompt', name: 'nothing' },
			{ type: 'ref/resource', uri: 'headgate://nothing/{x}' },
			{ type: 'ref/resource', uri: 'headgate://packages/{package}' },
		])
			expect((await ask('completion/complete', { ref, argument: { name: 'x', value: '' } })).error).toMatchObject({ code: -32602 });
	});
});

describe('pictures', () => {
	test('stand beside every tool and the server, by an address of this gateway that answers', async () => {
		const tools = ((await ask('tools/list')).result?.['tools'] ?? []) as { icons: { src: string; mimeType: string }[] }[];
		const addresses = new Set(tools.flatMap(({ icons }) => icons.map(({ src }) => src)));
		expect(addresses.size).toBeGreaterThan(3);
		expect([...addresses].every((src) => src.startsWith(`${ORIGIN}/assets/icons/`))).toBe(true);
		for (const toolset of TOOLSETS) {
			const response = await fetchGateway(`/assets/icons/${toolset}.svg`);
			expect([toolset, response.status, response.headers.get('content-type')]).toEqual([toolset, 200, 'image/svg+xml']);
			expect(await response.text()).toMatch(/^<svg [^>]*viewBox/);
		}
		expect((await fetchGateway('/assets/icons/constructor.svg')).status).toBe(404);
		const { result } = await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } });
		expect(result).toMatchObject({
			serverInfo: { name: 'headgate', websiteUrl: `${ORIGIN}/`, icons: [{ src: `${ORIGIN}/assets/headgate.svg` }] },
			capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} },
			instructions: expect.stringContaining('list_templates'),
		});
	});
});
