import { describe, expect, test } from 'vitest';
import { documentUrlFault, fetchClientDocument } from '../../../src/auth/client-document.ts';
import { checkClientDocument, checkRegistration, clientKey } from '../../../src/auth/client-metadata.ts';

const DOCUMENT_URL = 'https://app.claude.com/oauth/client.json';
const aDocument = (over: object = {}) => ({ client_id: DOCUMENT_URL, client_name: 'Claude Code', redirect_uris: ['http://localhost/callback'], ...over });

describe('a registration', () => {
	test('gives what the client said of itself, with a refresh token always in the grant types', () => {
		expect(
			checkRegistration({
				client_name: 'Cursor',
				redirect_uris: ['cursor://a/cb'],
				token_endpoint_auth_method: 'none',
				client_uri: 'https://cursor.com',
				logo_uri: 'http://x',
			}),
		).toEqual({
			ok: true,
			value: {
				name: 'Cursor',
				redirectUris: ['cursor://a/cb'],
				authMethod: 'none',
				grantTypes: ['authorization_code', 'refresh_token'],
				uri: 'https://cursor.com',
				logoUri: null,
			},
		});
	});

	test('keeps the acceptable redirect URIs of a mixed set and is refused only when none is left', () => {
		const mixed = checkRegistration({ redirect_uris: ['http://evil.example/cb', 'https://ok.example/cb', 7] });
		expect(mixed.ok && mixed.value.redirectUris).toEqual(['https://ok.example/cb']);
		expect(checkRegistration({ redirect_uris: ['javascript:alert(1)'] })).toMatchObject({ ok: false, reason: { tag: 'invalid_redirect_uris' } });
		expect(checkRegistration({ redirect_uris: [] })).toMatchObject({ ok: false, reason: { tag: 'invalid_redirect_uris' } });
	});

	test('defaults to client_secret_basic and refuses methods that are not advertised', () => {
		const plain = checkRegistration({ redirect_uris: ['https://ok.example/cb'] });
		expect(plain.ok && plain.value.authMethod).toBe('client_secret_basic');
		expect(checkRegistration({ redirect_uris: ['https://ok.example/cb'], token_endpoint_auth_method: 'private_key_jwt' })).toMatchObject({ ok: false });
	});

	test('cannot make a name that bends the page it is shown on', () => {
		const checked = checkRegistration({ client_name: ' Claude\u202e\n\u0000 Code ', redirect_uris: ['https://ok.example/cb'] });
		expect(checked.ok && checked.value.name).toBe('Claude Code');
	});

	test('without a name is called by where it redirects to', () => {
		const checked = checkRegistration({ redirect_uris: ['https://ok.example/cb'], client_name: '' });
		expect(checked.ok && checked.value.name).toBe('Unnamed client (ok.example)');
	});

	test.each([[null], [[]], ['text'], [{ redirect_uris: 'https://x.example' }], [{ redirect_uris: ['https://x.example'], response_types: ['token'] }]])(
		'is refused when it is %j',
		(body) => {
			expect(checkRegistration(body).ok).toBe(false);
		},
	);
});

describe('a client ID metadata document', () => {
	test('must carry the very URL it came from', () => {
		expect(checkClientDocument(DOCUMENT_URL, aDocument()).ok).toBe(true);
		expect(checkClientDocument(DOCUMENT_URL, aDocument({ client_id: 'https://other.example/c.json' }))).toMatchObject({ ok: false });
	});

	test('cannot ask for a shared secret', () => {
		expect(checkClientDocument(DOCUMENT_URL, aDocument({ token_endpoint_auth_method: 'client_secret_post' })).ok).toBe(false);
		expect(checkClientDocument(DOCUMENT_URL, aDocument({ client_secret: 'x' })).ok).toBe(false);
	});

	test.each([
		['http://app.example.com/c.json', 'https'],
		['https://127.0.0.1/c.json', 'private'],
		['https://0x7f000001/c.json', 'private'],
		['https://2130706433/c.json', 'private'],
		['https://[::1]/c.json', 'private'],
		['https://[::ffff:10.0.0.1]/c.json', 'private'],
		['https://169.254.169.254/latest', 'private'],
		['https://10.1.2.3/c.json', 'private'],
		['https://localhost/c.json', 'private'],
		['https://metadata.google.internal/c.json', 'private'],
		['https://printer.local./c.json', 'private'],
		['https://app.example.com:8443/c.json', 'port'],
		['https://user@app.example.com/c.json', 'credentials'],
		['https://app.example.com/', 'path'],
		['https://app.example.com/a/../b', 'dots'],
		['urn:client', 'https'],
	])('is never fetched from %s', (url, why) => {
		expect(documentUrlFault(url, false)).toContain(why);
	});

	test('may be on http loopback only where the deployment says so', () => {
		expect(documentUrlFault('http://localhost:9000/client.json', true)).toBeNull();
		expect(documentUrlFault('http://localhost:9000/client.json', false)).not.toBeNull();
		expect(documentUrlFault('http://10.0.0.1/client.json', true)).not.toBeNull();
	});

	const answering =
		(body: BodyInit | null, init: ResponseInit = {}): typeof fetch =>
		async () =>
			new Response(body, init);

	test('is read once its answer is 200, small and JSON, and kept as long as it says', async () => {
		const fetched = await fetchClientDocument(
			DOCUMENT_URL,
			answering(JSON.stringify(aDocument()), { headers: { 'Cache-Control': 'public, max-age=600' } }),
			false,
		);
		expect(fetched).toMatchObject({ ok: true, value: { metadata: { name: 'Claude Code', authMethod: 'none' }, cacheSeconds: 600 } });
	});

	test.each([
		['a redirect', answering(null, { status: 302, headers: { Location: 'https://10.0.0.1/' } })],
		['an error', answering('no', { status: 500 })],
		['no JSON', answering('<html>')],
		['more than 16 kB', answering(JSON.stringify(aDocument({ client_name: 'x'.repeat(20_000) })))],
		[
			'a connection that breaks',
			async () => {
				throw new TypeError('network');
			},
		],
	] as const)('is refused when it is answered by %s', async (_, get) => {
		expect(await fetchClientDocument(DOCUMENT_URL, get, false)).toMatchObject({ ok: false, reason: { tag: 'client_document_unreachable' } });
	});
});

test('a client is recognised again: a document by its URL, a dynamic one by name and redirect hosts', () => {
	const dynamic = { kind: 'dynamic', id: 'abc', name: 'Cursor', redirectUris: ['http://localhost:1/cb'] } as const;
	expect(clientKey({ ...dynamic, id: 'new', redirectUris: ['http://localhost:2/cb'] })).toBe(clientKey(dynamic));
	expect(clientKey({ ...dynamic, name: 'Other' })).not.toBe(clientKey(dynamic));
	expect(clientKey({ kind: 'document', id: DOCUMENT_URL, name: 'x', redirectUris: [] })).toBe(`document:${DOCUMENT_URL}`);
});
