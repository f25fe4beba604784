import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
let package_id: number;

const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';
const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;
const definition = async () =>
	JSON.parse(
		String(await env.DB.prepare('SELECT definition FROM package_versions WHERE package_id = ? ORDER BY number DESC').bind(package_id).first('definition')),
	);

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const created = await callTool(account, 'create_package', {
		name: 'echo',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			{
				select_component: {
					id: 'made',
					name: 'made',
					columns: [
						{ expression: 'n', alias: 'a' },
						{ expression: '$key', alias: 'k' },
					],
				},
			},
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [
			{ source: 'in', target: 'made' },
			{ source: 'made', target: 'out' },
		],
		variables: { key: { type: 'string', default: 'canary-4711', secret: true } },
	});
	package_id = Number(created.structuredContent?.['package_id']);
	await callTool(account, 'update_package_components', {
		package_id,
		updates: [{ component_name: 'made', updates: { columns: [{ expression: 'n * 2', alias: 'a' }] } }],
	});
	await callTool(account, 'rename_package', { package_id, name: 'louder' });
	await callTool(account, 'remove_package_components', { package_id, component_names: ['made'], edges: [{ source: 'in', target: 'out' }] });
});

describe('versions of a package', () => {
	test('are listed newest first, page by page, with who wrote them and through which tool', async () => {
		const first = (await callTool(account, 'list_package_versions', { package_id, limit: 3 })).structuredContent;
		expect(first).toMatchObject({
			current_version: 4,
			versions: [
				{ version: 4, name: 'louder', tool: 'remove_package_components', user: expect.stringContaining('@example.com') },
				{ version: 3, tool: 'rename_package' },
				{ version: 2, name: 'echo', tool: 'update_package_components' },
			],
		});
		const rest = await callTool(account, 'list_package_versions', { package_id, cursor: first?.['next_cursor'] });
		expect(rest.structuredContent).toMatchObject({ versions: [{ version: 1, tool: 'create_package', grant_id: expect.any(Number) }], next_cursor: null });
	});

	test('are compared component by component, in either direction', async () => {
		const forth = (await callTool(account, 'diff_package_versions', { package_id, from_version: 1, to_version: 4 })).structuredContent;
		expect(forth).toMatchObject({
			diff: {
				added: [],
				removed: ['made'],
				changed: [{ component: null, path: 'name', before: 'echo', after: 'louder' }],
				edges_added: ['in → out'],
				edges_removed: ['in → made', 'made → out'],
			},
		});
		const back = (await callTool(account, 'diff_package_versions', { package_id, from_version: 4, to_version: 1 })).structuredContent;
		expect(back).toMatchObject({ diff: { added: ['made'], edges_removed: ['in → out'] } });
		const lists = (await callTool(account, 'diff_package_versions', { package_id, from_version: 1, to_version: 2 })).structuredContent;
		expect(lists).toMatchObject({
			diff: { changed: [{ component: 'made', path: 'columns', before: [{}, {}], after: [{ expression: 'n * 2', alias: 'a' }] }] },
		});
		const last = (await callTool(account, 'diff_package_versions', { package_id })).structuredContent;
		expect(last).toMatchObject({ from_version: 3, to_version: 4 });
	});

	test('that are not there are told with those that are', async () => {
		const missing = await callTool(account, 'diff_package_versions', { package_id, from_version: 9 });
		expect(codeOf(missing)).toBe('not_found');
		expect(textOf(missing)).toContain('versions 1 to 4');
	});

	test('come back as a new version that equals the old one, secret defaults included and never shown', async () => {
		const tried = await callTool(account, 'revert_package', { package_id, version: 1, dry_run: true });
		expect(tried.structuredContent).toMatchObject({ version: 4, dry_run: true, diff: { added: ['made'] } });
		const reverted = await callTool(account, 'revert_package', { package_id, version: 1 });
		expect(reverted.structuredContent).toMatchObject({ version: 5, changed: true });
		const between = await callTool(account, 'diff_package_versions', { package_id, from_version: 1, to_version: 5 });
		expect(between.structuredContent).toMatchObject({ diff: { added: [], removed: [], changed: [], edges_added: [], edges_removed: [] } });
		expect(await definition()).toMatchObject({ variables: { key: { type: 'string', secret: true } } });
		const run = await callTool(account, 'run_package', { package_id, payload: [{ n: 3 }], wait_seconds: 20 });
		expect(run.structuredContent).toMatchObject({ status: 'completed', outputs: [{ rows: [{ a: 3, k: '[redacted]' }] }] });
		expect(JSON.stringify([tried, reverted, between, run])).not.toContain('canary');
	});
});
