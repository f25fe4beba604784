import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkClientAndRedirect, checkRequest, redirectBack } from '../../../src/auth/authorize.ts';
import type { Client } from '../../../src/auth/client.ts';
import { toWire } from '../../../src/auth/errors.ts';
import { verifierMatches } from '../../../src/auth/pkce.ts';
import { parseResource } from '../../../src/auth/resource.ts';
import { narrowScopes, offeredScopes, parseScopes, stepUpScopes } from '../../../src/auth/scopes.ts';

const ISSUER = 'https://headgate.example';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'; // RFC 7636 appendix B
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

const aClient = (over: Partial<Client> = {}): Client => ({
	id: 'client-1',
	kind: 'dynamic',
	name: 'Claude Code',
	redirectUris: ['http://localhost/callback'],
	authMethod: 'none',
	secretHash: null,
	grantTypes: ['authorization_code', 'refresh_token'],
	scopes: null,
	accountId: null,
	skipConsent: false,
	uri: null,
	logoUri: null,
	...over,
});
const aRequest = (over: Record<string, string> = {}) =>
	new URLSearchParams({
		client_id: 'client-1',
		redirect_uri: 'http://localhost:4000/callback',
		response_type: 'code',
		code_challenge: CHALLENGE,
		code_challenge_method: 'S256',
		scope: 'read write openid',
		state: 's',
		resource: `${ISSUER}/acme/api/mcp`,
		...over,
	});
const REDIRECT = { redirectUri: 'http://localhost:4000/callback', redirectUriGiven: true };

describe('client and redirect URI', () => {
	test('agree when the URI is a registered one', () => {
		expect(checkClientAndRedirect(aRequest(), aClient())).toEqual({ ok: true, value: REDIRECT });
	});

	test('the only registered one may be left out, one of several may not', () => {
		const request = aRequest();
		request.delete('redirect_uri');
		expect(checkClientAndRedirect(request, aClient())).toEqual({ ok: true, value: { redirectUri: 'http://localhost/callback', redirectUriGiven: false } });
		expect(checkClientAndRedirect(request, aClient({ redirectUris: ['https://a.example/', 'https://b.example/'] }))).toMatchObject({
			ok: false,
			reason: { tag: 'redirect_uri_needed' },
		});
	});

	test('are refused when the client is unknown, the URI foreign or either is given twice', () => {
		expect(checkClientAndRedirect(aRequest(), null)).toMatchObject({ reason: { tag: 'unknown_client' } });
		expect(checkClientAndRedirect(aRequest({ redirect_uri: 'https://evil.example/' }), aClient())).toMatchObject({ reason: { tag: 'redirect_uri_mismatch' } });
		const twice = aRequest();
		twice.append('redirect_uri', 'https://evil.example/');
		expect(checkClientAndRedirect(twice, aClient())).toMatchObject({ reason: { tag: 'repeated_parameter' } });
	});
});

describe('an authorization request', () => {
	test('gives scopes without the unknown ones and the account it names', () => {
		expect(checkRequest(aRequest(), aClient(), REDIRECT, ISSUER)).toEqual({
			ok: true,
			value: { clientId: 'client-1', ...REDIRECT, challenge: CHALLENGE, scopes: ['read', 'write'], state: 's', resource: { kind: 'account', slug: 'acme' } },
		});
	});

	test.each([
		[{ response_type: 'token' }, 'unsupported_response_type'],
		[{ response_mode: 'fragment' }, 'unsupported_response_mode'],
		[{ code_challenge_method: 'plain' }, 'challenge_method_not_s256'],
		[{ code_challenge: 'short' }, 'malformed_parameter'],
		[{ state: 'x'.repeat(5000) }, 'malformed_parameter'],
		[{ resource: 'https://other.example/acme/api/mcp' }, 'unknown_resource'],
	])('with %j is refused as %s', (over, tag) => {
		expect(checkRequest(aRequest(over as Record<string, string>), aClient(), REDIRECT, ISSUER)).toMatchObject({ ok: false, reason: { tag } });
	});

	test.each(['response_type', 'code_challenge', 'code_challenge_method'])('without %s is refused', (name) => {
		const request = aRequest();
		request.delete(name);
		expect(checkRequest(request, aClient(), REDIRECT, ISSUER).ok).toBe(false);
	});

	test.each(['state', 'scope', 'code_challenge'])('with %s twice is refused', (name) => {
		const request = aRequest();
		request.append(name, 'again');
		expect(checkRequest(request, aClient(), REDIRECT, ISSUER)).toMatchObject({ ok: false, reason: { tag: 'repeated_parameter', name } });
	});
});

