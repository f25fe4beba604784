import { connect } from 'node:net';
import { expect, inject, test } from 'vitest';

const { mcp_url: mcpUrl, token } = inject('gateway');
const { hostname, port, pathname } = new URL(mcpUrl);

const BODY = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_packages', arguments: { limit: 1 } } });
const REQUEST = [
	`POST ${pathname} HTTP/1.1`,
	`Host: ${hostname}:${port}`,
	`Authorization: Bearer ${token}`,
	'Content-Type: application/json',
	'Accept: application/json',
	`Content-Length: ${BODY.length}`,
	'Connection: close',
	'',
	BODY,
].join('\r\n');

/** Sends a whole request and hangs up without waiting for the answer. */
function hangUp(): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), hostname, () => socket.write(REQUEST, () => setImmediate(() => socket.destroy())));
		socket.on('error', reject);
		socket.on('close', () => resolve());
	});
}

function call(): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), hostname, () => socket.write(REQUEST));
		let text = '';
		socket.setEncoding('utf8').on('data', (chunk: string) => {
			text += chunk;
		});
		socket.on('error', reject);
		socket.on('end', () => resolve(text));
	});
}

test('clients that hang up while their tokens are looked up hold up nobody who came with them', async () => {
	for (let round = 0; round < 10; round++) {
		const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? call() : hangUp().then(() => null))));
		for (const answer of answers) if (answer !== null) expect(answer).toContain('"structuredContent":{"packages":');
	}
	expect(await call()).toContain('"structuredContent":{"packages":');
});
