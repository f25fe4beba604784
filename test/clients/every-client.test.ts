import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { ClientUnderTest, Where } from './matrix/client.ts';
import { aiSdk, openaiAgents } from './matrix/frameworks.ts';
import { inspector } from './matrix/inspector.ts';
import { overMcpRemote, sdkV1, sdkV2 } from './matrix/sdk.ts';

const gateway = inject('gateway');
const ROWS = 120_000;

const CLIENTS: readonly [string, (where: Where) => Promise<ClientUnderTest>][] = [
	['SDK v1', sdkV1],
	['SDK v2 by itself', sdkV2('auto')],
	['SDK v2 in the 2025 era', sdkV2('legacy')],
	['mcp-remote under a stdio client', overMcpRemote],
	['OpenAI Agents', openaiAgents],
	['AI SDK', aiSdk],
	['the Inspector in the 2025 era', inspector('legacy')],
	['the Inspector in the 2026 era', inspector('modern')],
];

let packageId: number;

beforeAll(async () => {
	const rows = Array.from({ length: ROWS }, (_, index) => `${(index * 7919) % ROWS},value ${index}`);
	const put = await fetch(`${gateway.url}/${gateway.account}/api/files/matrix/long.csv`, {
		method: 'PUT',
		headers: { authorization: `Bearer ${gateway.token}` },
		body: `key,value\n${rows.join('\n')}\n`,
	});
	expect(put.ok, await put.clone().text()).toBe(true);
	const client = await sdkV1(gateway);
	const created = await client.callTool('create_package', {
		name: 'A longer run',
		flow_type: 'dataflow',
		components: [
			{ cloud_storage_source_component: { id: 'file', name: 'file', connection_id: 1, path: 'matrix/long.csv' } },
			{ sort_component: { id: 'sorted', name: 'sorted', keys: [{ field: 'key' }] } },
			{
				aggregate_component: {
					id: 'counted',
					name: 'counted',
					aggregates: [
						{ function: 'count_all', alias: 'rows' },
						{ function: 'last', field: 'value', alias: 'last' },
					],
				},
			},
			{ result_destination_component: { id: 'back', name: 'back' } },
		],
		edges: [
			{ source: 'file', target: 'sorted' },
			{ source: 'sorted', target: 'counted' },
			{ source: 'counted', target: 'back' },
		],
	});
	expect(created.failed, created.text).toBe(false);
	packageId = (JSON.parse(created.text.split('\n')[0] ?? '') as { package_id: number }).package_id;
	await client.close();
});

describe.each(CLIENTS)('%s', (_, connect) => {
	let client: ClientUnderTest;
	beforeAll(async () => {
		client = await connect(gateway);
	});
	afterAll(() => client.close());

	test('lists the tools', async () => {
		expect(await client.listTools()).toEqual(expect.arrayContaining(['list_packages', 'create_package', 'run_package', 'get_run', 'explain_job_failure']));
	});

	test('calls one', async () => {
		const { text, failed } = await client.callTool('list_workspaces', {});
		expect(failed, text).toBe(false);
		expect(text).toContain('"Unassigned"');
	});

	test('reads what is wrong with an argument, and what is valid', async () => {
		const { text, failed } = await client.callTool('get_run', { run_id: 0 });
		expect(failed).toBe(true);
		expect(text).toMatch(/run_id/);
	});

	test('waits for a run of several slices and gets its rows', async () => {
		const { text, failed } = await client.callTool('run_package', { package_id: packageId, wait_seconds: 50 });
		expect(failed, text).toBe(false);
		expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ status: 'completed', outputs: [{ name: 'back', rows: [{ rows: ROWS }] }] });
	});
});
