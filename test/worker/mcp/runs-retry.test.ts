import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, callTool, fetchGateway, type TestAccount, type ToolResult } from '../../support/gateway.ts';

let account: TestAccount;
let files: number;

beforeAll(async () => {
	await freshGateway();
	account = await anAccount('acme');
	const { connections } = (await callTool(account, 'list_connections')).structuredContent as { connections: { id: number; type: string }[] };
	files = connections.find(({ type }) => type === 'r2')?.id ?? 0;
	await put('amount\n1\n5\n');
});

const put = (body: string) => fetchGateway('/acme/api/files/amounts.csv', { method: 'PUT', headers: { Authorization: `Bearer ${account.token}` }, body });
const errorOf = (result: ToolResult) => result._meta?.['headgate/error'] as { code: string; message: string; hint: string } | undefined;

/** Fails while an amount is not below `$limit`; a secret greeting stands in its result. */
const checked = (name: string) => ({
	name,
	flow_type: 'dataflow',
	components: [
		{ cloud_storage_source_component: { id: 'in', name: 'in', connection_id: files, path: 'amounts.csv' } },
		{ assert_component: { id: 'check', name: 'check', expression: 'amount < $limit', message: 'too large' } },
		{ aggregate_component: { id: 'all', name: 'all', group_by: [], aggregates: [{ function: 'sum', field: 'amount', alias: 'total' }] } },
		{ select_component: { id: 'said', name: 'said', keep_others: true, columns: [{ expression: 'length($greeting)', alias: 'letters' }] } },
		{ result_destination_component: { id: 'out', name: 'out' } },
	],
	edges: [
		{ source: 'in', target: 'check' },
		{ source: 'check', target: 'all' },
		{ source: 'all', target: 'said' },
		{ source: 'said', target: 'out' },
	],
	variables: { limit: 3, greeting: { default: 'short', secret: true } },
});

async function created(definition: object): Promise<number> {
	const result = await callTool(account, 'create_package', { ...definition });
	expect(result.isError, result.content[0]?.text).not.toBe(true);
	return Number(result.structuredContent?.['package_id']);
}

const runsOf = async (package_id: number) =>
	(await env.DB.prepare('SELECT count(*) AS n FROM runs WHERE package_id = ?').bind(package_id).first('n')) as number;

describe('retry_job', () => {
	test('runs a failed run again with its variables, secret ones too, and keeps the original', async () => {
		await put('amount\n1\n5\n');
		const package_id = await created(checked('retried'));
		const variables = { limit: 4, greeting: 'a much longer secret' };
		const first = await callTool(account, 'run_package', { package_id, variables, wait_seconds: 30 });
		expect(first.structuredContent, first.content[0]?.text).toMatchObject({ status: 'failed' });
		const run_id = Number(first.structuredContent?.['run_id']);
		await put('amount\n1\n3\n');
		const again = await callTool(account, 'retry_job', { run_id, wait_seconds: 30 });
		expect(again.structuredContent, again.content[0]?.text).toMatchObject({
			status: 'completed',
			retry_of: run_id,
			outputs: [{ rows: [{ total: 4, letters: 'a much longer secret'.length }] }],
		});
		const retried = await callTool(account, 'get_run', { run_id: again.structuredContent?.['run_id'] });
		expect(retried.structuredContent).toMatchObject({ retry_of: run_id, attempt: 2, variables: { limit: 4, greeting: '[redacted]' } });
		expect((await callTool(account, 'get_run', { run_id })).structuredContent).toMatchObject({ status: 'failed', retry_of: null, attempt: 1 });
	});

	test('takes the package as it is now, or as the run had it when asked', async () => {
		await put('amount\n1\n5\n');
		const package_id = await created(checked('changed'));
		const failed = await callTool(account, 'run_package', { package_id, wait_seconds: 30 });
		const run_id = Number(failed.structuredContent?.['run_id']);
		await callTool(account, 'manage_package_variables', { package_id, set: { limit: 10 } });
		const current = await callTool(account, 'retry_job', { run_id, wait_seconds: 30 });
		expect(current.structuredContent, current.content[0]?.text).toMatchObject({ status: 'completed', package_version: 2 });
		const before = await callTool(account, 'retry_job', { run_id, same_version: true, wait_seconds: 30 });
		expect(before.structuredContent, before.content[0]?.text).toMatchObject({ status: 'failed', package_version: 1 });
	});

	test('refuses a run that completed, and starts one run under one idempotency_key', async () => {
		await put('amount\n1\n');
		const package_id = await created(checked('once'));
		const good = await callTool(account, 'run_package', { package_id, wait_seconds: 30 });
		expect(errorOf(await callTool(account, 'retry_job', { run_id: good.structuredContent?.['run_id'] }))).toMatchObject({
			code: 'conflict',
			message: expect.stringContaining('completed'),
		});
		const bad = await callTool(account, 'run_package', { package_id, variables: { limit: 0 }, wait_seconds: 30 });
		const args = { run_id: bad.structuredContent?.['run_id'], idempotency_key: 'retry once', wait_seconds: 30 };
		expect(await callTool(account, 'retry_job', args)).toEqual(await callTool(account, 'retry_job', args));
		expect(await runsOf(package_id)).toBe(3);
	});

	test('refuses a run whose rows came with the call: they are not kept', async () => {
		const package_id = await created({
			name: 'payload',
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
		const failed = await callTool(account, 'run_package', { package_id, payload: [{ n: 2 }], wait_seconds: 30 });
		const refused = await callTool(account, 'retry_job', { run_id: failed.structuredContent?.['run_id'] });
		expect(errorOf(refused)).toMatchObject({ code: 'conflict', hint: expect.stringContaining(`package_id ${package_id}`) });
		expect(await runsOf(package_id)).toBe(1);
	});
});

describe('trigger_sync', () => {
	test('starts a package by its name in any case, or by its id', async () => {
		await put('amount\n1\n');
		const package_id = await created(checked('Nightly Amounts'));
		const named = await callTool(account, 'trigger_sync', { name: 'nightly amounts', wait_seconds: 30 });
		expect(named.structuredContent, named.content[0]?.text).toMatchObject({ status: 'completed', package_id });
		const byId = await callTool(account, 'trigger_sync', { package_id, idempotency_key: 'sync once' });
		expect(await callTool(account, 'trigger_sync', { package_id, idempotency_key: 'sync once' })).toEqual(byId);
		expect(await runsOf(package_id)).toBe(2);
	});

	test('says which packages share a name, that none has it, and that one of both is wanted', async () => {
		const ids = [await created(checked('twin')), await created(checked('twin'))];
		expect(errorOf(await callTool(account, 'trigger_sync', { name: 'twin' }))).toMatchObject({
			code: 'conflict',
			hint: expect.stringContaining(String(ids[0])),
		});
		expect(errorOf(await callTool(account, 'trigger_sync', { name: 'nobody' }))).toMatchObject({ code: 'not_found' });
		for (const args of [{}, { name: 'twin', package_id: ids[0] }])
			expect(errorOf(await callTool(account, 'trigger_sync', args))).toMatchObject({ code: 'invalid_input' });
	});

	test("finds no other account's package by its name", async () => {
		await created(checked('only here'));
		expect(errorOf(await callTool(await anAccount('other'), 'trigger_sync', { name: 'only here' }))).toMatchObject({ code: 'not_found' });
	});
});
