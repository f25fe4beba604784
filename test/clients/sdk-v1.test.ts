import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const { mcp_url, token } = inject('gateway');
const client = new Client({ name: 'sdk-v1', version: '1.0.0' });

beforeAll(async () => {
	const transport = new StreamableHTTPClientTransport(new URL(mcp_url), { requestInit: { headers: { authorization: `Bearer ${token}` } } });
	// The package is not written for exactOptionalPropertyTypes: its class does not quite fit its own interface.
	await client.connect(transport as Transport);
});
afterAll(() => client.close());

test('the SDK of the 2025 era shakes hands and learns who it speaks to', () => {
	expect(client.getServerVersion()).toMatchObject({ name: 'headgate' });
	expect(client.getServerCapabilities()).toHaveProperty('tools');
	expect(client.getInstructions()).toContain('packages');
});

test('it lists the tools with schemas, hints and descriptions', async () => {
	const { tools } = await client.listTools();
	expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining(['list_packages', 'create_package', 'run_package', 'get_run', 'explain_job_failure']));
	expect(tools.filter((tool) => tool.description === undefined || tool.outputSchema === undefined || tool.annotations === undefined)).toEqual([]);
});

test('it calls a tool and gets a result that fits the output schema', async () => {
	const result = await client.callTool({ name: 'list_connections', arguments: {} });
	expect(result.isError ?? false).toBe(false);
	expect(result.structuredContent).toMatchObject({
		connections: expect.arrayContaining([expect.objectContaining({ type: 'r2' }), expect.objectContaining({ type: 'sqlite' })]),
	});
});

test('it is told what is wrong with its arguments', async () => {
	const result = await client.callTool({ name: 'get_package', arguments: { package_id: 'first' } });
	expect(result.isError).toBe(true);
	expect(JSON.stringify(result.content)).toContain('package_id');
});

test('an unknown tool is an error of the protocol', async () => {
	await expect(client.callTool({ name: 'drop_everything', arguments: {} })).rejects.toMatchObject({ code: -32602 });
});
