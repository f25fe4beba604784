import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { fetchGateway, ORIGIN, post } from '../../support/gateway.ts';
import { aPerson } from './people.ts';

beforeAll(async () => {
	await freshGateway();
	await aPerson('ann');
});

const json = async (path: string) => (await fetchGateway(path)).json();

describe('the metadata of the authorization server', () => {
	test('says what is served, and only that', async () => {
		expect(await json('/.well-known/oauth-authorization-server')).toEqual({
			issuer: ORIGIN,
			authorization_endpoint: `${ORIGIN}/oauth/authorize`,
			token_endpoint: `${ORIGIN}/oauth/token`,
			registration_endpoint: `${ORIGIN}/oauth/register`,
			revocation_endpoint: `${ORIGIN}/oauth/revoke`,
			scopes_supported: ['read', 'write', 'run', 'admin'],
			response_types_supported: ['code'],
			response_modes_supported: ['query'],
			grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
			token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
			revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
			code_challenge_methods_supported: ['S256'],
			authorization_response_iss_parameter_supported: true,
			client_id_metadata_document_supported: true,
			service_documentation: `${ORIGIN}/`,
		});
	});

	test.each([
		'/.well-known/oauth-authorization-server/mcp',
		'/.well-known/oauth-authorization-server/acme/api/mcp',
		'/.well-known/openid-configuration',
		'/.well-known/openid-configuration/mcp',
		'/.well-known/openid-configuration/acme/api/mcp',
		'/mcp/.well-known/oauth-authorization-server',
		'/mcp/.well-known/openid-configuration',
		'/acme/api/mcp/.well-known/oauth-authorization-server',
		'/acme/api/mcp/.well-known/openid-configuration',
	])('is the same at %s', async (path) => {
		expect(await json(path)).toEqual(await json('/.well-known/oauth-authorization-server'));
	});

	test('is read by pages of any origin, which are never given cookies', async () => {
		for (const path of ['/.well-known/oauth-authorization-server', '/acme/api/mcp/.well-known/openid-configuration']) {
			const { headers } = await fetchGateway(path, { headers: { Origin: 'https://somewhere.example' } });
			expect([headers.get('Access-Control-Allow-Origin'), headers.get('Access-Control-Allow-Credentials'), headers.get('Set-Cookie')]).toEqual([
				'*',
				null,
				null,
			]);
		}
	});
});

describe('the metadata of a protected resource', () => {
	test.each(['acme', 'ACME', '1', 'nobody'])('names the address of the account %s to the letter, whether there is one or not', async (name) => {
		expect(await json(`/.well-known/oauth-protected-resource/${name}/api/mcp`)).toEqual({
			resource: `${ORIGIN}/${name}/api/mcp`,
			authorization_servers: [ORIGIN],
			scopes_supported: ['read', 'write', 'run', 'admin'],
			bearer_methods_supported: ['header'],
			resource_name: 'Headgate',
			resource_documentation: `${ORIGIN}/`,
		});
	});

	test('there is one for the address without an account', async () => {
		expect(await json('/.well-known/oauth-protected-resource/mcp')).toMatchObject({ resource: `${ORIGIN}/mcp` });
	});

	test('there is none at the root, where it would name no resource', async () => {
		expect((await fetchGateway('/.well-known/oauth-protected-resource')).status).toBe(404);
	});

	test('is what the 401 of the very address points to', async () => {
		for (const [path, resource] of [
			['/acme/api/mcp', '/acme/api/mcp'],
			['/mcp', '/mcp'],
		] as const) {
			const response = await post(path, null, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
			const header = response.headers.get('WWW-Authenticate');
			expect([response.status, header]).toEqual([
				401,
				`Bearer scope="read write run", resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource${resource}"`,
			]);
		}
	});

	test('is refused in words where the account has switched its gateway off', async () => {
		await aPerson('bob', { account: 'quiet' });
		await env.DB.prepare("UPDATE accounts SET gateway_enabled = 0 WHERE slug = 'quiet'").run();
		const response = await fetchGateway('/.well-known/oauth-protected-resource/quiet/api/mcp');
		expect([response.status, await response.json()]).toEqual([403, { error: 'access_denied', error_description: expect.stringContaining('switched off') }]);
	});
});

describe('a browser page of another site', () => {
	test.each(['/oauth/token', '/oauth/register', '/oauth/revoke', '/.well-known/oauth-authorization-server'])('may call %s after a preflight', async (path) => {
		const response = await fetchGateway(path, {
			method: 'OPTIONS',
			headers: {
				Origin: 'https://inspector.example',
				'Access-Control-Request-Method': 'POST',
				'Access-Control-Request-Headers': 'content-type, authorization, mcp-protocol-version',
			},
		});
		expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([204, '*']);
		expect(response.headers.get('Access-Control-Allow-Headers')?.toLowerCase()).toContain('authorization');
	});

	test('is refused by the authorization page and by every other page of a person', async () => {
		for (const path of ['/oauth/authorize', '/sign-in', '/settings/security']) {
			const response = await fetchGateway(path, { method: 'POST', headers: { Origin: 'https://inspector.example' } });
			expect([path, response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([path, 403, null]);
		}
	});

	test('preflights the MCP endpoint without a token from loopback', async () => {
		const response = await fetchGateway('/acme/api/mcp', {
			method: 'OPTIONS',
			headers: { Origin: 'http://localhost:6274', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization, mcp-method' },
		});
		const allowed = response.headers.get('Access-Control-Allow-Headers')?.toLowerCase() ?? '';
		expect([response.status, ['mcp-protocol-version', 'mcp-method', 'mcp-name', 'mcp-session-id'].every((name) => allowed.includes(name))]).toEqual([
			204,
			true,
		]);
		const refused = await fetchGateway('/acme/api/mcp', {
			method: 'POST',
			headers: { Origin: 'http://localhost:6274', 'Content-Type': 'application/json' },
			body: '{}',
		});
		expect(refused.headers.get('Access-Control-Expose-Headers')).toContain('WWW-Authenticate');
	});
});
