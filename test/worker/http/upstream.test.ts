import { env } from 'cloudflare:workers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { configuredGateway } from '../../support/configured-gateway.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { ORIGIN } from '../../support/gateway.ts';
import { type PlainBrowser, plainBrowser, textOf } from '../../support/plain-browser.ts';
import { aPerson } from './people.ts';

const ISSUER = 'https://login.company.example';
const TEAM = 'https://company.cloudflareaccess.com';
const settings = {
	HEADGATE_OIDC_ISSUER: ISSUER,
	HEADGATE_OIDC_CLIENT_ID: 'headgate',
	HEADGATE_OIDC_CLIENT_SECRET: 'shared',
	HEADGATE_OIDC_NAME: 'Company login',
	HEADGATE_ACCESS_TEAM: 'company',
	HEADGATE_ACCESS_AUDIENCE: 'aud-tag',
};
let keys: CryptoKeyPair;
let jwks: { keys: object[] };

beforeAll(async () => {
	await freshGateway();
	await aPerson('ann');
	keys = (await generateKeyPair('RS256', { extractable: true })) as CryptoKeyPair;
	jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
});
afterEach(() => vi.restoreAllMocks());

/** A browser at a gateway that knows the providers; every request carries the headers that a proxy in front would add. */
function aBrowser(headers: Record<string, string> = {}): PlainBrowser {
	const send = configuredGateway(settings);
	return plainBrowser(ORIGIN, (url, init) => send(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...headers } }));
}

const signed = (claims: Record<string, unknown>, issuer = ISSUER, audience = 'headgate') =>
	new SignJWT(claims)
		.setProtectedHeader({ alg: 'RS256', kid: 'k1' })
		.setIssuer(issuer)
		.setAudience(audience)
		.setSubject('subject-1')
		.setIssuedAt()
		.setExpirationTime('5m')
		.sign(keys.privateKey);

/** The provider on the network: discovery, keys, and a token endpoint that trades any code for this ID token. */
function provider(idToken: () => Promise<string>) {
	const asked: { url: string; body: string; authorization: string | null }[] = [];
	vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
		const request = new Request(input, init);
		asked.push({ url: request.url, body: new TextDecoder().decode(await request.clone().arrayBuffer()), authorization: request.headers.get('Authorization') });
		switch (request.url) {
			case `${ISSUER}/.well-known/openid-configuration`:
				return Response.json({ issuer: ISSUER, authorization_endpoint: `${ISSUER}/authorize`, token_endpoint: `${ISSUER}/token`, jwks_uri: `${ISSUER}/keys` });
			case `${ISSUER}/token`:
				return Response.json({ access_token: 'x', token_type: 'Bearer', id_token: await idToken() });
			default:
				return Response.json(jwks);
		}
	});
	return asked;
}

async function begin(browser: PlainBrowser): Promise<URLSearchParams> {
	const page = await browser.submit(await browser.open('/sign-in?next=%2Fsettings%2Fsecurity'), 'Sign in with Company login');
	expect(page.leaves?.href).toMatch(/^https:\/\/login\.company\.example\/authorize\?/);
	return page.leaves?.searchParams ?? new URLSearchParams();
}

