import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Assistant, Person } from '../../support/assistant.ts';
import { authorized, signIn } from '../../support/assistant.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { ORIGIN } from '../../support/gateway.ts';
import { type PlainBrowser, textOf } from '../../support/plain-browser.ts';
import { aBrowser, aClient, aPerson, listTools, provision, signedIn, type Tokens } from './people.ts';

let ann: Person;
let client: Assistant;
let hers: PlainBrowser;

beforeAll(async () => {
	await freshGateway();
	ann = await aPerson('ann');
	client = await aClient();
	hers = await signedIn(ann);
});

const accountId = async (slug: string) => String(await env.DB.prepare('SELECT id FROM accounts WHERE slug = ?').bind(slug).first('id'));

const error = (leaves: URL | null) => [leaves?.searchParams.get('error'), leaves?.searchParams.get('state'), leaves?.searchParams.get('iss')];

describe('an authorization request whose client or way back is in doubt', () => {
	test.each([
		['an unknown client', { client_id: 'hgc_gone' }, 401, 'Remove and add again'],
		['no client', { client_id: null }, 400, 'is missing'],
		['a foreign redirect URI', { redirect_uri: 'https://evil.example/cb' }, 400, 'is not one that this client registered'],
		['a redirect URI on another loopback host', { redirect_uri: 'http://localhost:4000/callback' }, 400, 'is not one that this client registered'],
		['a redirect URI with another path', { redirect_uri: 'http://127.0.0.1:4000/callback/x' }, 400, 'is not one that this client registered'],
	])('(%s) stays on a page of the gateway', async (_, over, status, text) => {
		const page = await aBrowser().open(client.authorizeUrl(over));
		expect([page.status, page.leaves]).toEqual([status, null]);
		expect(textOf(page)).toContain(text);
	});

	test('stays on a page too where the redirect URI is given twice', async () => {
		const page = await aBrowser().open(`${client.authorizeUrl()}&redirect_uri=https%3A%2F%2Fevil.example%2F`);
		expect([page.status, page.leaves]).toEqual([400, null]);
	});
});

describe('an authorization request with any other fault', () => {
	test.each([
		[{ response_type: 'token' }, 'unsupported_response_type'],
		[{ response_type: null }, 'invalid_request'],
		[{ code_challenge: null }, 'invalid_request'],
		[{ code_challenge_method: 'plain' }, 'invalid_request'],
		[{ code_challenge_method: null }, 'invalid_request'],
		[{ resource: 'https://other.example/mcp' }, 'invalid_target'],
	])('(%j) goes back to the client as %s, with state and issuer', async (over, code) => {
		const page = await aBrowser().open(client.authorizeUrl(over));
		expect(page.leaves?.origin).toBe('http://127.0.0.1:4000');
		expect(error(page.leaves)).toEqual([code, 'a state', ORIGIN]);
	});

	test('from a confidential client needs PKCE like any other', async () => {
		const confidential = await aClient({ token_endpoint_auth_method: 'client_secret_basic' });
		const page = await aBrowser().open(confidential.authorizeUrl({ code_challenge: null, code_challenge_method: null }));
		expect(error(page.leaves)).toEqual(['invalid_request', 'a state', ORIGIN]);
	});
});

