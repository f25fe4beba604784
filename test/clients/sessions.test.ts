import { connect, type Socket } from 'node:net';
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema, ListRootsRequestSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, inject, test, vi } from 'vitest';

const { mcp_url, token } = inject('gateway');
const headers = { authorization: `Bearer ${token}` };
const WAIT = { timeout: 60_000, interval: 50 };

/** What a client of either SDK has heard and was asked in its session. */
interface Heard {
	readonly updated: string[];
	readonly lists: string[];
	readonly asked: string[];
}

interface InSession {
	readonly heard: Heard;
	readonly sessionId: string | undefined;
	call(
		name: string,
		given: Record<string, unknown>,
		options?: { signal?: AbortSignal; onprogress?: (progress: { message?: string | undefined }) => void },
	): Promise<Record<string, unknown>>;
	subscribe(uri: string): Promise<unknown>;
	close(): Promise<void>;
}

/** A client of the 2025 SDK that can be asked for forms and roots. */
async function sdkV1(): Promise<InSession> {
	const heard: Heard = { updated: [], lists: [], asked: [] };
	const client = new ClientV1(
		{ name: 'v1', version: '1' },
		{
			capabilities: { elicitation: {}, roots: { listChanged: true } },
			listChanged: { resources: { autoRefresh: false, onChanged: () => heard.lists.push('resources') } },
		},
	);
	client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
		heard.asked.push(params.message);
		return { action: 'decline' };
	});
	client.setRequestHandler(ListRootsRequestSchema, () => {
		heard.asked.push('roots');
		return { roots: [] };
	});
	client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void heard.updated.push(params.uri));
	const transport = new TransportV1(new URL(mcp_url), { requestInit: { headers } });
	await client.connect(transport as Transport);
	return {
		heard,
		sessionId: transport.sessionId,
		call: async (name, given, options) => (await client.callTool({ name, arguments: given }, undefined, options)).structuredContent as Record<string, unknown>,
		subscribe: (uri) => client.subscribeResource({ uri }),
		async close() {
			await transport.terminateSession();
			await client.close();
		},
	};
}

/** The same of the SDK that speaks both eras, held to the one with sessions. */
async function sdkV2(): Promise<InSession> {
	const heard: Heard = { updated: [], lists: [], asked: [] };
	const client = new ClientV2({ name: 'v2', version: '1' }, { capabilities: { elicitation: {}, sampling: {} }, versionNegotiation: { mode: 'legacy' } });
	client.setRequestHandler('elicitation/create', ({ params }) => {
		heard.asked.push(params.message);
		return { action: 'decline' };
	});
	client.setRequestHandler('sampling/createMessage', () => {
		heard.asked.push('sampling');
		return { role: 'assistant', content: { type: 'text', text: '' }, model: 'none' };
	});
	client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.updated.push(params.uri));
	client.setNotificationHandler('notifications/resources/list_changed', () => void heard.lists.push('resources'));
	const transport = new TransportV2(new URL(mcp_url), { requestInit: { headers } });
	await client.connect(transport);
	return {
		heard,
		sessionId: transport.sessionId,
		call: async (name, given, options) => (await client.callTool({ name, arguments: given }, options)).structuredContent as Record<string, unknown>,
		subscribe: (uri) => client.subscribeResource({ uri }),
		async close() {
			await transport.terminateSession();
			await client.close();
		},
	};
}

const CLIENTS = [
	['the SDK of 2025', sdkV1],
	['the SDK of both eras', sdkV2],
] as const;

/** A package that naps for ten minutes: a run of it goes on until it is stopped. */
async function aLongPackage(client: Pick<InSession, 'call'>): Promise<number> {
	const { package_id } = await client.call('create_package', {
		name: `naps ${crypto.randomUUID()}`,
		flow_type: 'workflow',
		components: [{ sleep_component: { id: 'nap', name: 'nap', seconds: 600 } }],
		edges: [],
	});
	return Number(package_id);
}

async function within(client: InSession, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} finally {
		await client.close();
	}
}

describe.each(CLIENTS)('a client of %s that can be asked', (_, connected) => {
	test('has a session, hears what changes on its stream, and is asked for nothing that no tool needs', async () => {
		const client = await connected();
		await within(client, async () => {
			expect(client.sessionId).toMatch(/^[0-9a-f]{64}$/);
			const package_id = await aLongPackage(client);
			const { run_id } = await client.call('run_package', { package_id });
			const [ofRun, ofPackage] = [`headgate://runs/${run_id}`, `headgate://packages/${package_id}`];
			for (const uri of [ofRun, ofPackage]) await client.subscribe(uri);
			await expect(client.subscribe('headgate://runs/4711')).rejects.toMatchObject({ code: -32602 });
			await client.call('rename_package', { package_id, name: `woken ${package_id}` });
			await client.call('cancel_job', { run_id });
			await vi.waitFor(() => expect(new Set(client.heard.updated)).toEqual(new Set([ofRun, ofPackage])), WAIT);
			await vi.waitFor(() => expect(client.heard.lists).toContain('resources'), WAIT);
			await client.call('delete_package', { package_id });
			expect(client.heard.asked).toEqual([]);
		});
	});

	test('that cancels a call which waits for a run is not answered, and the run goes on', async () => {
		const client = await connected();
		await within(client, async () => {
			const package_id = await aLongPackage(client);
			const cancelled = new AbortController();
			const progress = Promise.withResolvers<string | undefined>();
			const waiting = client.call(
				'run_package',
				{ package_id, wait_seconds: 50 },
				{ signal: cancelled.signal, onprogress: ({ message }) => progress.resolve(message) },
			);
			waiting.catch(() => undefined);
			expect(await progress.promise).toMatch(/^(pending|queued|running), 0 rows$/);
			cancelled.abort('no longer wanted');
			await expect(waiting).rejects.toThrow();
			await expectRunning(client, package_id);
			// The wait was ended with the call: what is recorded of it is that it was over long before its fifty seconds.
			await vi.waitFor(async () => expect(await waited(client, package_id)).toBeLessThan(50_000), WAIT);
			await stopAll(client, package_id);
		});
	});
});

