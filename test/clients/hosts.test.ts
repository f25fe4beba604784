import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { HOSTS, type Host } from './matrix/hosts.ts';
import { atBrowser, consent } from './person.ts';

const gateway = inject('gateway');

/** A conversation as a host of the 2025 era holds it: handshake, then messages that carry what the handshake gave. */
async function handshake({ protocolVersion, capabilities, clientInfo, headers }: Host, token: string) {
	let id = 0;
	const session: Record<string, string> = {};
	const send = async (message: object) => {
		const response = await fetch(gateway.mcp_url, {
			method: 'POST',
			headers: { ...headers, ...session, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body: JSON.stringify({ jsonrpc: '2.0', ...message }),
		});
		const given = response.headers.get('mcp-session-id');
		if (given !== null) session['mcp-session-id'] = given;
		return { status: response.status, message: answerIn(await response.text()) };
	};
	const request = async (method: string, params: object = {}) => (await send({ id: ++id, method, params })).message;
	const initialized = await request('initialize', { protocolVersion, capabilities, clientInfo });
	session['mcp-protocol-version'] = String(initialized.result?.['protocolVersion']);
	expect((await send({ method: 'notifications/initialized' })).status).toBe(202);
	return { initialized, request };
}

interface Answer {
	readonly result?: Readonly<Record<string, unknown>>;
	readonly error?: { readonly code: number };
}

/** The answer in a JSON document or in an event stream. */
function answerIn(text: string): Answer {
	if (text === '') return {};
	const line = text.startsWith('{') ? text : (text.split('\n').findLast((each) => each.startsWith('data: {')) ?? 'data: {}').slice('data: '.length);
	return JSON.parse(line) as Answer;
}

const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

/** From the bare address to tokens, each step with what the one before said. */
async function authorize({ registration, redirectUri, discovery, headers }: Host) {
	const refused = await fetch(gateway.mcp_url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' });
	expect(refused.status).toBe(401);
	const challenge = refused.headers.get('www-authenticate') ?? '';
	const resource = await json(await fetch(/resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? ''));
	expect(resource['resource']).toBe(gateway.mcp_url);
	const [issuer] = resource['authorization_servers'] as [string];
	const server = await json(await fetch(new URL(discovery, issuer)));
	const registered = await fetch(String(server['registration_endpoint']), {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(registration),
	});
	expect(registered.status).toBe(201);
	const { client_id } = await json(registered);
	const verifier = randomBytes(32).toString('base64url');
	const asked = new URL(String(server['authorization_endpoint']));
	asked.search = new URLSearchParams({
		response_type: 'code',
		client_id: String(client_id),
		redirect_uri: redirectUri,
		state: 'state-of-the-host',
		code_challenge: createHash('sha256').update(verifier).digest('base64url'),
		code_challenge_method: 'S256',
		resource: gateway.mcp_url,
		scope: String(/scope="([^"]+)"/.exec(challenge)?.[1]),
	}).toString();
	const back = await consent(await atBrowser(gateway), asked);
	expect(back.href.startsWith(redirectUri)).toBe(true);
	expect(back.searchParams.get('state')).toBe('state-of-the-host');
	const exchange = (fields: Record<string, string>) =>
		fetch(String(server['token_endpoint']), {
			method: 'POST',
			body: new URLSearchParams({ client_id: String(client_id), resource: gateway.mcp_url, ...fields }),
		});
	const tokens = await json(
		await exchange({ grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '', redirect_uri: redirectUri, code_verifier: verifier }),
	);
	return { tokens, refresh: async () => json(await exchange({ grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) })) };
}

describe.each(HOSTS)('$name, replayed from what its documents say', (host) => {
	test('finds its way from the address to a call, and refreshes', async () => {
		const { tokens, refresh } = await authorize(host);
		const token = String(tokens['access_token']);
		let session = await handshake(host, token);
		expect(session.initialized.result).toMatchObject({ protocolVersion: host.protocolVersion, serverInfo: { name: 'headgate' } });
		const { tools } = (await session.request('tools/list')).result as { tools: readonly { name: string }[] };
		expect(tools.length).toBeGreaterThan(30);
		if (host.handshakeEachCall) session = await handshake(host, token);
		const called = await session.request('tools/call', { name: 'list_workspaces', arguments: {}, _meta: { progressToken: 1 } });
		expect(called.result).toMatchObject({ structuredContent: { workspaces: expect.any(Array) } });
		if (host.handshakeEachCall) session = await handshake(host, token);
		const unknown = await session.request('tools/call', { name: 'no_such_tool', arguments: {} });
		expect(unknown.error?.code).toBe(-32602);
		const renewed = await refresh();
		await handshake(host, String(renewed['access_token']));
	});
});
