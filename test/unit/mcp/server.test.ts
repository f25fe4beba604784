import { expect, test } from 'vitest';
import { AppError } from '../../../src/lib/errors.ts';
import type { Exchange } from '../../../src/mcp/exchange.ts';
import type { Surface } from '../../../src/mcp/surface.ts';
import { serveMessage } from '../../../src/mcp/transport.ts';

/** A surface that breaks wherever it is asked for its tools. */
function broken(error: unknown): { readonly exchange: Exchange; readonly logged: unknown[] } {
	const logged: unknown[] = [];
	const surface = {
		info: () => ({ name: 'broken', version: '1' }),
		instructions: '',
		capabilities: { tools: {} },
		list: async () => ({ key: null, tools: () => Promise.reject(error) as never }),
		taskSupport: async () => null,
		inputSchema: async () => undefined,
		call: () => Promise.reject(error),
		extend: () => {},
		mayRead: async () => false,
	} as unknown as Surface;
	const log = { error: (...line: unknown[]) => logged.push(line) };
	return { exchange: { surface, requestId: 'a reference', log, accepts: { json: true, stream: false } } as unknown as Exchange, logged };
}

async function answer(method: string, params: object, exchange: Exchange) {
	const request = new Request('http://localhost/mcp', { method: 'POST', headers: { 'content-type': 'application/json' } });
	return (await serveMessage(request, { jsonrpc: '2.0', id: 1, method, params }, exchange)).text();
}

test('what breaks inside is told by its reference alone, and logged', async () => {
	const { exchange, logged } = broken(new Error('password=hunter2'));
	const told = await answer('tools/call', { name: 'any', arguments: {} }, exchange);
	expect(JSON.parse(told)).toMatchObject({ error: { code: -32603, message: 'Something went wrong inside Headgate (reference a reference).' } });
	expect(told).not.toContain('hunter2');
	expect(JSON.stringify(logged)).toContain('hunter2');
});

test('an error that is meant to be read is told in its words', async () => {
	const { exchange } = broken(new AppError('unavailable', 'the index is away', { hint: 'Try again' }));
	expect(JSON.parse(await answer('tools/call', { name: 'any', arguments: {} }, exchange))).toMatchObject({
		error: { code: -32603, message: 'the index is away. Try again', data: { code: 'unavailable', retryable: true } },
	});
});
