import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redirectHosts, redirectTarget, redirectUriMatches, registrationFault } from '../../../src/auth/redirect-uri.ts';

describe('a redirect URI that can be registered', () => {
	test.each([
		'https://claude.ai/api/mcp/auth_callback',
		'https://chatgpt.com/connector/oauth/abc123',
		'https://vscode.dev/redirect',
		'http://localhost/callback',
		'http://127.0.0.1:33418/',
		'http://[::1]:8080/callback',
		'cursor://anysphere.cursor-mcp/oauth/callback',
		'com.example.app:/oauth',
	])('may be %s', (uri) => {
		expect(registrationFault(uri)).toBeNull();
	});

	test.each([
		['javascript:alert(1)', 'scheme javascript:'],
		['data:text/html,x', 'scheme data:'],
		['file:///etc/passwd', 'scheme file:'],
		['http://example.com/callback', 'not loopback'],
		['http://localhost.evil.example/callback', 'not loopback'],
		['http://127.0.0.1@evil.example/callback', 'credentials'],
		['https://user:pass@example.com/', 'credentials'],
		['https://example.com/#token', 'fragment'],
		['https://example.com/a b', 'white space'],
		['https://example.com\\@evil.example/', 'white space or control'],
		['/relative', 'not an absolute URI'],
		[`https://example.com/${'a'.repeat(2048)}`, 'longer than 2048'],
	])('is never %s', (uri, why) => {
		expect(registrationFault(uri)).toContain(why);
	});
});

describe('a requested redirect URI matches a registered one', () => {
	test.each([
		['https://a.example/cb', 'https://a.example/cb', true],
		['https://a.example/cb', 'https://a.example/cb/', false],
		['https://a.example/cb', 'https://a.example/cb?x=1', false],
		['https://a.example/cb', 'https://A.example/cb', false],
		['https://a.example/cb', 'https://a.example:8443/cb', false],
		['http://localhost/callback', 'http://localhost:33418/callback', true],
		['http://localhost:1234/callback', 'http://localhost:4321/callback', true],
		['http://127.0.0.1/', 'http://127.0.0.1:33418', true],
		['http://127.0.0.1:33418/', 'http://127.0.0.1/', true],
		['http://[::1]/cb', 'http://[::1]:9/cb', true],
		['http://localhost/callback', 'http://127.0.0.1:33418/callback', false],
		['http://localhost/callback', 'https://localhost:33418/callback', false],
		['http://localhost/callback', 'http://localhost:33418/other', false],
		['http://localhost/callback', 'http://localhost:33418/callback#x', false],
		['http://localhost/callback', 'http://localhost:33418@evil.example/callback', false],
		['http://localhost/callback', 'http://localhost.evil.example/callback', false],
		['http://localhost/a/b', 'http://localhost:1/a/../a/b', false],
		['cursor://app/cb', 'cursor://app/cb', true],
		['cursor://app/cb', 'cursor://app:1/cb', false],
	])('%s and %s: %s', (registered, given, expected) => {
		expect(redirectUriMatches(registered, given)).toBe(expected);
	});

	test('never for another host, whatever the rest is', () => {
		fc.assert(
			fc.property(fc.webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true }), fc.nat(65535), (given, port) => {
				const local = `http://localhost:${port}/callback`;
				expect([redirectUriMatches('http://localhost/callback', given), redirectUriMatches('http://localhost/callback', local)]).toEqual([false, true]);
			}),
		);
	});
});

test('the consent screen names where the browser will go', () => {
	expect(redirectTarget('https://claude.ai/api/mcp/auth_callback')).toBe('claude.ai');
	expect(redirectTarget('http://localhost:33418/callback')).toBe('localhost (this computer)');
	expect(redirectTarget('cursor://anysphere.cursor-mcp/cb')).toBe('the application “cursor”');
});

test('a client that registers again is recognised by the hosts it redirects to, in any order and with any port', () => {
	expect(redirectHosts(['https://b.example/1', 'http://localhost:1/', 'cursor://x/y'])).toBe(
		redirectHosts(['cursor://x/z', 'http://localhost:2/', 'https://b.example/2']),
	);
});
