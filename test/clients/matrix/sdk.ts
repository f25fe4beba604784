import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { NODE } from '../../support/gateway-process.ts';
import { type ClientUnderTest, textOf, type Where } from './client.ts';

/** SDK v1, the line that most clients in the field are built on. */
export async function sdkV1({ mcp_url, token }: Where): Promise<ClientUnderTest> {
	return v1Over(new TransportV1(new URL(mcp_url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }) as Transport);
}

/** A client that speaks stdio only, through mcp-remote. */
export async function overMcpRemote({ mcp_url, token }: Where): Promise<ClientUnderTest> {
	const proxy = new URL('../../../node_modules/mcp-remote/dist/proxy.js', import.meta.url).pathname;
	const args = [proxy, mcp_url, '--allow-http', '--header', `Authorization: Bearer ${token}`];
	return v1Over(new StdioClientTransport({ command: NODE, args, env: { PATH: '/nowhere', HOME: '/nonexistent' }, stderr: 'ignore' }) as Transport);
}

async function v1Over(transport: Transport): Promise<ClientUnderTest> {
	const client = new ClientV1({ name: 'matrix-v1', version: '1.0.0' });
	await client.connect(transport);
	return {
		listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
		callTool: async (name, args) => {
			const result = await client.callTool({ name, arguments: args }, undefined, { timeout: 90_000 });
			return { text: textOf(result.content), failed: result.isError === true };
		},
		close: () => client.close(),
	};
}

/** SDK v2, which negotiates 2026-07-28 by itself, or held to the handshake of 2025. */
export function sdkV2(mode: 'auto' | 'legacy'): (where: Where) => Promise<ClientUnderTest> {
	return async ({ mcp_url, token }) => {
		const client = new ClientV2({ name: 'matrix-v2', version: '1.0.0' }, { versionNegotiation: { mode } });
		await client.connect(new TransportV2(new URL(mcp_url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
		return {
			listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
			callTool: async (name, args) => {
				const result = await client.callTool({ name, arguments: args }, { timeout: 90_000 });
				return { text: textOf(result.content), failed: result.isError === true };
			},
			close: () => client.close(),
		};
	};
}
