import * as oauth from 'oauth4webapi';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { PlainBrowser } from '../support/plain-browser.ts';
import { aStaticClient, atBrowser, consent, listTools } from './person.ts';

/** A certified client library, strict about every RFC it implements, run against the started gateway. */
const gateway = inject('gateway');
const REDIRECT = 'http://127.0.0.1:4711/callback';
const local = { [oauth.allowInsecureRequests]: true };
let browser: PlainBrowser;
let server: oauth.AuthorizationServer;

beforeAll(async () => {
	browser = await atBrowser(gateway);
	const challenged = await fetch(gateway.mcp_url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
	const metadataUrl = /resource_metadata="([^"]+)"/.exec(challenged.headers.get('WWW-Authenticate') ?? '')?.[1] ?? '';
	expect(metadataUrl).toContain('/.well-known/oauth-protected-resource/demo/api/mcp');
	const resource = await oauth.processResourceDiscoveryResponse(
		new URL(gateway.mcp_url),
		await oauth.resourceDiscoveryRequest(new URL(gateway.mcp_url), local),
	);
	const issuer = new URL(resource.authorization_servers?.[0] ?? '');
	server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...local }));
});

async function authorized(client: oauth.Client, authentication: oauth.ClientAuth, scope = 'read write run') {
	const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
	const url = new URL(server.authorization_endpoint ?? '');
	const challenge = await oauth.calculatePKCECodeChallenge(verifier);
	const parameters = {
		response_type: 'code',
		client_id: client.client_id,
		redirect_uri: REDIRECT,
		scope,
		state,
		code_challenge: challenge,
		code_challenge_method: 'S256',
	};
	url.search = new URLSearchParams({ ...parameters, resource: gateway.mcp_url }).toString();
	const answer = oauth.validateAuthResponse(server, client, await consent(browser, url), state);
	const options = { additionalParameters: { resource: gateway.mcp_url }, ...local };
	return oauth.processAuthorizationCodeResponse(
		server,
		client,
		await oauth.authorizationCodeGrantRequest(server, client, authentication, answer, REDIRECT, verifier, options),
	);
}

const register = async (metadata: Partial<oauth.Client>) =>
	oauth.processDynamicClientRegistrationResponse(
		await oauth.dynamicClientRegistrationRequest(server, { client_name: 'oauth4webapi', redirect_uris: ['http://127.0.0.1/callback'], ...metadata }, local),
	);

describe('oauth4webapi', () => {
	test('discovers, registers, authorizes with state and issuer checked, refreshes and revokes as a public client', async () => {
		const client = await register({ token_endpoint_auth_method: 'none' });
		const tokens = await authorized(client, oauth.None());
		expect([tokens.token_type, tokens.scope, await listTools(gateway, tokens.access_token)]).toEqual(['bearer', 'read write run', 200]);
		const request = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token ?? '', local);
		const refreshed = await oauth.processRefreshTokenResponse(server, client, request);
		expect(await listTools(gateway, refreshed.access_token)).toBe(200);
		await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, oauth.None(), refreshed.refresh_token ?? '', local));
		expect([await listTools(gateway, refreshed.access_token), await listTools(gateway, tokens.access_token)]).toEqual([401, 401]);
	});

	test.each([
		['client_secret_basic', (secret: string) => oauth.ClientSecretBasic(secret)],
		['client_secret_post', (secret: string) => oauth.ClientSecretPost(secret)],
	] as const)('authorizes as a confidential client by %s', async (method, authentication) => {
		const client = await register({ token_endpoint_auth_method: method, client_name: method });
		const tokens = await authorized(client, authentication(String(client['client_secret'])), 'read');
		expect([tokens.scope, await listTools(gateway, tokens.access_token)]).toEqual(['read', 200]);
	});

	test('is told of errors in the form it expects', async () => {
		const client = await register({ token_endpoint_auth_method: 'none', client_name: 'Mistaken' });
		const request = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), 'hgr_unknown', local);
		await expect(oauth.processRefreshTokenResponse(server, client, request)).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
	});

	test('gets a token of its own as a pre-registered client, for the account that registered it', async () => {
		const { id, secret } = await aStaticClient(browser, { automation: '1', scope: ['read'] });
		const client = { client_id: id };
		const request = await oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretBasic(secret), { resource: gateway.mcp_url }, local);
		const tokens = await oauth.processClientCredentialsResponse(server, client, request);
		expect([tokens.scope, tokens.refresh_token, await listTools(gateway, tokens.access_token)]).toEqual(['read', undefined, 200]);
	});
});
