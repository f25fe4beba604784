import {
	Client as ClientV2,
	type OAuthClientProvider as ProviderV2,
	StreamableHTTPClientTransport as TransportV2,
	UnauthorizedError as UnauthorizedV2,
} from '@modelcontextprotocol/client';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { describe, expect, inject, test } from 'vitest';
import { atBrowser, consent, listTools } from './person.ts';

const gateway = inject('gateway');

/** What an SDK asks its host to keep; both eras ask for the same. */
function keeper(name: string) {
	const kept: { client?: object; tokens?: { access_token: string; refresh_token?: string; scope?: string }; verifier?: string; sentTo?: URL } = {};
	const provider = {
		redirectUrl: 'http://localhost:4712/callback',
		clientMetadata: { client_name: name, redirect_uris: ['http://localhost:4712/callback'], token_endpoint_auth_method: 'none' },
		state: () => 'state-of-the-host',
		clientInformation: () => kept.client,
		saveClientInformation: (client: object) => {
			kept.client = client;
		},
		tokens: () => kept.tokens,
		saveTokens: (tokens: NonNullable<typeof kept.tokens>) => {
			kept.tokens = tokens;
		},
		redirectToAuthorization: (url: URL) => {
			kept.sentTo = url;
		},
		saveCodeVerifier: (verifier: string) => {
			kept.verifier = verifier;
		},
		codeVerifier: () => kept.verifier ?? '',
	};
	return { kept, provider };
}

async function codeFor(url: URL | undefined): Promise<URLSearchParams> {
	if (url === undefined) throw new Error('the SDK sent its person nowhere');
	return (await consent(await atBrowser(gateway), url)).searchParams;
}

describe('the SDK of the 2025 era', () => {
	test('finds its way from the bare address to a call: discovery, registration, consent, token', async () => {
		const { kept, provider } = keeper('SDK v1');
		const connect = async (transport: StreamableHTTPClientTransport) => {
			const client = new Client({ name: 'sdk-v1', version: '1.0.0' });
			await client.connect(transport as Transport);
			return client;
		};
		const open = () => new StreamableHTTPClientTransport(new URL(gateway.mcp_url), { authProvider: provider as OAuthClientProvider });
		const first = open();
		await expect(connect(first)).rejects.toBeInstanceOf(UnauthorizedError);
		expect(Object.fromEntries(kept.sentTo?.searchParams ?? [])).toMatchObject({
			resource: gateway.mcp_url,
			scope: 'read write run',
			code_challenge_method: 'S256',
		});
		await first.finishAuth((await codeFor(kept.sentTo)).get('code') ?? '');
		const client = await connect(open());
		expect((await client.listTools()).tools.length).toBeGreaterThan(10);
		await client.close();
	});

	test('refreshes by itself when its access token no longer works', async () => {
		const { kept, provider } = keeper('SDK v1 refreshing');
		const open = () => new StreamableHTTPClientTransport(new URL(gateway.mcp_url), { authProvider: provider as OAuthClientProvider });
		const first = open();
		await expect(new Client({ name: 'x', version: '1' }).connect(first as Transport)).rejects.toBeInstanceOf(UnauthorizedError);
		await first.finishAuth((await codeFor(kept.sentTo)).get('code') ?? '');
		const former = kept.tokens?.refresh_token;
		kept.tokens = { ...kept.tokens, access_token: 'hga_expired' };
		const client = new Client({ name: 'x', version: '1' });
		await client.connect(open() as Transport);
		expect((await client.listTools()).tools.length).toBeGreaterThan(10);
		expect([kept.tokens.access_token === 'hga_expired', kept.tokens.refresh_token === former]).toEqual([false, false]);
		await client.close();
	});
});

describe('the SDK of the 2026 era', () => {
	test('finds its way from the bare address to a call, and checks the issuer of the answer', async () => {
		const { kept, provider } = keeper('SDK v2');
		const open = () => new TransportV2(new URL(gateway.mcp_url), { authProvider: provider as ProviderV2 });
		const connect = async (transport: TransportV2) => {
			const client = new ClientV2({ name: 'sdk-v2', version: '1.0.0' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
			await client.connect(transport);
			return client;
		};
		const first = open();
		await expect(connect(first)).rejects.toBeInstanceOf(UnauthorizedV2);
		await first.finishAuth(await codeFor(kept.sentTo));
		const client = await connect(open());
		expect((await client.listTools()).tools.length).toBeGreaterThan(10);
		expect(await listTools(gateway, kept.tokens?.access_token ?? '')).toBe(200);
		await client.close();
	});

	test('steps up when a call needs a scope it does not hold, keeping what it held', async () => {
		const { kept, provider } = keeper('SDK v2 step-up');
		const narrow = { ...provider, clientMetadata: { ...provider.clientMetadata, scope: 'read' } };
		const open = () => new TransportV2(new URL(gateway.mcp_url), { authProvider: narrow as ProviderV2 });
		const first = open();
		const client = () => new ClientV2({ name: 'sdk-v2', version: '1.0.0' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
		await expect(client().connect(first)).rejects.toBeInstanceOf(UnauthorizedV2);
		const asked = new URL(kept.sentTo ?? '');
		asked.searchParams.set('scope', 'read');
		await first.finishAuth(await codeFor(asked));
		expect(kept.tokens?.scope).toBe('read');
		const connected = client();
		await connected.connect(open());
		delete kept.sentTo;
		await expect(connected.callTool({ name: 'cancel_job', arguments: { run_id: 1 } })).rejects.toThrow();
		expect(new URL(kept.sentTo ?? '').searchParams.get('scope')).toBe('read run');
		await connected.close();
	});
});
