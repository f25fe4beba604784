import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Client } from '../../../src/auth/client.ts';
import { authenticateClient, presentedClient } from '../../../src/auth/client-authentication.ts';
import { formKey } from '../../../src/auth/sealed-form.ts';
import { networkOf } from '../../../src/auth/session.ts';
import { acceptedTotpStep, newTotpSecret, totpCode, totpUri } from '../../../src/auth/totp.ts';
import { sha256Hex } from '../../../src/lib/crypto.ts';

const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'; // "12345678901234567890", RFC 6238 appendix B

describe('one-time passwords', () => {
	test.each([
		[59, '287082'],
		[1111111109, '081804'],
		[1111111111, '050471'],
		[1234567890, '005924'],
		[2000000000, '279037'],
		[20000000000, '353130'],
	])('at second %i are those of RFC 6238 appendix B', async (second, code) => {
		expect(await totpCode(RFC_SECRET, Math.floor(second / 30))).toBe(code);
	});

	test('are taken one step early or late, once, and not two', async () => {
		const secret = newTotpSecret();
		const now = 1_700_000_000_000;
		const step = Math.floor(now / 30_000);
		for (const drift of [-1, 0, 1]) expect(await acceptedTotpStep(secret, await totpCode(secret, step + drift), now, null)).toBe(step + drift);
		for (const drift of [-2, 2]) expect(await acceptedTotpStep(secret, await totpCode(secret, step + drift), now, null)).toBeNull();
		expect(await acceptedTotpStep(secret, await totpCode(secret, step), now, step)).toBeNull();
		expect(await acceptedTotpStep(secret, '12345', now, null)).toBeNull();
	});

	test('are set up by a link that names issuer and person', () => {
		expect(totpUri('ABC', 'a+b@x.example', 'Headgate')).toBe(
			'otpauth://totp/Headgate:a%2Bb%40x.example?secret=ABC&issuer=Headgate&algorithm=SHA1&digits=6&period=30',
		);
	});
});

describe('a sealed form', () => {
	const key = formKey(new Uint8Array(32).fill(7));

	test('opens for its purpose and session until its time', async () => {
		const sealed = await (await key).seal('consent', 'session-1', { a: 'ÿ' }, 1000);
		expect(await (await key).open('consent', 'session-1', sealed, 999)).toEqual({ a: 'ÿ' });
		expect(await (await key).open('consent', 'session-1', sealed, 1000)).toBeNull();
		expect(await (await key).open('consent', 'session-2', sealed, 1)).toBeNull();
		expect(await (await key).open('other', 'session-1', sealed, 1)).toBeNull();
		expect(await (await formKey(new Uint8Array(32).fill(8))).open('consent', 'session-1', sealed, 1)).toBeNull();
	});

	test('never opens once a character was changed or for any other text', async () => {
		const sealed = await (await key).seal('consent', 's', { scopes: ['read'] }, 1000);
		await fc.assert(
			fc.asyncProperty(fc.nat(sealed.length - 1), fc.constantFrom('A', 'b', '0', '.', '-'), async (at, character) => {
				const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
				fc.pre(changed !== sealed);
				expect(await (await key).open('consent', 's', changed, 1)).toBeNull();
			}),
		);
		await fc.assert(
			fc.asyncProperty(fc.string(), async (text) => {
				expect(await (await key).open('consent', 's', text, 1)).toBeNull();
			}),
		);
	});
});

describe('attempts are counted together', () => {
	test.each([
		['203.0.113.7', '203.0.113.7'],
		['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
		['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
		['2001:db8::1', '2001:db8:0:0::/64'],
		['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
		['::1', '0:0:0:0::/64'],
		['::ffff:203.0.113.7', '203.0.113.7'],
		['local', 'local'],
	])('for %s by %s', (address, network) => {
		expect(networkOf(address)).toBe(network);
	});
});

describe('a client at the token endpoint', () => {
	const confidential = async (): Promise<Client> => ({
		id: 'id with:colon',
		kind: 'static',
		name: 'Automation',
		redirectUris: [],
		authMethod: 'client_secret_basic',
		secretHash: await sha256Hex('s3cret+/ÿ'),
		grantTypes: ['client_credentials'],
		scopes: ['read'],
		accountId: 1,
		skipConsent: false,
		uri: null,
		logoUri: null,
	});
	const basic = (id: string, secret: string) => `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;

	test('is known by the Basic header, each half form-encoded', async () => {
		const presented = presentedClient(basic('id with:colon', 's3cret+/ÿ'), new URLSearchParams());
		expect(presented).toEqual({ ok: true, value: { id: 'id with:colon', secret: 's3cret+/ÿ', method: 'client_secret_basic' } });
		expect(presented.ok && (await authenticateClient(presented.value, await confidential())).ok).toBe(true);
	});

	test('is known by the form', () => {
		expect(presentedClient(null, new URLSearchParams({ client_id: 'a', client_secret: 'b' }))).toEqual({
			ok: true,
			value: { id: 'a', secret: 'b', method: 'client_secret_post' },
		});
		expect(presentedClient(null, new URLSearchParams({ client_id: 'a' }))).toEqual({ ok: true, value: { id: 'a', secret: null, method: 'none' } });
	});

	test('is refused with two methods at once, a broken header, no id or a repeated one', () => {
		expect(presentedClient(basic('a', 'b'), new URLSearchParams({ client_secret: 'b' })).ok).toBe(false);
		expect(presentedClient(basic('a', 'b'), new URLSearchParams({ client_id: 'c' })).ok).toBe(false);
		expect(presentedClient('Basic %%%', new URLSearchParams()).ok).toBe(false);
		expect(presentedClient('Basic AAAA', new URLSearchParams()).ok).toBe(false);
		expect(presentedClient(null, new URLSearchParams()).ok).toBe(false);
		expect(presentedClient(null, new URLSearchParams('client_id=a&client_id=b')).ok).toBe(false);
	});

	test('with a wrong or missing secret is refused, and so is an unknown one', async () => {
		const client = await confidential();
		const tags = await Promise.all(
			[
				authenticateClient({ id: client.id, secret: 'wrong', method: 'client_secret_post' }, client),
				authenticateClient({ id: client.id, secret: null, method: 'none' }, client),
				authenticateClient({ id: 'x', secret: null, method: 'none' }, null),
			].map(async (result) => ((await result) as { reason: { tag: string } }).reason.tag),
		);
		expect(tags).toEqual(['client_authentication_failed', 'client_authentication_failed', 'unknown_client']);
	});
});
