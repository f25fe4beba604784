import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { describe, expect, inject, test } from 'vitest';
import { NODE, withFolder } from '../support/gateway-process.ts';
import { aStaticClient, atBrowser, consentAndReturn } from './person.ts';

const gateway = inject('gateway');
const PROXY = join(import.meta.dirname, '../../node_modules/mcp-remote/dist/proxy.js');

/** mcp-remote as an assistant that only speaks stdio starts it, with nobody at a screen: the address it prints is followed by hand. */
async function connected(folder: string, more: readonly string[]) {
	const transport = new StdioClientTransport({
		command: NODE,
		args: [PROXY, gateway.mcp_url, ...more, '--allow-http'],
		env: { PATH: '/nowhere', HOME: folder, MCP_REMOTE_CONFIG_DIR: folder },
		stderr: 'pipe',
	});
	let printed = '';
	const browser = await atBrowser(gateway);
	const consented = new Promise<void>((resolve, reject) => {
		let followed = false;
		transport.stderr?.on('data', (chunk: Buffer) => {
			printed += chunk.toString();
			const address = /visiting:\s+(http\S+)\s/.exec(printed)?.[1];
			if (address === undefined || followed) return;
			followed = true;
			consentAndReturn(browser, address).then(resolve, reject);
		});
	});
	const client = new Client({ name: 'stdio-only', version: '1.0.0' });
	await Promise.all([
		client.connect(transport as Transport, { timeout: 60_000 }).catch((error: unknown) => {
			throw new Error(`mcp-remote did not connect:\n${printed}`, { cause: error });
		}),
		consented,
	]);
	return client;
}

async function useIt(client: Client): Promise<void> {
	expect((await client.listTools()).tools.length).toBeGreaterThan(10);
	const result = await client.callTool({ name: 'list_workspaces', arguments: {} });
	expect(result.structuredContent).toMatchObject({ workspaces: [expect.objectContaining({ name: 'Unassigned' })] });
	await client.close();
}

describe('mcp-remote', () => {
	test('registers itself, is consented to, and carries calls', () => withFolder(async (folder) => useIt(await connected(folder, []))));

	test('uses a pre-registered client with --static-oauth-client-info', async () => {
		const port = 20_000 + (process.pid % 20_000);
		const { id, secret } = await aStaticClient(await atBrowser(gateway), { name: 'mcp-remote', redirect_uris: 'http://localhost/oauth/callback' });
		const info = JSON.stringify({ client_id: id, client_secret: secret });
		await withFolder(async (folder) => useIt(await connected(folder, [String(port), '--static-oauth-client-info', info])));
	});

	test('with a token in a header needs no consent', () =>
		withFolder(async (folder) => {
			const transport = new StdioClientTransport({
				command: NODE,
				args: [PROXY, gateway.mcp_url, '--allow-http', '--header', `Authorization: Bearer ${gateway.token}`],
				env: { PATH: '/nowhere', HOME: folder, MCP_REMOTE_CONFIG_DIR: folder },
				stderr: 'ignore',
			});
			const client = new Client({ name: 'stdio-only', version: '1.0.0' });
			await client.connect(transport as Transport, { timeout: 60_000 });
			await useIt(client);
		}));
});
