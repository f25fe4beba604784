import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let owner: TestAccount;
let editor: TestAccount;
let email: string;
let package_id: number;
let run_id: number;

const codeOf = (result: ToolResult): unknown => (result._meta?.['headgate/error'] as { code?: string } | undefined)?.code;
const textOf = (result: ToolResult): string => result.content[0]?.text ?? '';
const allow = (permissions?: readonly string[]) =>
	callTool(owner, 'set_package_permissions', { package_id, member: email, ...(permissions === undefined ? {} : { permissions }) });

beforeAll(async () => {
	await freshGateway();
	owner = await anAccount('acme', { scopes: ['admin'] });
	editor = { ...owner, token: await aToken('acme', { role: 'editor' }) };
	email = String(await env.DB.prepare("SELECT email FROM users JOIN members ON members.user_id = users.id WHERE role = 'editor'").first('email'));
	const created = await callTool(owner, 'create_package', {
		name: 'Guarded',
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			{ assert_component: { id: 'check', name: 'check', expression: 'n < 2', message: 'too large' } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [
			{ source: 'in', target: 'check' },
			{ source: 'check', target: 'out' },
		],
	});
	package_id = Number(created.structuredContent?.['package_id']);
	const run = await callTool(owner, 'run_package', { package_id, payload: [{ n: 5 }], wait_seconds: 20 });
	expect(run.structuredContent, textOf(run)).toMatchObject({ status: 'failed' });
	run_id = Number(run.structuredContent?.['run_id']);
});

beforeEach(() => allow());

const listed = async (account: TestAccount) =>
	((await callTool(account, 'list_packages')).structuredContent as { packages: { id: number; permissions: string[] }[] }).packages;

describe('a member for whom nothing is set', () => {
	test('may do what the role allows, and sees that', async () => {
		expect(await listed(editor)).toMatchObject([{ id: package_id, permissions: ['read', 'write', 'execute', 'debug'] }]);
		const reader = { ...owner, token: await aToken('acme', { role: 'viewer' }) };
		expect(await listed(reader)).toMatchObject([{ permissions: ['read', 'debug'] }]);
	});
});

describe('permissions on a package', () => {
	test('take writing away', async () => {
		expect((await allow(['execute', 'debug'])).structuredContent).toMatchObject({
			members: [{ email, role: 'editor', permissions: ['read', 'execute', 'debug'] }],
		});
		expect(await listed(editor)).toMatchObject([{ permissions: ['read', 'execute', 'debug'] }]);
		for (const [tool, args] of [
			['rename_package', { name: 'x' }],
			['delete_package', {}],
			['revert_package', { version: 1 }],
		] as const) {
			const refused = await callTool(editor, tool, { package_id, ...args });
			expect(codeOf(refused)).toBe('forbidden');
			expect(textOf(refused)).toContain('read, execute, debug');
		}
		expect((await callTool(editor, 'run_package', { package_id, payload: [{ n: 1 }], wait_seconds: 20 })).structuredContent).toMatchObject({
			status: 'completed',
		});
	});

	test('take running and cancelling away', async () => {
		await allow(['write']);
		expect(codeOf(await callTool(editor, 'run_package', { package_id }))).toBe('forbidden');
		expect(codeOf(await callTool(editor, 'cancel_job', { run_id }))).toBe('forbidden');
		expect((await callTool(editor, 'rename_package', { package_id, description: `at ${Date.now()}` })).structuredContent).toMatchObject({ changed: true });
	});

	test('take the insides of runs away: logs, values, explanations', async () => {
		await allow(['read']);
		expect(codeOf(await callTool(editor, 'explain_job_failure', { run_id }))).toBe('forbidden');
		const run = (await callTool(editor, 'get_run', { run_id })).structuredContent;
		expect(run).toMatchObject({ status: 'failed', log_tail: [], log_lines: 0, errors: [{ name: 'check', sample: null }] });
		const whole = (await callTool(owner, 'get_run', { run_id })).structuredContent as { log_lines: number; errors: { sample: string }[] };
		expect(whole.log_lines).toBeGreaterThan(0);
		expect(whole.errors[0]?.sample).toContain('5');
	});

	test('hide it: as if it were not there, nor its runs', async () => {
		await allow([]);
		expect(await listed(editor)).toEqual([]);
		for (const tool of ['get_package', 'run_package', 'validate_package', 'clone_package', 'rename_package', 'list_package_versions'])
			expect(codeOf(await callTool(editor, tool, { package_id, ...(tool === 'rename_package' ? { name: 'x' } : {}) })), tool).toBe('not_found');
		expect(codeOf(await callTool(editor, 'get_package', { name: 'guarded' }))).toBe('not_found');
		for (const tool of ['get_run', 'cancel_job', 'explain_job_failure']) expect(codeOf(await callTool(editor, tool, { run_id })), tool).toBe('not_found');
		expect((await callTool(editor, 'list_runs')).structuredContent).toMatchObject({ runs: [] });
		expect(await listed(owner)).toMatchObject([{ id: package_id, permissions: ['read', 'write', 'execute', 'debug'] }]);
	});

	test('do not give what the role or the token does not', async () => {
		const reader = { ...owner, token: await aToken('acme', { role: 'viewer', scopes: ['read'] }) };
		const address = String(
			await env.DB.prepare("SELECT email FROM users JOIN members ON members.user_id = users.id WHERE role = 'viewer' ORDER BY id DESC").first('email'),
		);
		await callTool(owner, 'set_package_permissions', { package_id, member: address, permissions: ['write', 'execute'] });
		expect(await listed(reader)).toMatchObject([{ permissions: ['read'] }]);
		expect(codeOf(await callTool(reader, 'rename_package', { package_id, name: 'x' }))).toBe('forbidden');
		await callTool(owner, 'set_package_permissions', { package_id, member: address });
	});
});

describe('set_package_permissions', () => {
	test('is for the scope admin, tries without writing, and knows members only', async () => {
		expect(codeOf(await callTool(editor, 'set_package_permissions', { package_id, member: email }))).toBe('forbidden');
		const tried = await callTool(owner, 'set_package_permissions', { package_id, member: email.toUpperCase(), permissions: ['read'], dry_run: true });
		expect(tried.structuredContent).toMatchObject({ dry_run: true, members: [{ email, permissions: ['read'] }] });
		expect(await env.DB.prepare('SELECT count(*) AS n FROM package_permissions').first('n')).toBe(0);
		await anAccount('globex');
		const stranger = String(await env.DB.prepare('SELECT email FROM users ORDER BY id DESC').first('email'));
		expect(codeOf(await callTool(owner, 'set_package_permissions', { package_id, member: stranger, permissions: [] }))).toBe('not_found');
	});

	test('does not narrow owners', async () => {
		const address = String(
			await env.DB.prepare("SELECT email FROM users JOIN members ON members.user_id = users.id WHERE role = 'owner' ORDER BY id").first('email'),
		);
		expect(codeOf(await callTool(owner, 'set_package_permissions', { package_id, member: address, permissions: [] }))).toBe('invalid_input');
	});
});

describe('get_package by name', () => {
	test('finds it in any case with its connectors, and tells the nearest or that there are several', async () => {
		expect((await callTool(owner, 'get_package', { name: 'GUARDED' })).structuredContent).toMatchObject({
			id: package_id,
			connections: [],
			owner_email: expect.any(String),
		});
		const missing = await callTool(owner, 'get_package', { name: 'gaurded' });
		expect(codeOf(missing)).toBe('not_found');
		expect(textOf(missing)).toContain('Did you mean "Guarded"?');
		const copy = await callTool(owner, 'clone_package', { package_id, name: 'guarded' });
		const several = await callTool(owner, 'get_package', { name: 'guarded' });
		expect(codeOf(several)).toBe('conflict');
		await callTool(owner, 'delete_package', { package_id: copy.structuredContent?.['package_id'] });
		expect((await callTool(owner, 'get_package', { name: 'guarded' })).structuredContent).toMatchObject({ id: package_id });
		for (const args of [{}, { package_id, name: 'guarded' }]) expect(codeOf(await callTool(owner, 'get_package', args))).toBe('invalid_input');
	});
});
