import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { textOf } from '../../support/plain-browser.ts';
import { aBrowser, aPerson } from './people.ts';

beforeEach(freshGateway);

const FIRST = { secret: 'test-setup-secret', account: 'acme', email: 'first@example.com', password: 'a long password' };
const users = () => env.DB.prepare('SELECT count(*) AS n FROM users').first('n');

describe('a fresh deployment', () => {
	test('says so where people come in, and points to the set-up page', async () => {
		const browser = aBrowser();
		for (const path of ['/', '/sign-in']) expect([path, (await browser.open(path)).html]).toEqual([path, expect.stringContaining('href="/setup"')]);
	});

	test('is set up with the secret of whoever deployed it, who is then signed in as owner', async () => {
		const browser = aBrowser();
		const page = await browser.submit(await browser.open('/setup'), 'Create account', FIRST);
		expect([page.status, page.path]).toEqual([200, '/acme/settings/developer/connected_applications']);
		expect(await env.DB.prepare('SELECT role FROM members').first()).toEqual({ role: 'owner' });
	});

	test.each([
		[{ secret: 'guessed' }, 'The set-up secret is not right'],
		[{ account: 'oauth' }, 'cannot name an account'],
		[{ email: 'nobody' }, 'is not an e-mail address'],
		[{ password: 'short' }, 'A password has 8 to 1,024 characters'],
	])('is not set up with %j, and says why', async (over, text) => {
		const browser = aBrowser();
		const page = await browser.submit(await browser.open('/setup'), 'Create account', { ...FIRST, ...over });
		expect([page.status, textOf(page), await users()]).toEqual([400, expect.stringContaining(text), 0]);
	});

	test('keeps what was typed when it refuses, but for secret and password', async () => {
		const browser = aBrowser();
		const { html } = await browser.submit(await browser.open('/setup'), 'Create account', { ...FIRST, secret: 'guessed' });
		expect([html.includes('value="acme"'), html.includes('value="first@example.com"')]).toEqual([true, true]);
		expect([html.includes('guessed'), html.includes(FIRST.password)]).toEqual([false, false]);
	});

	test('has one first owner, however many try at the same moment', async () => {
		const attempts = Array.from({ length: 6 }, async (_, index) => {
			const browser = aBrowser();
			return browser.submit(await browser.open('/setup'), 'Create account', { ...FIRST, account: `acme-${index}`, email: `first-${index}@example.com` });
		});
		const pages = await Promise.all(attempts);
		expect(pages.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404, 404]);
		expect([await users(), await env.DB.prepare('SELECT count(*) AS n FROM members').first('n')]).toEqual([1, 1]);
	});

	test('is guessed at no more than twenty times an hour', async () => {
		const browser = aBrowser();
		const page = await browser.open('/setup');
		for (let guess = 0; guess < 20; guess++) expect((await browser.submit(page, 'Create account', { ...FIRST, secret: `guess ${guess}` })).status).toBe(400);
		const refused = await browser.submit(page, 'Create account', FIRST);
		expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([429, true]);
	});
});

test('once there is a user, nothing can be set up and nothing points there', async () => {
	await aPerson('ann');
	const browser = aBrowser();
	expect((await browser.open('/setup')).status).toBe(404);
	for (const path of ['/', '/sign-in']) expect((await browser.open(path)).html).not.toContain('/setup');
	expect((await browser.open('/')).html).toContain('href="/sign-in"');
	const form = await browser.open('/sign-in');
	const forged = { ...form, html: form.html.replace('action="/sign-in"', 'action="/setup"') };
	expect((await browser.submit(forged, 'Sign in', FIRST)).status).toBe(404);
});
