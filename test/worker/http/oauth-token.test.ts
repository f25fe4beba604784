import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Assistant, assistantOf, authorized, VERIFIER } from '../../support/assistant.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { fetchGateway, ORIGIN } from '../../support/gateway.ts';
import { type PlainBrowser, shownValue } from '../../support/plain-browser.ts';
import { aClient, aPerson, listTools, RESOURCE, send, signedIn, type Tokens } from './people.ts';

let browser: PlainBrowser;
let client: Assistant;

beforeAll(async () => {
	await freshGateway();
	browser = await signedIn(await aPerson('ann'));
	client = await aClient();
});

const body = async (response: Response) => [response.status, ((await response.json()) as { error?: string }).error];
const granted = async (assistant = client) => (await (await assistant.redeem(await authorized(browser, assistant))).json()) as Tokens;
const basic = (id: string, secret: string) => `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;
const token = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
	fetchGateway('/oauth/token', { method: 'POST', headers, body: new URLSearchParams(parameters) });

/** A client registered by the owner on the settings page, with the secret it showed. */
async function aStaticClient(fields: Record<string, string | string[]>): Promise<{ id: string; secret: string }> {
	const page = await browser.open('/acme/settings/developer/oauth_clients');
	const shown = await browser.submit(page, 'Register client', { name: 'Nightly', ...fields });
	return { id: shownValue(shown, 'client-id'), secret: shownValue(shown, 'client-secret') };
}

describe('an authorization code', () => {
	test('of a public client is worth a token pair that works at once, in an answer that nothing keeps', async () => {
		const response = await client.redeem(await authorized(browser, client));
		expect([response.headers.get('Cache-Control'), response.headers.get('Pragma'), response.headers.get('Set-Cookie')]).toEqual(['no-store', 'no-cache', null]);
		const tokens = (await response.json()) as Tokens;
		expect(tokens).toEqual({
			access_token: expect.stringMatching(/^hga_[\w-]{43}$/),
			token_type: 'Bearer',
			expires_in: 3600,
			scope: 'read write run',
			refresh_token: expect.stringMatching(/^hgr_[\w-]{43}$/),
		});
		expect((await listTools(tokens.access_token)).status).toBe(200);
		expect((await listTools(tokens.refresh_token)).status).toBe(401);
	});

	test('of a confidential client is redeemed with the secret in the header or in the form, whichever it registered', async () => {
		const confidential = await aClient({ token_endpoint_auth_method: 'client_secret_basic', client_name: 'Confidential' });
		expect((await confidential.redeem(await authorized(browser, confidential))).status).toBe(200);
		const page = await authorized(browser, confidential);
		const parameters = {
			grant_type: 'authorization_code',
			code: page.leaves?.searchParams.get('code') ?? '',
			code_verifier: VERIFIER,
			redirect_uri: confidential.redirectUri,
		};
		expect((await token(parameters, { Authorization: basic(confidential.clientId, confidential.clientSecret ?? '') })).status).toBe(200);
	});

	test('with a wrong secret, or none, is refused as 401 and stays good for the right one', async () => {
		const confidential = await aClient({ token_endpoint_auth_method: 'client_secret_post', client_name: 'Careful' });
		const page = await authorized(browser, confidential);
		const wrong = await token({ grant_type: 'authorization_code', code: 'x' }, { Authorization: basic(confidential.clientId, 'wrong') });
		expect([wrong.status, wrong.headers.get('WWW-Authenticate'), await wrong.json()]).toEqual([
			401,
			'Basic realm="headgate"',
			{ error: 'invalid_client', error_description: expect.any(String) },
		]);
		expect(await body(await confidential.redeem(page, { client_secret: 'wrong' }))).toEqual([401, 'invalid_client']);
		const without = assistantOf(ORIGIN, send, RESOURCE, { id: confidential.clientId, secret: null });
		expect(await body(await without.redeem(page))).toEqual([401, 'invalid_client']);
		expect((await confidential.redeem(page)).status).toBe(200);
	});

	test.each([
		['another verifier', { code_verifier: `${VERIFIER}x` }, 'invalid_grant'],
		['no verifier', { code_verifier: '' }, 'invalid_request'],
		['another redirect URI', { redirect_uri: 'http://127.0.0.1:4001/callback' }, 'invalid_grant'],
		['no redirect URI though one was named', { redirect_uri: '' }, 'invalid_grant'],
		['another resource', { resource: `${ORIGIN}/other/api/mcp` }, 'invalid_target'],
		['a code nobody issued', { code: 'x'.repeat(43) }, 'invalid_grant'],
	])('with %s is refused', async (_, over, error) => {
		expect(await body(await client.redeem(await authorized(browser, client), over))).toEqual([400, error]);
	});

	test('used twice is refused, and takes what it had granted with it', async () => {
		const page = await authorized(browser, client);
		const { access_token } = (await (await client.redeem(page)).json()) as Tokens;
		expect(await body(await client.redeem(page))).toEqual([400, 'invalid_grant']);
		expect((await listTools(access_token)).status).toBe(401);
	});

	test('used by twelve at once over HTTP is redeemed once', async () => {
		const page = await authorized(browser, client);
		const answers = await Promise.all(Array.from({ length: 12 }, () => client.redeem(page)));
		expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 11 }, () => 400)]);
	});
});

describe('a request to the token endpoint', () => {
	test('of a client that is no longer known is 401 invalid_client, so that it registers anew', async () => {
		expect(await body(await token({ grant_type: 'refresh_token', refresh_token: 'hgr_x', client_id: 'hgc_gone' }))).toEqual([401, 'invalid_client']);
	});

	test.each([
		[{}, 'invalid_request'],
		[{ grant_type: 'implicit' }, 'unsupported_grant_type'],
		[{ grant_type: 'urn:ietf:params:oauth:grant-type:device_code' }, 'unsupported_grant_type'],
		[{ grant_type: 'password', username: 'ann@example.com', password: 'x' }, 'unsupported_grant_type'],
	])('with %j is refused as %s', async (parameters, error) => {
		expect(await body(await token({ client_id: client.clientId, ...parameters }))).toEqual([400, error]);
	});

	test('that names a parameter twice, or nobody, is refused', async () => {
		const twice = await fetchGateway('/oauth/token', { method: 'POST', body: new URLSearchParams('grant_type=refresh_token&grant_type=password') });
		expect(await body(twice)).toEqual([400, 'invalid_request']);
		expect(await body(await token({ grant_type: 'refresh_token', refresh_token: 'x' }))).toEqual([400, 'invalid_request']);
	});

	test('by GET gives nothing', async () => {
		expect((await fetchGateway('/oauth/token?grant_type=client_credentials')).status).toBe(404);
	});

	test('without end is answered by 429 for that client, and not for its neighbours', async () => {
		await env.DB.prepare('UPDATE attempts SET count = 600 WHERE key = ?').bind(`token:local:${client.clientId.toLowerCase()}`).run();
		const refused = await client.token({ grant_type: 'refresh_token', refresh_token: 'x' });
		expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([429, true]);
		expect((await token({ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'hgc_other' })).status).toBe(401);
		await env.DB.prepare('DELETE FROM attempts').run();
	});
});

describe('a refresh token', () => {
	test('is replaced at each use, works again inside the grace window, and gives the same scopes', async () => {
		const { refresh_token } = await granted();
		const use = () => client.token({ grant_type: 'refresh_token', refresh_token });
		const [first, again] = [(await (await use()).json()) as Tokens, (await (await use()).json()) as Tokens];
		expect([first.scope, again.scope, first.refresh_token === again.refresh_token]).toEqual(['read write run', 'read write run', false]);
		for (const { access_token } of [first, again]) expect((await listTools(access_token)).status).toBe(200);
	});

	test('of another client is refused', async () => {
		const { refresh_token } = await granted();
		const other = await aClient({ client_name: 'Other' });
		expect(await body(await other.token({ grant_type: 'refresh_token', refresh_token }))).toEqual([400, 'invalid_grant']);
	});

	test('is worth nothing once the person revoked the connection, which is immediate', async () => {
		const { access_token, refresh_token } = await granted();
		const page = await browser.open('/acme/settings/developer/connected_applications');
		await browser.submit(page, 'Revoke Claude Code');
		const refused = await listTools(access_token);
		expect([refused.status, refused.headers.get('WWW-Authenticate')]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
		expect(await body(await client.token({ grant_type: 'refresh_token', refresh_token }))).toEqual([400, 'invalid_grant']);
	});
});

describe('revocation', () => {
	const revoke = (parameters: Record<string, string>) => fetchGateway('/oauth/revoke', { method: 'POST', body: new URLSearchParams(parameters) });

	test.each(['access_token', 'refresh_token'] as const)('of the %s ends the whole grant', async (which) => {
		const tokens = await granted();
		expect((await revoke({ token: tokens[which], client_id: client.clientId })).status).toBe(200);
		expect((await listTools(tokens.access_token)).status).toBe(401);
	});

	test('of a token that is unknown or belongs to another client is 200 and ends nothing', async () => {
		const { access_token } = await granted();
		const other = await aClient({ client_name: 'Stranger' });
		expect([
			(await revoke({ token: access_token, client_id: other.clientId })).status,
			(await revoke({ token: 'x', client_id: other.clientId })).status,
		]).toEqual([200, 200]);
		expect((await listTools(access_token)).status).toBe(200);
	});

	test('needs the client to say who it is', async () => {
		expect((await revoke({ token: 'x' })).status).toBe(400);
		expect((await revoke({ token: 'x', client_id: 'hgc_gone' })).status).toBe(401);
	});
});

describe('client credentials', () => {
	test('give a registered client a token of its own, no refresh token, within the scopes of its registration', async () => {
		const { id, secret } = await aStaticClient({ automation: '1', scope: ['run'] });
		const response = await token({ grant_type: 'client_credentials', scope: 'read write run' }, { Authorization: basic(id, secret) });
		const tokens = (await response.json()) as Tokens;
		expect(tokens).toEqual({ access_token: expect.stringMatching(/^hga_/), token_type: 'Bearer', expires_in: 3600, scope: 'read run' });
		expect((await listTools(tokens.access_token)).status).toBe(200);
		expect(await body(await token({ grant_type: 'client_credentials', scope: 'admin' }, { Authorization: basic(id, secret) }))).toEqual([400, 'invalid_scope']);
	});

	test('end with the client', async () => {
		const { id, secret } = await aStaticClient({ automation: '1', name: 'Short-lived' });
		const { access_token } = (await (await token({ grant_type: 'client_credentials', client_id: id, client_secret: secret })).json()) as Tokens;
		await browser.submit(await browser.open('/acme/settings/developer/oauth_clients'), 'Remove Short-lived');
		expect((await listTools(access_token)).status).toBe(401);
		expect(await body(await token({ grant_type: 'client_credentials', client_id: id, client_secret: secret }))).toEqual([401, 'invalid_client']);
	});

	test('are nothing for a client that registered itself, nor for one without automation', async () => {
		const confidential = await aClient({ token_endpoint_auth_method: 'client_secret_post', client_name: 'Self-made' });
		expect(await body(await confidential.token({ grant_type: 'client_credentials' }))).toEqual([400, 'unauthorized_client']);
		const { id, secret } = await aStaticClient({ redirect_uris: 'http://localhost:6545/oauth/callback' });
		expect(await body(await token({ grant_type: 'client_credentials', client_id: id, client_secret: secret }))).toEqual([400, 'unauthorized_client']);
	});
});

describe('a pre-registered client', () => {
	test('gets no scope beyond its registration, and another account cannot use it', async () => {
		const { id, secret } = await aStaticClient({ redirect_uris: 'http://localhost:6545/oauth/callback', scope: ['read'], name: 'Bridge' });
		const bridge = assistantOf(ORIGIN, send, RESOURCE, { id, secret }, 'http://localhost:6545/oauth/callback');
		expect(((await (await bridge.redeem(await authorized(browser, bridge))).json()) as Tokens).scope).toBe('read');
		const bob = await signedIn(await aPerson('bob', { account: 'other' }));
		expect((await bob.open(bridge.authorizeUrl({ resource: `${ORIGIN}/other/api/mcp` }))).status).toBe(403);
	});

	test('whose owner skips authorization is not asked about again', async () => {
		const { id, secret } = await aStaticClient({ redirect_uris: 'http://localhost:6545/oauth/callback', skip_consent: '1', name: 'Trusted' });
		const trusted = assistantOf(ORIGIN, send, RESOURCE, { id, secret }, 'http://localhost:6545/oauth/callback');
		const page = await browser.open(trusted.authorizeUrl());
		expect([page.leaves?.port, (await trusted.redeem(page)).status]).toEqual(['6545', 200]);
	});
});
