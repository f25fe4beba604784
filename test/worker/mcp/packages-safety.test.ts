import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, aToken, callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
let package_id: number;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const echo = {
	name: 'echo',
	flow_type: 'dataflow',
	components: [
		{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
		{ result_destination_component: { id: 'out', name: 'out' } },
	],
	edges: [{ source: 'in', target: 'out' }],
	variables: { factor: 1 },
};

beforeEach(async () => {
	package_id = Number((await callTool(account, 'create_package', echo)).structuredContent?.['package_id']);
});

/** Every tool that changes a package, with a change that it would make. */
const CHANGES: readonly (readonly [string, Record<string, unknown>])[] = [
	['update_package_components', { updates: [{ component_name: 'in', updates: { notes: 'seen' } }] }],
	[
		'update_package_edges',
		{
			edges: [
				{ source: 'in', target: 'out', id: 'only' },
				{ source: 'in', source_port: 'dead_letter', target: 'out' },
			],
		},
	],
	[
		'add_package_components',
		{ components: [{ select_component: { name: 'm', columns: [{ expression: 'n', alias: 'm' }] } }], edges: [{ source: 'in', target: 'm' }] },
	],
	['remove_package_components', { component_names: ['in'] }],
	['rename_package', { name: 'another' }],
	['update_package_settings', { set: { max_errors: 1 } }],
	['manage_package_variables', { set: { factor: 2 } }],
	['clone_package', {}],
	['delete_package', {}],
];
const WORKING = CHANGES.filter(([name]) => name !== 'update_package_edges' && name !== 'remove_package_components');

const errorOf = (result: ToolResult) => result._meta?.['headgate/error'] as { code: string; message: string; retryable: boolean; details?: object } | undefined;
const everything = async () =>
	Promise.all(['packages', 'package_versions', 'idempotency_keys'].map(async (table) => (await env.DB.prepare(`SELECT * FROM ${table}`).all()).results));
const packages = async () => Number(await env.DB.prepare('SELECT count(*) AS n FROM packages').first('n'));

describe('expected_version', () => {
	test.each(CHANGES)('%s that expects an older version is told the current one, and nothing is written', async (name, args) => {
		await callTool(account, 'rename_package', { package_id, name: 'renamed meanwhile' });
		const before = await everything();
		const refused = await callTool(account, name, { package_id, expected_version: 1, ...args });
		expect(errorOf(refused)).toMatchObject({ code: 'conflict', message: expect.stringContaining('is at version 2, not 1'), details: { current_version: 2 } });
		expect(await everything()).toEqual(before);
	});

	test.each(WORKING)('%s that expects the current version goes through', async (name, args) => {
		const done = await callTool(account, name, { package_id, expected_version: 1, ...args });
		expect(done.isError, done.content[0]?.text).not.toBe(true);
	});
});

describe('parallel writers', () => {
	test('from one version: one wins, the others are told, and no version is lost or written twice', async () => {
		const names = Array.from({ length: 8 }, (_, i) => `writer ${i}`);
		const results = await Promise.all(names.map((name) => callTool(account, 'rename_package', { package_id, name, expected_version: 1 })));
		const lost = results.filter((result) => result.isError === true);
		expect(lost).toHaveLength(7);
		for (const result of lost) expect(errorOf(result)).toMatchObject({ code: 'conflict', details: { current_version: 2 } });
		const winner = names[results.findIndex((result) => result.isError !== true)];
		const { results: rows } = await env.DB.prepare('SELECT number, name FROM package_versions WHERE package_id = ?').bind(package_id).all();
		expect(rows).toEqual([
			{ number: 1, name: 'echo' },
			{ number: 2, name: winner },
		]);
	});
});

describe('dry_run', () => {
	test.each(WORKING)('%s tells what would change and writes nothing', async (name, args) => {
		const before = await everything();
		const tried = await callTool(account, name, { package_id, dry_run: true, idempotency_key: 'trial', ...args });
		expect(tried.structuredContent, tried.content[0]?.text).toMatchObject({ dry_run: true });
		expect(await everything()).toEqual(before);
	});

	test('of create_package shows every component that would be made, and faults', async () => {
		const before = await packages();
		expect((await callTool(account, 'create_package', { ...echo, dry_run: true })).structuredContent).toEqual({
			dry_run: true,
			diff: expect.objectContaining({ added: ['in', 'out'], edges_added: ['in → out'] }),
		});
		expect(errorOf(await callTool(account, 'create_package', { ...echo, edges: [], dry_run: true }))).toMatchObject({ code: 'invalid_package' });
		expect(await packages()).toBe(before);
	});
});

describe('an idempotency_key', () => {
	test.each(WORKING)('lets %s happen once and gives the same answer again', async (name, args) => {
		const call = () => callTool(account, name, { package_id, idempotency_key: `${name} once`, ...args });
		const first = await call();
		expect(first.isError, first.content[0]?.text).not.toBe(true);
		const after = await everything();
		expect(await call()).toEqual(first);
		expect(await everything()).toEqual(after);
	});

	test('makes one package of ten parallel calls; those that come too early are told so', async () => {
		const before = await packages();
		const call = () => callTool(account, 'create_package', { ...echo, idempotency_key: 'ten' });
		const results = await Promise.all(Array.from({ length: 10 }, call));
		const done = results.filter((result) => result.isError !== true);
		expect(new Set(done.map((result) => result.structuredContent?.['package_id'])).size).toBe(1);
		for (const result of results.filter((each) => each.isError === true))
			expect(errorOf(result)).toMatchObject({ code: 'conflict', retryable: true, message: expect.stringContaining('in progress') });
		expect(await packages()).toBe(before + 1);
		expect((await call()).structuredContent?.['package_id']).toBe(done[0]?.structuredContent?.['package_id']);
	});

	test('stands for one tool with its arguments, within one grant', async () => {
		await callTool(account, 'rename_package', { package_id, name: 'a', idempotency_key: 'mine' });
		for (const [name, args] of [
			['rename_package', { package_id, name: 'b' }],
			['delete_package', { package_id }],
		] as const)
			expect(errorOf(await callTool(account, name, { ...args, idempotency_key: 'mine' }))).toMatchObject({
				code: 'conflict',
				message: expect.stringContaining('stands for another call'),
			});
		const other = { ...account, token: await aToken('acme') };
		expect((await callTool(other, 'rename_package', { package_id, name: 'b', idempotency_key: 'mine' })).structuredContent).toMatchObject({ changed: true });
	});

	test('of a call that was refused may be used again', async () => {
		const args = { package_id, idempotency_key: 'again', expected_version: 2, name: 'later' };
		expect(errorOf(await callTool(account, 'rename_package', args))).toMatchObject({ code: 'conflict', details: { current_version: 1 } });
		await callTool(account, 'update_package_settings', { package_id, set: { max_errors: 1 } });
		expect((await callTool(account, 'rename_package', args)).structuredContent).toMatchObject({ version: 3 });
	});

	test('of a call that never ended is not tried again', async () => {
		const args = { package_id, name: 'unknown', idempotency_key: 'cut off' };
		await callTool(account, 'rename_package', args);
		const cutOff = (claimed_at: number) =>
			env.DB.prepare("UPDATE idempotency_keys SET answer = NULL, claimed_at = ? WHERE key = 'cut off'").bind(claimed_at).run();
		await cutOff(Date.now());
		expect(errorOf(await callTool(account, 'rename_package', args))).toMatchObject({ retryable: true, message: expect.stringContaining('in progress') });
		await cutOff(Date.now() - 3_600_000);
		expect(errorOf(await callTool(account, 'rename_package', args))).toMatchObject({ retryable: false, message: expect.stringContaining('interrupted') });
		await env.DB.prepare("UPDATE idempotency_keys SET expires_at = 0 WHERE key = 'cut off'").run();
		expect((await callTool(account, 'rename_package', args)).structuredContent).toMatchObject({ changed: false });
	});

	test('starts one run, and cancels once', async () => {
		const run = () => callTool(account, 'run_package', { package_id, payload: [{ n: 1 }], wait_seconds: 20, idempotency_key: 'run once' });
		const first = await run();
		expect(first.structuredContent, first.content[0]?.text).toMatchObject({ status: 'completed' });
		expect(await run()).toEqual(first);
		expect(await env.DB.prepare('SELECT count(*) AS n FROM runs WHERE package_id = ?').bind(package_id).first('n')).toBe(1);
		const cancel = () => callTool(account, 'cancel_job', { run_id: first.structuredContent?.['run_id'], idempotency_key: 'cancel once' });
		expect(await cancel()).toEqual(await cancel());
	});
});
