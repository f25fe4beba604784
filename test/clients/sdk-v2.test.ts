import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const { mcp_url, token } = inject('gateway');
const client = new Client({ name: 'sdk-v2', version: '1.0.0' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });

beforeAll(() => client.connect(new StreamableHTTPClientTransport(new URL(mcp_url), { requestInit: { headers: { authorization: `Bearer ${token}` } } })));
afterAll(() => client.close());

test('a client pinned to 2026-07-28 gets that revision and no other', () => {
	expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
	expect(client.getServerVersion()).toMatchObject({ name: 'headgate' });
});

test('it lists the tools', async () => {
	const { tools } = await client.listTools();
	expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining(['list_packages', 'create_package', 'run_package', 'get_run', 'explain_job_failure']));
});

test('it calls a tool and gets a result that fits the output schema', async () => {
	const result = await client.callTool({ name: 'list_workspaces', arguments: {} });
	expect(result.isError ?? false).toBe(false);
	expect(result.structuredContent).toMatchObject({ workspaces: [expect.objectContaining({ name: 'Unassigned' })] });
});

test('it builds a package, runs it, follows its progress and reads the rows', async () => {
	const created = await client.callTool({
		name: 'create_package',
		arguments: {
			name: 'Payload doubled',
			flow_type: 'dataflow',
			components: [
				{ payload_source_component: { id: 'given', name: 'given', fields: [{ name: 'n', type: 'integer' }] } },
				{ select_component: { id: 'twice', name: 'twice', columns: [{ expression: 'n * 2', alias: 'doubled' }] } },
				{ result_destination_component: { id: 'back', name: 'back' } },
			],
			edges: [
				{ source: 'given', target: 'twice' },
				{ source: 'twice', target: 'back' },
			],
		},
	});
	expect(created.isError ?? false, JSON.stringify(created.content)).toBe(false);
	const { package_id } = created.structuredContent as { package_id: number };
	const run = await client.callTool(
		{ name: 'run_package', arguments: { package_id, payload: [{ n: 1 }, { n: 21 }], wait_seconds: 30 } },
		{ onprogress: () => {} },
	);
	expect(run.structuredContent).toMatchObject({ status: 'completed', outputs: [{ name: 'back', records_count: 2, rows: [{ doubled: 2 }, { doubled: 42 }] }] });
});

test('without a token it is asked for one', async () => {
	const stranger = new Client({ name: 'stranger', version: '1.0.0' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
	await expect(stranger.connect(new StreamableHTTPClientTransport(new URL(mcp_url)))).rejects.toThrow();
	const answer = await fetch(mcp_url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
	expect(answer.status).toBe(401);
	expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
});
