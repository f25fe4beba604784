import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { NODE } from '../support/gateway-process.ts';
import { aStaticClient, atBrowser, consentAndReturn } from './person.ts';

const gateway = inject('gateway');
const SUITE = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js');

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	return address !== null && typeof address === 'object' ? address.port : 0;
}

/** Runs the suite of the protocol's own project against the authorization server; where it prints an address to visit, that is followed. */
async function suite(scenario: string, more: readonly string[]): Promise<{ status: number | null; output: string }> {
	const browser = await atBrowser(gateway);
	const child = spawn(NODE, [SUITE, 'authorization', '--url', gateway.url, '--scenario', scenario, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	let visited = false;
	const hear = (chunk: Buffer) => {
		output += chunk.toString();
		const address = /(http\S+\/oauth\/authorize\?\S+)/.exec(output)?.[1];
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

describe('the conformance suite for authorization servers', () => {
	test('finds nothing wrong with the metadata', async () => {
		const { status, output } = await suite('authorization-server-metadata-endpoint', []);
		expect([status, output]).toEqual([0, expect.not.stringContaining('FAILURE')]);
	});

	test('finds nothing wrong with the authorization code grant', async () => {
		const port = await freePort();
		const { id, secret } = await aStaticClient(await atBrowser(gateway), { name: 'Conformance', redirect_uris: `http://127.0.0.1:${port}/callback` });
		const { status, output } = await suite('authorization-code-grant', [
			'--client-id',
			id,
			'--client-secret',
			secret,
			'--resource',
			gateway.mcp_url,
			'--port',
			String(port),
		]);
		expect([status, output]).toEqual([0, expect.not.stringContaining('FAILURE')]);
	});
});
