import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

/** Rows in, two columns made of them, rows out. */
const echo = {
	name: 'echo',
	flow_type: 'dataflow',
	components: [
		{ payload_source_component: { id: 'in', name: 'rows in', fields: [{ name: 'n', type: 'integer' }] } },
		{ select_component: { id: 'made', name: 'made', columns: [{ expression: 'n + 1', alias: 'next' }] } },
		{ result_destination_component: { id: 'out', name: 'rows out' } },
	],
	edges: [
		{ source: 'in', target: 'made' },
		{ source: 'made', target: 'out' },
	],
	variables: { since: { type: 'date', default: '2024-01-01', description: 'first day' } },
	settings: { max_errors: 5 },
};

async function aPackage(changes: object = {}): Promise<number> {
	const result = await callTool(account, 'create_package', { ...echo, ...changes });
	expect(result.isError, textOf(result)).not.toBe(true);
	return Number(result.structuredContent?.['package_id']);
}

const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';
const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;
const change = async (name: string, args: Record<string, unknown>) => {
	const result = await callTool(account, name, args);
	expect(result.isError, textOf(result)).not.toBe(true);
	return result.structuredContent as { version: number; changed: boolean; diff: Record<string, unknown[]> };
};
const graph = async (package_id: number) =>
	(await callTool(account, 'get_package', { package_id, include_full_graph: true })).structuredContent as {
		name: string;
		version: number;
		status: string;
		variables: Record<string, unknown>;
		data_flow_json: { components: Record<string, Record<string, unknown>>[]; edges: unknown[]; settings: unknown };
	};
const versions = async (package_id: number) =>
	(await env.DB.prepare('SELECT number, user_id, grant_id, via, created_at FROM package_versions WHERE package_id = ? ORDER BY number').bind(package_id).all())
		.results;

describe('update_package_components', () => {
	test('merges objects, replaces lists, removes what is null, and writes a version that says who and through what', async () => {
		const package_id = await aPackage();
		const updated = await change('update_package_components', {
			package_id,
			updates: [{ component_name: 'made', updates: { notes: 'doubled', columns: [{ expression: 'n * 2', alias: 'next' }], keep_others: true } }],
		});
		expect(updated).toMatchObject({
			package_id,
			version: 2,
			changed: true,
			diff: {
				added: [],
				removed: [],
				changed: expect.arrayContaining([
					{ component: 'made', path: 'notes', after: 'doubled' },
					{ component: 'made', path: 'columns[0].expression', before: 'n + 1', after: 'n * 2' },
				]),
			},
		});
		await change('update_package_components', { package_id, updates: [{ component_name: 'made', updates: { notes: null } }] });
		const { data_flow_json } = await graph(package_id);
		expect(data_flow_json.components[1]).toEqual({
			select_component: { id: 'made', name: 'made', columns: [{ expression: 'n * 2', alias: 'next' }], keep_others: true },
		});
		expect(await versions(package_id)).toEqual([
			expect.objectContaining({ number: 1, via: 'create_package' }),
			{ number: 2, user_id: expect.any(Number), grant_id: expect.any(Number), via: 'update_package_components', created_at: expect.any(Number) },
			expect.objectContaining({ number: 3 }),
		]);
	});

	test('writes nothing when one name is unknown, and names the nearest', async () => {
		const package_id = await aPackage();
		const refused = await callTool(account, 'update_package_components', {
			package_id,
			updates: [
				{ component_name: 'made', updates: { notes: 'x' } },
				{ component_name: 'rows inn', updates: { notes: 'y' } },
			],
		});
		expect(codeOf(refused)).toBe('invalid_input');
		expect(textOf(refused)).toContain('"rows inn" (did you mean "rows in"?)');
		expect(await versions(package_id)).toHaveLength(1);
	});

	test('refuses what the validator refuses, and another id', async () => {
		const package_id = await aPackage();
		const update = (updates: object) => callTool(account, 'update_package_components', { package_id, updates: [{ component_name: 'made', updates }] });
		const broken = await update({ columns: [{ expression: 'm + 1', alias: 'next' }] });
		expect(codeOf(broken)).toBe('invalid_package');
		expect(textOf(broken)).toContain('Did you mean n?');
		expect(codeOf(await update({ id: 'other' }))).toBe('invalid_input');
		expect(await versions(package_id)).toHaveLength(1);
	});

	test('that changes nothing writes no version', async () => {
		const package_id = await aPackage();
		expect(await change('update_package_components', { package_id, updates: [{ component_name: 'made', updates: { name: 'made' } }] })).toMatchObject({
			changed: false,
			version: 1,
		});
		expect(await versions(package_id)).toHaveLength(1);
	});
});

