import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { anAssistant } from '../support/assistant.ts';
import { NODE } from '../support/gateway-process.ts';
import { atBrowser, consentAndReturn } from './person.ts';

const gateway = inject('gateway');
const SUITE = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js');

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	return address !== null && typeof address === 'object' ? address.port : 0;
}

/** Runs the suite of the protocol's own project against the authorization server; the address that it prints is visited. */
async function authorizationSuite(more: readonly string[]): Promise<{ status: number | null; output: string }> {
	const browser = await atBrowser(gateway);
	const child = spawn(NODE, [SUITE, 'authorization', '--url', gateway.url, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
	let [output, visited] = ['', false];
	const hear = (chunk: Buffer) => {
		output += chunk.toString();
		const address = /(http\S+\/oauth\/authorize\?\S+)\s/.exec(output)?.[1];
		if (address === undefined || visited) return;
		visited = true;
		consentAndReturn(browser, address).catch((error: unknown) => {
			output += String(error);
			child.kill();
		});
	};
	child.stdout.on('data', hear);
	child.stderr.on('data', hear);
	const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
	return { status, output };
}

test('the conformance suite for authorization servers finds nothing wrong with the metadata nor with the code grant', async () => {
	const port = await freePort();
	const client = await anAssistant(gateway.url, fetch, gateway.mcp_url, { client_name: 'Conformance', redirect_uris: [`http://127.0.0.1:${port}/callback`] });
	const { status, output } = await authorizationSuite(['--client-id', client.clientId, '--resource', gateway.mcp_url, '--port', String(port)]);
	expect([status, output]).toEqual([0, expect.not.stringMatching(/FAILURE|SKIPPED/)]);
	for (const scenario of ['authorization-server-metadata-endpoint', 'authorization-code-grant']) expect(output).toContain(`'${scenario}'`);
});
