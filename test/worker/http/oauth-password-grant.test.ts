import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../../support/assistant.ts';
import { configuredGateway } from '../../support/configured-gateway.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { fetchGateway, ORIGIN } from '../../support/gateway.ts';
import { aPerson, listTools, provision, signedIn } from './people.ts';

let ann: Person;

beforeAll(async () => {
	await freshGateway();
	ann = await aPerson('ann');
});
beforeEach(() => env.DB.prepare('DELETE FROM attempts').run());

const gateway = configuredGateway({ HEADGATE_PASSWORD_GRANT: 'true' });
const sendOn = (body: BodyInit, headers: Record<string, string> = {}) => gateway(`${ORIGIN}/oauth/token`, { method: 'POST', body, headers });
const asJson = (fields: Record<string, string>) => sendOn(JSON.stringify({ grant_type: 'password', ...fields }), { 'Content-Type': 'application/json' });
const body = async (response: Response) => [response.status, ((await response.json()) as { error?: string }).error];

describe('the legacy password grant', () => {
	test('is off unless the deployment turns it on, and never advertised', async () => {
		const response = await fetchGateway('/oauth/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'password', ...ann }) });
		expect(await body(response)).toEqual([400, 'unsupported_grant_type']);
		const metadata = await (await fetchGateway('/.well-known/oauth-authorization-server')).text();
		expect(metadata).not.toContain('password');
	});

	test('takes JSON without a client id, as its users send it, and gives a token for two hours with created_at', async () => {
		const response = await asJson({ ...ann });
		const answer = (await response.json()) as { access_token: string; created_at: number };
		expect([response.status, answer]).toEqual([
			200,
			{ access_token: expect.stringMatching(/^hga_/), token_type: 'Bearer', expires_in: 7200, created_at: expect.any(Number), scope: 'read write run' },
		]);
		expect(Math.abs(answer.created_at - Date.now() / 1000)).toBeLessThan(60);
		expect((await listTools(answer.access_token)).status).toBe(200);
	});

	test('takes a form too, with username for email and a narrower scope', async () => {
		const response = await sendOn(new URLSearchParams({ grant_type: 'password', username: ann.email, password: ann.password, scope: 'read' }));
		expect(await response.json()).toMatchObject({ scope: 'read' });
	});

	test('is a row of Connected Applications, which ends it when it is revoked', async () => {
		const { access_token } = (await (await asJson({ ...ann })).json()) as { access_token: string };
		const browser = await signedIn(ann);
		for (;;) {
			const page = await browser.open('/acme/settings/developer/connected_applications');
			if (!page.html.includes('Revoke Password grant (legacy)')) break;
			await browser.submit(page, 'Revoke Password grant (legacy)');
		}
		expect((await listTools(access_token)).status).toBe(401);
	});

	test('is refused to a person with a second factor, whom half of their proof must not let in', async () => {
		const bob = await aPerson('bob');
		await env.DB.prepare("UPDATE users SET totp_sealed = 'x', totp_confirmed_at = 1 WHERE email = ?").bind(bob.email).run();
		const response = await asJson({ ...bob });
		expect(await response.json()).toEqual({ error: 'invalid_grant', error_description: expect.stringContaining('second factor') });
	});

	test('asks which account where the person belongs to several', async () => {
		const carl = await aPerson('carl');
		await provision('accounts', { slug: 'other' });
		await provision('users', { email: carl.email, account: 'other', role: 'viewer' });
		expect(await body(await asJson({ ...carl }))).toEqual([400, 'invalid_request']);
		const { access_token, scope } = (await (await asJson({ ...carl, account: 'other' })).json()) as { access_token: string; scope: string };
		expect([scope, (await listTools(access_token, '/other/api/mcp')).status]).toEqual(['read', 200]);
		expect(await body(await asJson({ ...carl, account: 'nobody' }))).toEqual([403, 'access_denied']);
	});

	test('with a wrong password is invalid_grant, and after ten tries 429', async () => {
		for (let guess = 0; guess < 10; guess++) expect(await body(await asJson({ email: ann.email, password: `guess ${guess}` }))).toEqual([400, 'invalid_grant']);
		const refused = await asJson({ ...ann });
		expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([429, true]);
	});

	test.each([[{ email: 'ann@example.com' }], [{ password: 'x' }], [{}]])('without both halves (%j) is invalid_request', async (fields) => {
		expect(await body(await asJson(fields as Record<string, string>))).toEqual([400, 'invalid_request']);
	});
});