describe('the graph', () => {
	test('grows by a component and its edge, is rewired, and shrinks again', async () => {
		const package_id = await aPackage();
		const added = await change('add_package_components', {
			package_id,
			components: [{ filter_component: { name: 'small', expression: 'n < 10' } }],
			edges: [{ source: 'rows in', target: 'small' }],
		});
		expect(added.diff).toMatchObject({ added: ['small'], edges_added: ['rows in → small'] });
		const edges = [
			{ source: 'in', target: 'small' },
			{ source: 'small', target: 'made' },
			{ source: 'made', target: 'out' },
		];
		const rewired = await change('update_package_edges', { package_id, edges });
		expect(rewired.diff).toMatchObject({ edges_added: ['small → made'], edges_removed: ['rows in → made'], changed: [] });
		const removed = await change('remove_package_components', { package_id, component_names: ['small'], edges: [{ source: 'in', target: 'made' }] });
		expect(removed).toMatchObject({
			version: 4,
			diff: { removed: ['small'], edges_removed: ['rows in → small', 'small → made'], edges_added: ['rows in → made'] },
		});
		expect((await graph(package_id)).data_flow_json.edges).toHaveLength(2);
	});

	test('keeps its edges when one of the new ones leads nowhere', async () => {
		const package_id = await aPackage();
		const refused = await callTool(account, 'update_package_edges', { package_id, edges: [...echo.edges, { source: 'made', target: 'outt' }] });
		expect(codeOf(refused)).toBe('invalid_package');
		expect(textOf(refused)).toContain('did you mean out?');
		const unknown = await callTool(account, 'remove_package_components', { package_id, component_names: ['made', 'mad'] });
		expect(codeOf(unknown)).toBe('invalid_input');
		expect(await versions(package_id)).toHaveLength(1);
	});
});

describe('the head', () => {
	test('is renamed without a look at the definition', async () => {
		const package_id = await aPackage();
		expect(await change('rename_package', { package_id, name: 'louder', description: 'says it again' })).toMatchObject({
			version: 2,
			diff: { changed: [{ component: null, path: 'name', before: 'echo', after: 'louder' }, expect.objectContaining({ path: 'description' })] },
		});
		expect(await graph(package_id)).toMatchObject({ name: 'louder', version: 2, data_flow_json: { settings: { max_errors: 5 } } });
	});

	test('gets other settings, those that are not named stay', async () => {
		const package_id = await aPackage();
		await change('update_package_settings', { package_id, set: { timeout_minutes: 3 } });
		expect((await graph(package_id)).data_flow_json.settings).toEqual({ max_errors: 5, timeout_minutes: 3 });
		await change('update_package_settings', { package_id, remove: ['max_errors'] });
		expect((await graph(package_id)).data_flow_json.settings).toEqual({ timeout_minutes: 3 });
	});
});