describe('the resource', () => {
	test.each([
		[[], { kind: 'picked' }],
		[[''], { kind: 'picked' }],
		[[ISSUER], { kind: 'picked' }],
		[[`${ISSUER}/`], { kind: 'picked' }],
		[[`${ISSUER}/mcp`], { kind: 'picked' }],
		[[`${ISSUER}/acme/api/mcp`], { kind: 'account', slug: 'acme' }],
		[[`${ISSUER}/acme/api/mcp/`], { kind: 'account', slug: 'acme' }],
		[[`${ISSUER}/acme/api/mcp?mode=dynamic`], { kind: 'account', slug: 'acme' }],
		[[`${ISSUER}/42/api/mcp`, `${ISSUER}/42/api/mcp`], { kind: 'account', slug: '42' }],
	])('%j is %j', (values, expected) => {
		expect(parseResource(values, ISSUER)).toEqual({ ok: true, value: expected });
	});

	test.each([
		[['https://evil.example/acme/api/mcp']],
		[[`${ISSUER}.evil.example/acme/api/mcp`]],
		[[`${ISSUER}/acme/other`]],
		[[`${ISSUER}/../acme/api/mcp/x`]],
		[[`${ISSUER}/acme/api/mcp#x`]],
		[['not a url']],
		[[`${ISSUER}/acme/api/mcp`, `${ISSUER}/other/api/mcp`]],
	])('%j is refused', (values) => {
		expect(parseResource(values, ISSUER).ok).toBe(false);
	});
});

describe('scopes', () => {
	test('unknown ones are ignored and the order is ours', () => {
		expect(parseScopes('openid run read email')).toEqual(['read', 'run']);
	});

	test('offered are those asked for that the role and the registration allow; none asked means the default', () => {
		expect(offeredScopes([], 'owner', null)).toEqual(['read', 'write', 'run']);
		expect(offeredScopes(['read', 'write', 'admin'], 'editor', null)).toEqual(['read', 'write']);
		expect(offeredScopes(['read', 'write', 'run'], 'viewer', null)).toEqual(['read']);
		expect(offeredScopes([], 'owner', ['run'])).toEqual(['read', 'run']);
	});

	test('ticking can only narrow', () => {
		expect(narrowScopes(['read', 'run'], ['read', 'admin'])).toEqual(['read']);
	});

	test('a step-up lists what is held and what is needed', () => {
		expect(stepUpScopes(['read', 'write'], 'admin')).toBe('read write admin');
	});
});

describe('PKCE', () => {
	test('accepts the example of RFC 7636 appendix B and no other verifier', async () => {
		expect(await verifierMatches(VERIFIER, CHALLENGE)).toBe(true);
		expect(await verifierMatches(`${VERIFIER}x`, CHALLENGE)).toBe(false);
		expect(await verifierMatches(CHALLENGE, CHALLENGE)).toBe(false);
		expect(await verifierMatches('short', CHALLENGE)).toBe(false);
	});
});

describe('the way back', () => {
	test('keeps the registered URI to the letter and adds state and issuer', () => {
		expect(redirectBack('https://a.example/cb?x=1', ISSUER, 'a b', { code: 'c' })).toBe(
			`https://a.example/cb?x=1&code=c&state=a+b&iss=${encodeURIComponent(ISSUER)}`,
		);
		expect(redirectBack('cursor://a/cb', ISSUER, null, { error: 'access_denied' })).toBe(`cursor://a/cb?error=access_denied&iss=${encodeURIComponent(ISSUER)}`);
	});
});

test('no description on the wire ever breaks out of the characters of RFC 6749 §5.2', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (given) => {
			const wire = toWire({ tag: 'redirect_uri_mismatch', given });
			expect(wire.description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/);
		}),
	);
});
