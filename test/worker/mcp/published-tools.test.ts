import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { listen } from '../../../src/operations/notices/listen.ts';
import type { Change } from '../../../src/operations/notices/ports.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aMember, anAccount, aToken, callTool, post, type TestAccount, type ToolResult, type Wanted } from '../../support/gateway.ts';
import { world } from '../operations/world.ts';

let account: TestAccount;
let package_id: number;

const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';

/** Two payload rows multiplied by a variable; every kind of variable beside it. */
const ORDERS = {
	name: 'Orders of a region',
	description: 'Multiplies orders.',
	flow_type: 'dataflow',
	components: [
		{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
		{
			select_component: {
				id: 'times',
				name: 'times',
				columns: [
					{ expression: 'n * $factor', alias: 'n' },
					{ expression: "$region || ''", alias: 'region' },
				],
			},
		},
		{ result_destination_component: { id: 'out', name: 'out' } },
	],
	edges: [
		{ source: 'in', target: 'times' },
		{ source: 'times', target: 'out' },
	],
	variables: {
		factor: 2,
		region: { type: 'string', required: true, description: 'Which region,\u202e\nas two letters' },
		rate: { type: 'decimal(5,2)', default: '1.50' },
		from: { type: 'date', default: { expression: 'CurrentDate()' } },
		strict: false,
		api_key: { type: 'string', secret: true, default: 'S3cret-value' },
	},
};

beforeEach(async () => {
	await freshGateway();
	account = await anAccount('acme', { scopes: ['admin'] });
	package_id = Number((await callTool(account, 'create_package', ORDERS)).structuredContent?.['package_id']);
	expect(package_id).toBeGreaterThan(0);
});

interface Listed {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly inputSchema: { readonly properties: Record<string, { type?: string; description: string }>; readonly required?: string[] };
}

/** The published tools that a token is shown. */
async function shownTo(token: string): Promise<Listed[]> {
	const { result } = (await (await post('/acme/api/mcp', token, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).json()) as { result: { tools: Listed[] } };
	return result.tools.filter(({ name }) => name.startsWith('pkg_'));
}

const publish = (args: Record<string, unknown> = {}) => callTool(account, 'publish_tool', { package_id, ...args });
const as = async (wanted: Wanted): Promise<TestAccount> => ({ ...account, token: await aToken('acme', wanted) });

describe('a published package', () => {
	test('is at once a tool of its own, typed from its variables, without the secret ones', async () => {
		expect(await shownTo(account.token)).toEqual([]);
		const answer = await publish();
		expect(answer.structuredContent, textOf(answer)).toMatchObject({ changed: true, dry_run: false, tool: 'pkg_orders_of_a_region' });
		const [tool, ...others] = await shownTo(account.token);
		expect(others).toEqual([]);
		expect(tool).toMatchObject({
			name: 'pkg_orders_of_a_region',
			title: 'Orders of a region',
			description: `Runs package ${package_id} ("Orders of a region"). Multiplies orders. Returns run_id; with wait_seconds also outputs or errors.`,
			annotations: { readOnlyHint: false, destructiveHint: true },
			inputSchema: { type: 'object', additionalProperties: false, required: ['region', 'payload'] },
		});
		expect(tool?.inputSchema.properties).toMatchObject({
			factor: { type: 'integer', description: 'Type: integer. 2 unless given.' },
			region: { type: 'string', description: 'Which region, as two letters. Type: string.' },
			rate: { type: 'number', description: 'Type: decimal(5,2). "1.50" unless given.' },
			from: { type: 'string', description: 'Type: date, e.g. 2026-01-31. Worked out when the run starts unless given.' },
			strict: { type: 'boolean' },
			payload: { type: 'array' },
			wait_seconds: { type: 'integer' },
			idempotency_key: { type: 'string' },
		});
		expect(tool?.inputSchema.properties).not.toHaveProperty('api_key');
		expect(answer.structuredContent?.['definition']).toEqual({ name: tool?.name, description: tool?.description, inputSchema: tool?.inputSchema });
		expect(JSON.stringify([answer, tool])).not.toContain('S3cret');
	});

	test('runs with the values it is called with and answers its rows, recorded under its own name and package', async () => {
		await publish();
		const result = await callTool(account, 'pkg_orders_of_a_region', { region: 'EU', factor: 10, payload: [{ n: 1 }, { n: 2 }], wait_seconds: 20 });
		expect(result.structuredContent, textOf(result)).toMatchObject({
			status: 'completed',
			package_id,
			outputs: [
				{
					rows: [
						{ n: 10, region: 'EU' },
						{ n: 20, region: 'EU' },
					],
				},
			],
		});
		await expect
			.poll(() => env.DB.prepare("SELECT action, target, outcome FROM audit_events WHERE action LIKE 'pkg_%'").first())
			.toEqual({ action: 'pkg_orders_of_a_region', target: `package:${package_id}`, outcome: 'ok' });
		expect(await env.DB.prepare('SELECT via FROM runs').first()).toEqual({ via: 'pkg_orders_of_a_region' });
	});

	test('is run once a key, and refuses wrong, missing and secret arguments by name', async () => {
		await publish();
		const call = (args: object) => callTool(account, 'pkg_orders_of_a_region', { payload: [{ n: 1 }], ...args });
		const first = await call({ region: 'EU', idempotency_key: 'once' });
		expect(await call({ region: 'EU', idempotency_key: 'once' })).toEqual(first);
		expect(textOf(await call({ region: 'US', idempotency_key: 'once' }))).toContain('stands for another call');
		expect(await env.DB.prepare('SELECT count(*) AS runs FROM runs').first()).toEqual({ runs: 1 });
		expect(textOf(await call({}))).toContain('region is missing');
		expect(textOf(await call({ region: 'EU', factor: 'ten' }))).toContain('factor is "ten"');
		expect(textOf(await call({ region: 'EU', api_key: 'mine' }))).toContain('"api_key" is not a known key');
	});

	test('follows the package: new variables, its end as a tool, and its archiving', async () => {
		await publish();
		await callTool(account, 'manage_package_variables', { package_id, set: { until: { type: 'date', required: true } }, remove: ['strict'] });
		const [changed] = await shownTo(account.token);
		expect(changed?.inputSchema).toMatchObject({ required: ['region', 'until', 'payload'], properties: { until: { type: 'string' } } });
		expect(changed?.inputSchema.properties).not.toHaveProperty('strict');
		expect((await publish({ published: false })).structuredContent).toEqual({ package_id, dry_run: false, changed: true, tool: null });
		expect(await shownTo(account.token)).toEqual([]);
		await publish();
		expect(await shownTo(account.token)).toHaveLength(1);
		await callTool(account, 'delete_package', { package_id });
		expect(await shownTo(account.token)).toEqual([]);
		await expect(callTool(account, 'pkg_orders_of_a_region', { region: 'EU' })).rejects.toThrow('Unknown tool: pkg_orders_of_a_region');
		expect(textOf(await publish())).toContain('is archived');
	});
});

test('whoever listens to the account hears of everything that changes a published tool, and of nothing else', async () => {
	const heard: Change[] = [];
	const ear = await listen(
		world().context,
		account.id,
		['lists'],
		(change) => heard.push(change),
		() => undefined,
	);
	const { email } = await aMember('acme', { role: 'editor' });
	const change = (tool: string, args: object) => callTool(account, tool, { package_id, ...args });
	await change('rename_package', { name: 'not yet a tool' });
	const told = async (times: number) => vi.waitFor(() => expect(heard.filter((each) => each === 'tools')).toHaveLength(times), { timeout: 60_000 });
	await publish({ dry_run: true });
	await publish();
	await told(1);
	await publish();
	await change('manage_package_variables', { set: { factor: 3 } });
	await told(2);
	await change('set_package_permissions', { member: email, permissions: ['read'] });
	await told(3);
	await change('delete_package', {});
	await told(4);
	await publish({ published: false });
	await told(5);
	expect(heard.filter((each) => each === 'resources')).toHaveLength(2);
	ear.stop();
});

describe('a published tool is neither shown to nor called by', () => {
	const refused = async (who: TestAccount, why: string) => {
		expect(await shownTo(who.token)).toEqual([]);
		expect(textOf(await callTool(who, 'pkg_orders_of_a_region', { region: 'EU', payload: [] }))).toContain(why);
		expect(await env.DB.prepare('SELECT count(*) AS runs FROM runs').first()).toEqual({ runs: 0 });
	};

	test.each([
		['a token without the scope run', { scopes: ['read', 'write'] }, 'needs the scope run'],
		['a viewer', { role: 'viewer', scopes: ['read', 'run'] }, 'needs the scope run'],
		['a read-only token', { read_only: true }, 'this token is read-only'],
		['a token made for other tools', { tools: ['list_packages'] }, 'is not among the tools this token was made for'],
	] satisfies [string, Wanted, string][])('%s', async (_, wanted, why) => {
		await publish();
		await refused(await as(wanted), why);
	});

	test('a member who may not run the package; and to one who may not even read it it does not exist', async () => {
		await publish();
		const { email, token } = await aMember('acme', { role: 'editor' });
		const editor = { ...account, token };
		expect(await shownTo(token)).toHaveLength(1);
		await callTool(account, 'set_package_permissions', { package_id, member: email, permissions: ['read'] });
		await refused(editor, `you may not execute package ${package_id}`);
		await callTool(account, 'set_package_permissions', { package_id, member: email, permissions: [] });
		expect(await shownTo(token)).toEqual([]);
		await expect(callTool(editor, 'pkg_orders_of_a_region', { region: 'EU' })).rejects.toThrow('Unknown tool');
		await callTool(account, 'set_package_permissions', { package_id, member: email });
		expect(await shownTo(token)).toHaveLength(1);
	});

	test('another account, which may have a tool of the same name', async () => {
		await publish();
		const other = await anAccount('other', { scopes: ['admin'] });
		await expect(callTool(other, 'pkg_orders_of_a_region', { region: 'EU' })).rejects.toThrow('Unknown tool');
		const theirs = Number((await callTool(other, 'create_package', ORDERS)).structuredContent?.['package_id']);
		expect((await callTool(other, 'publish_tool', { package_id: theirs })).structuredContent).toMatchObject({ tool: 'pkg_orders_of_a_region' });
		expect((await callTool(other, 'publish_tool', { package_id })).isError).toBe(true);
	});
});

describe('publish_tool', () => {
	test('takes a name, a text, and the variables that callers may set', async () => {
		const answer = await publish({ tool_name: 'eu-orders', description: 'Orders, doubled.', variables: ['region'] });
		expect(answer.structuredContent, textOf(answer)).toMatchObject({ tool: 'pkg_eu-orders' });
		const [tool] = await shownTo(account.token);
		expect(Object.keys(tool?.inputSchema.properties ?? {})).toEqual(['region', 'payload', 'wait_seconds', 'idempotency_key']);
		expect(tool?.description).toContain('Orders, doubled.');
		expect((await publish({ tool_name: 'eu-orders', variables: ['region'] })).structuredContent).toMatchObject({ changed: false, tool: 'pkg_eu-orders' });
	});

	test('writes nothing on dry_run and none at another version', async () => {
		expect((await publish({ dry_run: true })).structuredContent).toMatchObject({ changed: true, dry_run: true, tool: 'pkg_orders_of_a_region' });
		const conflict = await publish({ expected_version: 7 });
		expect(conflict._meta).toMatchObject({ 'headgate/error': { code: 'conflict' } });
		expect(await env.DB.prepare('SELECT count(*) AS tools FROM published_tools').first()).toEqual({ tools: 0 });
	});

	test('refuses a name that is taken, or no name, and variables that cannot be arguments', async () => {
		await publish();
		const second = Number((await callTool(account, 'clone_package', { package_id })).structuredContent?.['package_id']);
		const other = (args: object) => callTool(account, 'publish_tool', { package_id: second, ...args }).then(textOf);
		expect(await other({ tool_name: 'pkg_orders_of_a_region' })).toContain(`pkg_orders_of_a_region is package ${package_id} already`);
		expect(await other({ tool_name: 'Run all!' })).toContain('is no name for a tool');
		expect(await other({ variables: ['regoin'] })).toContain('Did you mean region?');
		expect(await other({ variables: ['region', 'api_key'] })).toContain('api_key cannot be an argument: it is secret');
		expect(await other({ variables: ['factor'] })).toContain('region is required, has no default and would be no argument');
	});

	test('is for the scope admin alone', async () => {
		const editor = await as({ role: 'editor' });
		expect(textOf(await callTool(editor, 'publish_tool', { package_id }))).toContain('needs the scope admin');
	});
});