describe('manage_package_variables', () => {
	test('gives a new default to a variable that keeps its type, adds another, removes it', async () => {
		const package_id = await aPackage();
		await change('manage_package_variables', { package_id, set: { since: '2025-06-01', factor: 2 } });
		expect((await graph(package_id)).variables).toEqual({ since: { type: 'date', default: '2025-06-01', description: 'first day' }, factor: 2 });
		await change('manage_package_variables', { package_id, remove: ['factor'] });
		expect((await graph(package_id)).variables).not.toHaveProperty('factor');
		const unknown = await callTool(account, 'manage_package_variables', { package_id, remove: ['sinse'] });
		expect(textOf(unknown)).toContain('sinse (did you mean since?)');
	});

	test('does not remove one that is used', async () => {
		const package_id = await aPackage({
			components: [echo.components[0], { select_component: { id: 'made', name: 'made', columns: [{ expression: '$since', alias: 's' }] } }, echo.components[2]],
		});
		const refused = await callTool(account, 'manage_package_variables', { package_id, remove: ['since'] });
		expect(codeOf(refused)).toBe('invalid_package');
		expect(textOf(refused)).toContain('since');
	});

	test('refuses secret ones, new or old', async () => {
		const package_id = await aPackage({ variables: { key: { type: 'string', default: 'canary-4711', secret: true } } });
		for (const args of [{ set: { key: 'x' } }, { remove: ['key'] }, { set: { other: { type: 'string', secret: true } } }])
			expect(codeOf(await callTool(account, 'manage_package_variables', { package_id, ...args }))).toBe('forbidden');
		const copy = await callTool(account, 'clone_package', { package_id });
		expect(JSON.stringify([copy, await callTool(account, 'rename_package', { package_id, name: 'x' })])).not.toContain('canary');
		expect(JSON.stringify(await versions(package_id))).not.toContain('canary');
	});
});

describe('clone_package', () => {
	test('makes a package of its own, which changes without the original', async () => {
		const package_id = await aPackage();
		const made = await callTool(account, 'clone_package', { package_id, name: 'second echo' });
		expect(made.structuredContent).toMatchObject({ dry_run: false, package: { name: 'second echo', version: 1, component_count: 3, variables_count: 1 } });
		const copy = Number(made.structuredContent?.['package_id']);
		await change('update_package_settings', { package_id: copy, set: { max_errors: 0 } });
		expect((await graph(package_id)).data_flow_json.settings).toEqual({ max_errors: 5 });
		const unnamed = await callTool(account, 'clone_package', { package_id });
		expect(unnamed.structuredContent).toMatchObject({ package: { name: 'echo (copy)' } });
	});
});

describe('delete_package', () => {
	test('archives: it is not run or changed any more, but listed when asked for, and can be cloned', async () => {
		const package_id = await aPackage();
		const before = await env.DB.prepare('SELECT package_count FROM workspaces').first<number>('package_count');
		expect((await callTool(account, 'delete_package', { package_id })).structuredContent).toMatchObject({ status: 'archived', version: 2 });
		expect(codeOf(await callTool(account, 'run_package', { package_id }))).toBe('conflict');
		expect(codeOf(await callTool(account, 'rename_package', { package_id, name: 'x' }))).toBe('conflict');
		expect(codeOf(await callTool(account, 'delete_package', { package_id }))).toBe('conflict');
		const listed = async (status: string) =>
			((await callTool(account, 'list_packages', { status, limit: 100 })).structuredContent as { packages: { id: number }[] }).packages.map(({ id }) => id);
		expect(await listed('active')).not.toContain(package_id);
		expect(await listed('archived')).toContain(package_id);
		expect(await env.DB.prepare('SELECT package_count FROM workspaces').first('package_count')).toBe(Number(before) - 1);
		expect((await callTool(account, 'clone_package', { package_id })).structuredContent).toMatchObject({ package: { status: 'active' } });
	});
});

test('a token without the scope write sees none of these', async () => {
	const package_id = await aPackage();
	const reader = { ...account, token: await aToken('acme', { scopes: ['read', 'run'] }) };
	expect(codeOf(await callTool(reader, 'rename_package', { package_id, name: 'x' }))).toBe('forbidden');
});
