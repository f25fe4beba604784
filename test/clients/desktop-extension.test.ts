import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { describe, expect, inject, test } from 'vitest';
import { version } from '../../package.json';
import { NODE, startGatewayProcess, withFolder } from '../support/gateway-process.ts';

const gateway = inject('gateway');
const MCPB = join(import.meta.dirname, '../../node_modules/@anthropic-ai/mcpb/dist/cli/cli.js');
const mcpb = (...args: string[]) => promisify(execFile)(NODE, [MCPB, ...args]);

interface Manifest {
	readonly name: string;
	readonly version: string;
	readonly server: { readonly mcp_config: { readonly command: string; readonly args: string[]; readonly env: Record<string, string> } };
	readonly user_config: Record<string, { readonly required: boolean; readonly sensitive?: boolean }>;
}

/** Downloads the extension and unpacks it with the official tool. */
async function unpacked(folder: string, url = gateway.url, file = 'headgate.mcpb') {
	const response = await fetch(`${url}/downloads/${file}`);
	const bundle = join(folder, file);
	await writeFile(bundle, Buffer.from(await response.arrayBuffer()));
	const target = join(folder, 'extension');
	await mcpb('unpack', bundle, target);
	const manifest = JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')) as Manifest;
	return { response, target, manifest };
}

/** Starts its bridge as Claude Desktop would, with what the person typed in at installation. */
async function started({ target, manifest }: { target: string; manifest: Manifest }, typed: { account: string; token: string }) {
	const filled = (text: string) =>
		text.replaceAll('${__dirname}', target).replaceAll(/\$\{user_config\.(\w+)\}/g, (_, name: 'account' | 'token') => typed[name]);
	const { args, env } = manifest.server.mcp_config;
	const transport = new StdioClientTransport({
		command: NODE,
		args: args.map(filled),
		env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
	});
	const client = new Client({ name: 'claude-desktop', version: '1.0.0' });
	return { client, connect: () => client.connect(transport as Transport) };
}

describe('the extension for Claude Desktop', () => {
	test('passes the official validator, asks for account and token, and has the version of the release', () =>
		withFolder(async (folder) => {
			const { response, target, manifest } = await unpacked(folder);
			expect([response.status, response.headers.get('Content-Disposition')]).toEqual([200, 'attachment; filename="headgate.mcpb"']);
			const { stdout } = await mcpb('validate', join(target, 'manifest.json'));
			expect(stdout).toContain('Manifest schema validation passes');
			expect([manifest.name, manifest.version]).toEqual(['headgate', version]);
			expect(manifest.user_config).toMatchObject({ account: { required: true }, token: { required: true, sensitive: true } });
		}));

	test('bridges stdio to this deployment: handshake, tools, a call', () =>
		withFolder(async (folder) => {
			const { client, connect } = await started(await unpacked(folder), { account: 'demo', token: gateway.token });
			await connect();
			expect(client.getServerVersion()).toMatchObject({ name: 'headgate' });
			expect((await client.listTools()).tools.length).toBeGreaterThan(10);
			const result = await client.callTool({ name: 'list_workspaces', arguments: {} });
			expect(result.structuredContent).toMatchObject({ workspaces: [expect.objectContaining({ name: 'Unassigned' })] });
			await client.close();
		}));

	test.each([
		[{ account: 'demo', token: 'mcp_wrong' }, 'The token is wrong, expired or revoked'],
		[{ account: 'nobody', token: '' }, 'There is no such account'],
	])('says in words what is wrong with %j', (typed, words) =>
		withFolder(async (folder) => {
			const { connect, client } = await started(await unpacked(folder), { ...typed, token: typed.token || gateway.token });
			await expect(connect()).rejects.toThrow(words);
			await client.close();
		}),
	);

	test('of a staging deployment has another name, so that both can be installed', () =>
		withFolder(async (folder) => {
			const staging = await startGatewayProcess(join(folder, 'state'), [], { HEADGATE_ENVIRONMENT: 'staging' });
			try {
				const { manifest, response } = await unpacked(folder, staging.ready.url, 'headgate.staging.mcpb');
				expect([manifest.name, response.headers.get('Content-Disposition')]).toEqual(['headgate-staging', 'attachment; filename="headgate.staging.mcpb"']);
				expect(manifest.server.mcp_config.env['HEADGATE_URL']).toBe(staging.ready.url);
				expect((await fetch(`${staging.ready.url}/downloads/headgate.mcpb`)).status).toBe(404);
			} finally {
				await staging.end('SIGTERM');
			}
		}));
});