describe('signing in through an OpenID Connect provider', () => {
	test('sends the browser there with PKCE, state and nonce, and lets a member in by their verified address', async () => {
		const browser = aBrowser();
		let nonce = '';
		const asked = provider(() => signed({ nonce, email: 'Ann@Example.com', email_verified: true }));
		const request = await begin(browser);
		nonce = request.get('nonce') ?? '';
		expect(Object.fromEntries(request)).toMatchObject({
			response_type: 'code',
			client_id: 'headgate',
			redirect_uri: `${ORIGIN}/sign-in/upstream/oidc/callback`,
			scope: 'openid email',
			code_challenge_method: 'S256',
			code_challenge: expect.stringMatching(/^[\w-]{43}$/),
		});
		const page = await browser.open(`/sign-in/upstream/oidc/callback?code=c&state=${request.get('state')}`);
		expect([page.status, page.path]).toEqual([200, '/settings/security']);
		const traded = asked.find(({ url }) => url === `${ISSUER}/token`);
		expect([new URLSearchParams(traded?.body).get('code_verifier')?.length, traded?.authorization]).toEqual([43, `Basic ${btoa('headgate:shared')}`]);
		expect(await env.DB.prepare('SELECT issuer, subject FROM identities').first()).toEqual({ issuer: ISSUER, subject: 'subject-1' });
	});

	test('knows that person again by issuer and subject, whatever their address has become', async () => {
		const browser = aBrowser();
		let nonce = '';
		provider(() => signed({ nonce, email: 'renamed@example.com', email_verified: false }));
		const request = await begin(browser);
		nonce = request.get('nonce') ?? '';
		expect((await browser.open(`/sign-in/upstream/oidc/callback?code=c&state=${request.get('state')}`)).path).toBe('/settings/security');
	});

	test.each([
		['another nonce', () => signed({ nonce: 'other', email: 'ann@example.com', email_verified: true })],
		['another audience', (nonce: string) => signed({ nonce, email: 'ann@example.com', email_verified: true }, ISSUER, 'another')],
		['another issuer', (nonce: string) => signed({ nonce, email: 'ann@example.com', email_verified: true }, 'https://evil.example')],
		['a broken signature', async (nonce: string) => `${(await signed({ nonce, email: 'ann@example.com', email_verified: true })).slice(0, -6)}AAAAAA`],
		['no token at all', async () => ''],
	] as const)('is refused for %s', async (_, token) => {
		const browser = aBrowser();
		let nonce = '';
		provider(() => token(nonce));
		const request = await begin(browser);
		nonce = request.get('nonce') ?? '';
		const page = await browser.open(`/sign-in/upstream/oidc/callback?code=c&state=${request.get('state')}`);
		expect([page.status, textOf(page), browser.cookies.has('headgate_session')]).toEqual([403, expect.stringContaining('did not confirm who you are'), false]);
	});

	test('is refused to somebody who is no member, or whose address nobody has checked', async () => {
		for (const [subject, email, email_verified] of [
			['s2', 'stranger@example.com', true],
			['s3', 'ann@example.com', false],
		] as const) {
			const browser = aBrowser();
			let nonce = '';
			provider(() =>
				new SignJWT({ nonce, email, email_verified })
					.setProtectedHeader({ alg: 'RS256', kid: 'k1' })
					.setIssuer(ISSUER)
					.setAudience('headgate')
					.setSubject(subject)
					.setIssuedAt()
					.setExpirationTime('5m')
					.sign(keys.privateKey),
			);
			const request = await begin(browser);
			nonce = request.get('nonce') ?? '';
			const page = await browser.open(`/sign-in/upstream/oidc/callback?code=c&state=${request.get('state')}`);
			expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining('is no member of an account here')]);
		}
	});

	test('cannot be finished by a browser that did not begin it', async () => {
		const [hers, his] = [aBrowser(), aBrowser()];
		provider(() => signed({ nonce: 'x' }));
		const request = await begin(hers);
		expect((await his.open(`/sign-in/upstream/oidc/callback?code=c&state=${request.get('state')}`)).status).toBe(403);
		expect((await hers.open('/sign-in/upstream/oidc/callback?code=c&state=forged')).status).toBe(403);
	});

	test('says so when the provider does not answer as it should', async () => {
		vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ issuer: 'https://evil.example' }));
		const browser = aBrowser();
		const page = await browser.submit(await browser.open('/sign-in'), 'Sign in with Company login');
		expect([page.status, textOf(page)]).toEqual([502, expect.stringContaining('does not answer as it should')]);
	});
});

describe('signing in through Cloudflare Access', () => {
	const enter = async (assertion: string) => {
		const browser = aBrowser({ 'Cf-Access-Jwt-Assertion': assertion });
		return browser.submit(await browser.open('/sign-in'), 'Sign in with Cloudflare Access');
	};

	test('lets in whom Access let in, by the assertion it signed', async () => {
		vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(jwks));
		expect((await enter(await signed({ email: 'ann@example.com' }, TEAM, 'aud-tag'))).path).toBe('/');
	});

	test('is not fooled by a header that anybody can send', async () => {
		vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(jwks));
		const good = await signed({ email: 'ann@example.com' }, TEAM, 'aud-tag');
		for (const assertion of [
			await signed({ email: 'ann@example.com' }, TEAM, 'another'),
			await signed({ email: 'ann@example.com' }, ISSUER, 'aud-tag'),
			`${good.slice(0, -6)}AAAAAA`,
			'x',
		]) {
			expect((await enter(assertion)).status).toBe(403);
		}
	});

	test('is not offered to a browser that did not come through it', async () => {
		expect((await aBrowser().open('/sign-in')).html).not.toContain('Cloudflare Access');
	});
});