/** How long the recorded call of run_package for this package took, in milliseconds; fails while it is not recorded. */
async function waited(client: InSession, package_id: number): Promise<number> {
	const { events } = (await client.call('list_audit_events', { limit: 50 })) as {
		events: { tool: string; target: string | null; duration_ms: number }[];
	};
	const found = events.find((event) => event.tool === 'run_package' && event.target === `package:${package_id}`);
	if (found === undefined) throw new Error('the call is not recorded yet');
	return found.duration_ms;
}

async function runsOf(client: Pick<InSession, 'call'>, package_id: number): Promise<{ id: number; status: string }[]> {
	const { runs } = (await client.call('list_runs', { package_id })) as { runs: { id: number; status: string }[] };
	return runs;
}

async function expectRunning(client: Pick<InSession, 'call'>, package_id: number): Promise<void> {
	const runs = await runsOf(client, package_id);
	expect(runs.map(({ status }) => status)).toEqual([expect.stringMatching(/^(pending|queued|running)$/)]);
}

async function stopAll(client: Pick<InSession, 'call'>, package_id: number): Promise<void> {
	for (const { id } of await runsOf(client, package_id)) await client.call('cancel_job', { run_id: id });
}

describe('the stream of a session', () => {
	/** The stream as it is on the wire, so that its end can be as abrupt as it gets; resolves with the status. */
	async function opened(session: string): Promise<{ socket: Socket; status: number }> {
		const { hostname, port, host, pathname } = new URL(mcp_url);
		const socket = connect(Number(port), hostname);
		socket.on('error', () => undefined);
		socket.write(
			`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nAccept: text/event-stream\r\nMcp-Session-Id: ${session}\r\n\r\n`,
		);
		const head = await new Promise<string>((resolve) => {
			socket.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')));
		});
		return { socket, status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]) };
	}

	test.each([
		['closes its connection', (socket: Socket) => socket.destroy()],
		['has its connection reset', (socket: Socket) => socket.resetAndDestroy()],
	])('of a client that %s is not in the way of its next one; while it is there it is the only one', async (_, vanish) => {
		const init = await fetch(mcp_url, {
			method: 'POST',
			headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
			body: JSON.stringify({
				jsonrpc: '2.0',
				id: 0,
				method: 'initialize',
				params: { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo: { name: 'raw', version: '1' } },
			}),
		});
		const session = init.headers.get('mcp-session-id') ?? '';
		await init.text();
		const first = await opened(session);
		const second = await opened(session);
		second.socket.destroy();
		expect([first.status, second.status]).toEqual([200, 409]);
		vanish(first.socket);
		const third = await opened(session);
		expect(third.status).toBe(200);
		third.socket.destroy();
	});
});

describe('a client that vanishes', () => {
	const tool = async (name: string, given: Record<string, unknown>) => {
		const response = await fetch(mcp_url, {
			method: 'POST',
			headers: { ...headers, 'content-type': 'application/json' },
			body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } }),
		});
		const { result } = (await response.json()) as { result: { structuredContent: Record<string, unknown> } };
		return result.structuredContent;
	};

	test.each([
		['told of progress', { _meta: { progressToken: 1 } }, 'text/event-stream, application/json'],
		['waiting for one document', {}, 'application/json'],
	])('while it is %s does not stop the run', async (_, more, accept) => {
		const package_id = await aLongPackage({ call: tool });
		const gone = new AbortController();
		const params = { name: 'run_package', arguments: { package_id, wait_seconds: 50 }, ...more };
		const waiting = fetch(mcp_url, {
			method: 'POST',
			headers: { ...headers, 'content-type': 'application/json', accept },
			body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
			signal: gone.signal,
		});
		waiting.catch(() => undefined);
		await vi.waitFor(async () => expect(await runsOf({ call: tool }, package_id)).toHaveLength(1), WAIT);
		gone.abort();
		await expect(waiting.then((response) => response.text())).rejects.toThrow();
		await expectRunning({ call: tool }, package_id);
		await stopAll({ call: tool }, package_id);
	});
});
