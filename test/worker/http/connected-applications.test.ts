import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Assistant, authorized } from '../../support/assistant.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { post, type Rpc } from '../../support/gateway.ts';
import { type PlainBrowser, shownValue, textOf } from '../../support/plain-browser.ts';
import { aClient, aPerson, listTools, signedIn, type Tokens } from './people.ts';

const HERE = '/acme/settings/developer/connected_applications';
let browser: PlainBrowser;
let client: Assistant;

beforeAll(async () => {
	await freshGateway();
	browser = await signedIn(await aPerson('ann'));
	client = await aClient();
});

async function aToken(fields: Record<string, string | string[]>): Promise<string> {
	const page = await browser.submit(await browser.open(`${HERE}/new?tools=choose`), 'Create token', { name: 'Laptop', ...fields });
	return shownValue(page, 'token');
}

const toolsOf = async (token: string) =>
	((await (await listTools(token)).json()) as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);

describe('Connected Applications', () => {
	test('list OAuth clients and tokens together, with kind, scopes, where from and when', async () => {
		await client.redeem(await authorized(browser, client));
		await aToken({ name: 'On the laptop', scope: ['read'], days: '30' });
		const text = textOf(await browser.open(HERE));
		expect(text).toContain('Claude Code ann@example.com · 127.0.0.1 (this computer) OAuth client read, write, run');
		expect(text).toMatch(/On the laptop ann@example\.com Token read \d{4}-\d\d-\d\d never \d{4}-\d\d-\d\d/);
	});

	test('never show a token again, and neither does any other page', async () => {
		const token = await aToken({});
		const { access_token } = (await (await client.redeem(await authorized(browser, client))).json()) as Tokens;
		for (const path of ['/', HERE, `${HERE}/new`, '/acme/settings/developer/oauth_clients', '/acme/settings/members', '/settings/security']) {
			const { html } = await browser.open(path);
			expect([path, html.includes(token), html.includes(access_token)]).toEqual([path, false, false]);
		}
		const kept = JSON.stringify([(await env.DB.prepare('SELECT * FROM tokens').all()).results, (await env.DB.prepare('SELECT * FROM grants').all()).results]);
		expect([kept.includes(token), kept.includes(access_token)]).toEqual([false, false]);
	});

	test('make a token that is as narrow as it was ticked', async () => {
		const some = await aToken({ tool: ['list_workspaces', 'list_packages'] });
		expect(await toolsOf(some)).toEqual(['list_workspaces', 'list_packages']);
		const reader = await aToken({ read_only: '1', scope: ['admin'] });
		expect(await toolsOf(reader)).not.toContain('run_package');
		const refused = (await (
			await post('/acme/api/mcp', some, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_runs', arguments: {} } })
		).json()) as Rpc;
		expect(refused.result?.['isError']).toBe(true);
		expect(textOf(await browser.open(HERE))).toContain('only 2 tools list_workspaces, list_packages');
	});

	test('offer the tools that the account published, and narrow a token to one', async () => {
		const admin = await aToken({ scope: ['admin'] });
		const call = async (name: string, args: object) =>
			(await (await post('/acme/api/mcp', admin, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })).json()) as Rpc;
		const made = await call('create_package', {
			name: 'Monthly report',
			flow_type: 'dataflow',
			components: [
				{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
				{ result_destination_component: { id: 'out', name: 'out' } },
			],
			edges: [{ source: 'in', target: 'out' }],
		});
		await call('publish_tool', { package_id: (made.result?.['structuredContent'] as { package_id?: number } | undefined)?.package_id });
		expect(textOf(await browser.open(`${HERE}/new?tools=choose`))).toContain('pkg_monthly_report');
		expect(await toolsOf(await aToken({ scope: ['run'], tool: ['pkg_monthly_report', 'get_run'] }))).toEqual(['get_run', 'pkg_monthly_report']);
	});

	test('never make "only these" into "all"', async () => {
		expect(await toolsOf(await aToken({ tool: ['no_such_tool'] }))).toEqual([]);
	});

	test.each([
		['30', 30],
		['90', 90],
		['365', 365],
		['3650', 3650],
		['', null],
	])('make a token for %j days', async (days, expected) => {
		await aToken({ days });
		const row = await env.DB.prepare('SELECT (expires_at - created_at) / 86400000 AS days FROM grants ORDER BY id DESC LIMIT 1').first('days');
		expect(row).toBe(expected);
	});

	test.each([
		[{ name: ' ' }, 'A token has a name'],
		[{ scope: [] }, 'scopes is empty'],
		[{ days: '100000' }, 'at most 10 years'],
		[{ days: 'soon' }, 'at most 10 years'],
	])('refuse %j in words', async (fields, text) => {
		const page = await browser.submit(await browser.open(`${HERE}/new`), 'Create token', { name: 'x', ...fields });
		expect([page.status, textOf(page)]).toEqual([400, expect.stringContaining(text)]);
	});

	test('keep what was typed when they refuse', async () => {
		const form = await browser.open(`${HERE}/new?tools=choose`);
		const { html } = await browser.submit(form, 'Create token', { name: 'Laptop', scope: [], days: '365', read_only: '1', tool: ['list_runs'] });
		const ticked = [...html.matchAll(/<input type="checkbox" name="(\w+)" value="(\w+)" checked/g)].map(([, name, value]) => `${name} ${value}`);
		expect([html.includes('value="Laptop"'), ticked, /<option value="365" selected/.test(html)]).toEqual([true, ['read_only 1', 'tool list_runs'], true]);
		const clients = await browser.open('/acme/settings/developer/oauth_clients');
		const refused = await browser.submit(clients, 'Register client', { name: 'Nightly', redirect_uris: 'javascript:alert(1)' });
		expect([refused.status, refused.html.includes('value="Nightly"'), refused.html.includes('>javascript:alert(1)</textarea>')]).toEqual([400, true, true]);
	});

	test('are renamed and revoked by their owner, and told why they ended', async () => {
		const token = await aToken({ name: 'Old phone' });
		const rename = await browser.open(HERE);
		const only = { ...rename, html: rename.html.slice(rename.html.indexOf('Old phone')) };
		const renamed = await browser.submit(only, 'Rename', { name: 'Lost phone' });
		await browser.submit(renamed, 'Revoke Lost phone');
		expect((await listTools(token)).status).toBe(401);
		expect(textOf(await browser.open(HERE))).toMatch(/Lost phone .*Revoked by ann@example\.com\./);
	});

	test('show a connection that ran out as ended for a week, then no more', async () => {
		await aToken({ name: 'Brief' });
		await env.DB.prepare("UPDATE grants SET expires_at = ? WHERE name = 'Brief'")
			.bind(Date.now() - 1000)
			.run();
		expect(textOf(await browser.open(HERE))).toMatch(/Brief .*It ran out\./);
		await env.DB.prepare("UPDATE grants SET expires_at = ? WHERE name = 'Brief'")
			.bind(Date.now() - 8 * 86_400_000)
			.run();
		expect(textOf(await browser.open(HERE))).not.toContain('Brief');
	});

	test('of others are seen and ended by owners only', async () => {
		const editor = await signedIn(await aPerson('eddy', { role: 'editor' }));
		await aToken({ name: 'Private' });
		expect(textOf(await editor.open(HERE))).not.toContain('Private');
		const id = await env.DB.prepare("SELECT id FROM grants WHERE name = 'Private'").first('id');
		const own = await editor.open(`${HERE}/new`);
		const csrf = shownValue(own, 'csrf');
		await editor.submit({ ...own, html: `<form action="${HERE}/${id}/revoke"><button>Go</button></form>` }, 'Go', { csrf });
		expect(await env.DB.prepare('SELECT revoked_at FROM grants WHERE id = ?').bind(id).first('revoked_at')).toBeNull();
		const made = await editor.submit(own, 'Create token', { name: 'Mine', scope: ['read', 'admin'] });
		expect((await toolsOf(shownValue(made, 'token'))).length).toBeGreaterThan(0);
		expect(await env.DB.prepare("SELECT scopes FROM grants WHERE name = 'Mine'").first('scopes')).toBe('read');
		expect(textOf(await browser.open(HERE))).toContain('Mine eddy@example.com');
	});
});