describe('consent', () => {
	test('comes after sign-in, names client, account, way back and scopes, and gives a code with state and issuer', async () => {
		const browser = aBrowser();
		const asked = await browser.open(client.authorizeUrl());
		expect(asked.path).toMatch(/^\/sign-in\?next=/);
		const page = await browser.submit(asked, 'Sign in', ann as unknown as Record<string, string>);
		expect(textOf(page)).toContain('“Claude Code” is requesting access to your Headgate account acme');
		expect(textOf(page)).toMatch(/127\.0\.0\.1 \(this computer\)/);
		expect(textOf(page)).toContain('Run packages, cancel and retry runs');
		const back = await browser.submit(page, 'Authorize');
		expect(back.leaves?.href).toMatch(/^http:\/\/127\.0\.0\.1:4000\/callback\?code=[\w-]{43}&state=a\+state&iss=/);
		expect(back.leaves?.searchParams.get('iss')).toBe(ORIGIN);
	});

	test('is asked at every authorization, whatever was granted before', async () => {
		await client.redeem(await authorized(hers, client));
		expect(textOf(await hers.open(client.authorizeUrl()))).toContain('is requesting access');
	});

	test('that was denied goes back as access_denied', async () => {
		const back = await hers.submit(await hers.open(client.authorizeUrl()), 'Deny');
		expect(error(back.leaves)).toEqual(['access_denied', 'a state', ORIGIN]);
	});

	test('can be narrowed and limited in time, and never widened by who writes the form', async () => {
		const page = await hers.open(client.authorizeUrl({ scope: 'read run openid' }));
		const back = await hers.submit(page, 'Authorize', { scope: ['run', 'admin'], days: '30' });
		const tokens = (await (await client.redeem(back)).json()) as Tokens;
		expect(tokens.scope).toBe('run');
		const grant = await env.DB.prepare("SELECT (expires_at - created_at) / 86400000 AS days FROM grants WHERE kind = 'oauth' ORDER BY id DESC LIMIT 1").first();
		expect(grant).toEqual({ days: 29 });
		const readOnly = await hers.submit(await hers.open(client.authorizeUrl()), 'Authorize read only');
		expect(((await (await client.redeem(readOnly)).json()) as Tokens).scope).toBe('read');
	});

	test('with nothing ticked goes back as invalid_scope', async () => {
		const back = await hers.submit(await hers.open(client.authorizeUrl()), 'Authorize', { scope: null });
		expect(error(back.leaves)[0]).toBe('invalid_scope');
	});

	test('is locked to the account that the client connected to', async () => {
		await provision('accounts', { slug: 'other' });
		await provision('users', { email: ann.email, account: 'other', role: 'owner' });
		const page = await hers.open(client.authorizeUrl());
		const back = await hers.submit(page, 'Authorize', { account: await accountId('other') });
		const tokens = (await (await client.redeem(back)).json()) as Tokens;
		expect([(await listTools(tokens.access_token)).status, (await listTools(tokens.access_token, '/other/api/mcp')).status]).toEqual([200, 403]);
	});

	test.each(['nobody', 'foreign'])('is refused in the same words for the account %s, which is not theirs', async (slug) => {
		await aPerson('eve', { account: 'foreign' });
		const page = await hers.open(client.authorizeUrl({ resource: `${ORIGIN}/${slug}/api/mcp` }));
		expect([page.status, page.leaves, textOf(page)]).toEqual([403, null, expect.stringContaining('You are not a member of this account')]);
	});

	test.each([[null], [''], [ORIGIN], [`${ORIGIN}/`], [`${ORIGIN}/mcp`]])(
		'lets a client that named no account (resource %j) have one picked',
		async (resource) => {
			await provision('accounts', { slug: 'second' });
			await provision('users', { email: ann.email, account: 'second', role: 'viewer' });
			const picker = await hers.open(client.authorizeUrl({ resource }));
			expect(textOf(picker)).toContain('Choose an account');
			const consent = await hers.submit(picker, 'Continue', { account: await accountId('second') });
			const tokens = (await (await client.redeem(await hers.submit(consent, 'Authorize'))).json()) as Tokens;
			expect([tokens.scope, (await listTools(tokens.access_token, '/second/api/mcp')).status]).toEqual(['read', 200]);
		},
	);

	test('cannot be given with a form of another session, or with one that was altered', async () => {
		const bob = await aPerson('bob');
		const codes = () => env.DB.prepare('SELECT count(*) AS n FROM oauth_codes').first('n');
		const before = await codes();
		const foreign = await (await signedIn(bob)).open(client.authorizeUrl());
		expect((await hers.submit(foreign, 'Authorize')).status).toBe(403);
		const own = await hers.open(client.authorizeUrl());
		const sealed = /name="request" value="([^"]+)"/.exec(own.html)?.[1] ?? '';
		expect((await hers.submit(own, 'Authorize', { request: `${sealed.slice(0, -1)}${sealed.endsWith('0') ? '1' : '0'}` })).status).toBe(400);
		expect(await codes()).toBe(before);
	});

	test('cannot be given from a page of another site', async () => {
		const page = await hers.open(client.authorizeUrl());
		const attempts = [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }];
		for (const headers of attempts)
			expect([headers, (await hers.submit(page, 'Authorize', {}, headers as unknown as Record<string, string>)).status]).toEqual([headers, 403]);
		expect((await hers.submit(page, 'Authorize')).leaves).not.toBeNull();
	});

	test('cannot be framed, and its policy leaves form-action out so that the way back works', async () => {
		const { headers } = await hers.open(client.authorizeUrl());
		const policy = headers.get('Content-Security-Policy') ?? '';
		expect([policy.includes("frame-ancestors 'none'"), policy.includes("default-src 'none'"), policy.includes('form-action')]).toEqual([true, true, false]);
		expect([headers.get('X-Frame-Options'), headers.get('Cache-Control'), headers.get('Referrer-Policy')]).toEqual(['DENY', 'no-store', 'same-origin']);
	});

	test('is refused where the gateway of the account is off', async () => {
		await provision('accounts', { slug: 'off' });
		await provision('users', { email: ann.email, account: 'off', role: 'owner' });
		await env.DB.prepare("UPDATE accounts SET gateway_enabled = 0 WHERE slug = 'off'").run();
		const page = await hers.open(client.authorizeUrl({ resource: `${ORIGIN}/off/api/mcp` }));
		expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining('switched off')]);
	});
});

test('whoever is not signed in comes back to the very request after signing in', async () => {
	const browser = aBrowser();
	await browser.open(client.authorizeUrl({ state: 'x&y=1' }));
	await signIn(browser, ann);
	const page = await browser.open(client.authorizeUrl({ state: 'x&y=1' }));
	expect((await browser.submit(page, 'Authorize')).leaves?.searchParams.get('state')).toBe('x&y=1');
});
