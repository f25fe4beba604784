import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { NODE } from '../support/gateway-process.ts';

const { mcp_url, token } = inject('gateway');
const inspector = join(import.meta.dirname, '../../node_modules/.bin/mcp-inspector');

async function inspect(...args: readonly string[]): Promise<unknown> {
	const target = ['--cli', mcp_url, '--transport', 'http', '--header', `Authorization: Bearer ${token}`];
	const { stdout } = await promisify(execFile)(NODE, [inspector, ...target, ...args]);
	return JSON.parse(stdout);
}

describe.each(['legacy', 'modern'])('the Inspector in the %s era', (era) => {
	test('lists the tools', async () => {
		const { tools } = (await inspect('--method', 'tools/list', '--protocol-era', era)) as { tools: readonly { name: string }[] };
		expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining(['list_packages', 'run_package', 'explain_job_failure']));
	});

	test('calls one', async () => {
		const result = await inspect('--method', 'tools/call', '--tool-name', 'list_packages', '--tool-arg', 'limit=5', '--protocol-era', era);
		expect(result).toMatchObject({ structuredContent: { packages: expect.any(Array) } });
	});
});
