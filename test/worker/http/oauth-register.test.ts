import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { register } from '../../support/assistant.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { fetchGateway, ORIGIN } from '../../support/gateway.ts';
import { send } from './people.ts';

beforeAll(freshGateway);

const registered = async (body: unknown) => {
	const response = await register(ORIGIN, send, body);
	return [response.status, (await response.json()) as Record<string, unknown>] as const;
};

describe('dynamic client registration', () => {
	test('of a public client gives an id and no secret, and holds no null', async () => {
		const [status, client] = await registered({ client_name: 'Claude Code', redirect_uris: ['http://localhost/callback'], token_endpoint_auth_method: 'none' });
		expect([status, client]).toEqual([
			201,
			{
				client_id: expect.stringMatching(/^hgc_[\w-]{43}$/),
				client_id_issued_at: expect.any(Number),
				client_name: 'Claude Code',
				redirect_uris: ['http://localhost/callback'],
				token_endpoint_auth_method: 'none',
				grant_types: ['authorization_code', 'refresh_token'],
				response_types: ['code'],
			},
		]);
	});

	test('without a method is confidential by Basic, and its secret is kept as a digest only', async () => {
		const [status, client] = await registered({ redirect_uris: ['https://app.example/cb'] });
		expect([status, client['token_endpoint_auth_method'], client['client_secret'], client['client_secret_expires_at']]).toEqual([
			201,
			'client_secret_basic',
			expect.stringMatching(/^hgs_[\w-]{43}$/),
			0,
		]);
		const rows = await env.DB.prepare('SELECT * FROM oauth_clients').all();
		expect(JSON.stringify(rows.results)).not.toContain(client['client_secret']);
	});

	test.each(['client_secret_basic', 'client_secret_post', 'none'])('accepts the advertised method %s', async (method) => {
		expect((await registered({ redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: method }))[0]).toBe(201);
	});

	test('of a set like that of Cursor keeps what can be redirected to and leaves the rest out', async () => {
		const uris = ['cursor://anysphere.cursor-mcp/oauth/callback', 'http://localhost:8787/callback', 'https://www.cursor.com/agents/mcp/oauth/callback'];
		const [status, client] = await registered({ client_name: 'Cursor', redirect_uris: [...uris, 'http://cursor.example/plain', 'javascript:alert(1)'] });
		expect([status, client['redirect_uris']]).toEqual([201, uris]);
	});

	test('accepts loopback without application_type and ignores scopes and members it does not know', async () => {
		const body = { redirect_uris: ['http://127.0.0.1:1234/cb'], scope: 'openid email', software_statement: 'x', contacts: ['a@b.example'] };
		const [status, client] = await registered(body);
		expect([status, client['scope'], client['contacts']]).toEqual([201, undefined, undefined]);
	});

	test.each([
		[{ redirect_uris: ['http://evil.example/cb'] }, 'invalid_redirect_uri'],
		[{ redirect_uris: [] }, 'invalid_redirect_uri'],
		[{ client_name: 'x' }, 'invalid_redirect_uri'],
		[{ redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
		[{ redirect_uris: ['https://app.example/cb'], response_types: ['token'] }, 'invalid_client_metadata'],
		[['not', 'an', 'object'], 'invalid_client_metadata'],
	])('of %j is refused as %s', async (body, error) => {
		expect(await registered(body)).toEqual([400, { error, error_description: expect.any(String) }]);
	});

	test('of something that is not JSON, or far too large, is refused', async () => {
		const post = (body: string) => fetchGateway('/oauth/register', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
		expect((await post('{')).status).toBe(400);
		const large = await post(JSON.stringify({ redirect_uris: ['https://app.example/cb'], client_name: 'x'.repeat(70_000) }));
		expect([large.status, await large.json()]).toEqual([413, { error: 'invalid_request', error_description: expect.stringContaining('65536 bytes') }]);
	});

	test('is limited for each network, by 429 with Retry-After', async () => {
		const from = (address: string) =>
			fetchGateway('/oauth/register', {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', 'CF-Connecting-IP': address },
				body: '{"redirect_uris":["https://app.example/cb"]}',
			});
		for (let round = 0; round < 60; round++) expect((await from('2001:db8:1:2::1')).status).toBe(201);
		const refused = await from('2001:db8:1:2:ffff::9');
		expect([refused.status, await refused.json()]).toEqual([429, { error: 'temporarily_unavailable', error_description: expect.stringContaining('Too many') }]);
		expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
		expect((await from('2001:db8:1:3::1')).status).toBe(201);
	});
});
