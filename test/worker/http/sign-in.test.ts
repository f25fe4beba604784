import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { totpCode } from '../../../src/auth/totp.ts';
import { attempt } from '../../../src/operations/authorization/attempts.ts';
import { openStore } from '../../../src/store/store.ts';
import { type Person, signIn } from '../../support/assistant.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { fetchGateway } from '../../support/gateway.ts';
import { type PlainBrowser, textOf } from '../../support/plain-browser.ts';
import { aBrowser, aPerson, signedIn } from './people.ts';

const COOKIE = 'headgate_session';
let ann: Person;

beforeAll(async () => {
	await freshGateway();
	ann = await aPerson('ann');
});
beforeEach(() => env.DB.prepare('DELETE FROM attempts').run());

const wrong = (person: Person) => signIn(aBrowser(), { ...person, password: 'not the password' });

/** A person whose second factor is on: the code that their authenticator shows next, and their recovery codes. */
async function withSecondFactor(name: string): Promise<{ person: Person; nextCode: string; recovery: string[] }> {
	const person = await aPerson(name);
	const browser = await signedIn(person);
	const scan = await browser.submit(await browser.open('/settings/security'), 'Set up');
	const secret = /Key: <code>([A-Z2-7]+)<\/code>/.exec(scan.html)?.[1] ?? '';
	// Codes are taken half a minute early or late: this one and the next hold for a minute from now, wherever in its step now is.
	const step = Math.floor(Date.now() / 30_000);
	const codes = await browser.submit(scan, 'Turn on', { code: await totpCode(secret, step) });
	return { person, nextCode: await totpCode(secret, step + 1), recovery: /<pre[^>]*><code>([^<]+)<\/code>/.exec(codes.html)?.[1]?.split('\n') ?? [] };
}

describe('signing in', () => {
	test('gives a cookie that scripts cannot read, other sites cannot send with a form, and that ends', async () => {
		const browser = aBrowser();
		const page = await browser.open('/sign-in');
		const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
		const response = await fetchGateway('/sign-in', { method: 'POST', body: new URLSearchParams({ ...ann, csrf }), redirect: 'manual' });
		expect([response.status, response.headers.get('Set-Cookie')]).toEqual([
			303,
			expect.stringMatching(/^headgate_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=1209[56]\d\d$/),
		]);
	});

	test('says the same of an unknown email as of a wrong password', async () => {
		const [known, unknown] = [await wrong(ann), await wrong({ email: 'nobody@example.com', password: '' })];
		expect([known.status, textOf(known)]).toEqual([401, expect.stringContaining('The email or the password is wrong.')]);
		expect([unknown.status, textOf(unknown)]).toEqual([401, expect.stringContaining('The email or the password is wrong.')]);
	});

	test('ends the session that the browser had before, so that a planted cookie is worth nothing', async () => {
		const bob = await aPerson('bob');
		const browser = await signedIn(bob);
		const former = browser.cookies.get(COOKIE) ?? '';
		const form = await aBrowser().open('/sign-in');
		await browser.submit(form, 'Sign in', { ...ann });
		expect(browser.cookies.get(COOKIE)).not.toBe(former);
		const old = await fetchGateway('/settings/security', { headers: { Cookie: `${COOKIE}=${former}` }, redirect: 'manual' });
		expect([old.status, old.headers.get('Location')]).toEqual([303, '/sign-in?next=%2Fsettings%2Fsecurity']);
	});

	test('never leads to another site', async () => {
		for (const next of ['//evil.example/', '/\\evil.example', 'https://evil.example/', '/\t/evil.example']) {
			const browser = aBrowser();
			const page = await browser.submit(await browser.open(`/sign-in?next=${encodeURIComponent(next)}`), 'Sign in', { ...ann, next });
			expect([next, page.leaves, page.path]).toEqual([next, null, '/']);
		}
	});

	test('cannot be sent from a page of another site, nor without the page', async () => {
		const browser = aBrowser();
		const page = await browser.open('/sign-in');
		for (const headers of [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
			expect((await browser.submit(page, 'Sign in', { ...ann }, headers as unknown as Record<string, string>)).status).toBe(403);
		}
		expect((await browser.submit(page, 'Sign in', { ...ann, csrf: 'x.y' })).status).toBe(403);
		expect(browser.cookies.size).toBe(0);
	});

	test('out again ends the session everywhere it is held', async () => {
		const browser = await signedIn(ann);
		const cookie = browser.cookies.get(COOKIE) ?? '';
		await browser.submit(await browser.open('/settings/security'), 'Sign out');
		expect(browser.cookies.size).toBe(0);
		const response = await fetchGateway('/settings/security', { headers: { Cookie: `${COOKIE}=${cookie}` }, redirect: 'manual' });
		expect(response.status).toBe(303);
	});
});

describe('the limit on guessing', () => {
	test('does not count what succeeds: more sign-ins in a row than guesses are allowed are all let in', async () => {
		for (let round = 0; round < 20; round++) expect((await signIn(aBrowser(), ann)).status).toBe(200);
		expect(await env.DB.prepare('SELECT coalesce(sum(count), 0) AS n FROM attempts').first('n')).toBe(0);
	});

	test('lets exactly fifteen of forty parallel guesses at one email be looked at', async () => {
		const pages = await Promise.all(Array.from({ length: 40 }, () => wrong(ann)));
		const statuses = pages.map(({ status }) => status);
		expect([statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length]).toEqual([15, 25]);
		const refused = pages.find(({ status }) => status === 429);
		expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(0);
		expect((await signIn(aBrowser(), ann)).status).toBe(429);
	});

	test('holds in every stretch of its length, wherever it begins, and says when there is room again', async () => {
		const [store, limit] = [openStore(env.DB), { name: 'x', most: 3, windowMs: 15_000 }];
		await fc.assert(
			fc.asyncProperty(fc.nat(1e12), fc.array(fc.nat(8000), { minLength: 10, maxLength: 40 }), async (start, pauses) => {
				const [made, key]: [number[], string] = [[], crypto.randomUUID()];
				let now = start;
				for (const pause of pauses) {
					now += pause;
					const behind = (length: number) => made.filter((moment) => moment > now - length).length;
					const counted = await attempt(store, limit, key, now);
					expect(counted.ok ? behind(15_000) < 3 : behind(16_000) >= 3).toBe(true);
					if (counted.ok) made.push(now);
					else if (counted.reason.tag === 'too_many_attempts') now += counted.reason.retryAfterSeconds * 1000;
					if (counted.ok) continue;
					expect((await attempt(store, limit, key, now)).ok).toBe(true);
					made.push(now);
				}
			}),
			{ numRuns: 20 },
		);
	});

	test('keeps failures counted when others succeed in between', async () => {
		for (let round = 0; round < 15; round++) {
			expect((await signIn(aBrowser(), ann)).status).toBe(200);
			expect((await wrong(ann)).status).toBe(401);
		}
		expect((await signIn(aBrowser(), ann)).status).toBe(429);
	});
});

describe('a second factor', () => {
	test('is asked for before anything can be seen, and gives the browser a new cookie', async () => {
		const { person, recovery } = await withSecondFactor('carol');
		const browser = aBrowser();
		const asked = await signIn(browser, person);
		expect(asked.path).toMatch(/^\/sign-in\/second-factor/);
		const half = browser.cookies.get(COOKIE);
		for (const path of ['/settings/security', '/acme/settings/members']) expect((await browser.open(path)).path).toMatch(/^\/sign-in\/second-factor/);
		const inside = await browser.submit(asked, 'Continue', { code: recovery[0] ?? '' });
		expect([inside.path, browser.cookies.get(COOKIE) === half]).toEqual(['/', false]);
		const old = await fetchGateway('/sign-in/second-factor', { headers: { Cookie: `${COOKIE}=${half}` }, redirect: 'manual' });
		expect(old.headers.get('Location')).toMatch(/^\/sign-in\?/);
	});

	test('takes each code once, also when two browsers send it at the same moment', async () => {
		const { person, nextCode: code, recovery } = await withSecondFactor('dave');
		const ready = async (): Promise<[PlainBrowser, Awaited<ReturnType<typeof signIn>>]> => {
			const browser = aBrowser();
			return [browser, await signIn(browser, person)];
		};
		const both = await Promise.all([ready(), ready()]);
		const pages = await Promise.all(both.map(([browser, page]) => browser.submit(page, 'Continue', { code })));
		expect(pages.map(({ status }) => status).sort()).toEqual([200, 401]);
		const again = await Promise.all([ready(), ready()]);
		const used = await Promise.all(again.map(([browser, page]) => browser.submit(page, 'Continue', { code: recovery[1] ?? '' })));
		expect(used.map(({ status }) => status).sort()).toEqual([200, 401]);
	});

	test('is guessed at six times, then not for a while', async () => {
		const { person, recovery } = await withSecondFactor('erin');
		const browser = aBrowser();
		let page = await signIn(browser, person);
		for (let guess = 0; guess < 6; guess++) {
			page = await browser.submit(page, 'Continue', { code: '000000' });
			expect(page.status).toBe(401);
		}
		expect((await browser.submit(page, 'Continue', { code: recovery[0] ?? '' })).status).toBe(429);
	});

	test('is turned off with a code only', async () => {
		const { person, recovery } = await withSecondFactor('frank');
		const browser = aBrowser();
		await browser.submit(await signIn(browser, person), 'Continue', { code: recovery[0] ?? '' });
		const security = await browser.open('/settings/security');
		expect((await browser.submit(security, 'Turn off', { code: '123456' })).status).toBe(400);
		await browser.submit(security, 'Turn off', { code: recovery[1] ?? '' });
		expect((await signIn(aBrowser(), person)).path).toBe('/');
	});
});

describe('the password', () => {
	test('is changed with the present one only, and signs the person out everywhere else', async () => {
		const grace = await aPerson('grace');
		const [here, elsewhere] = [await signedIn(grace), await signedIn(grace)];
		const page = await here.open('/settings/security');
		const refused = await here.submit(page, 'Change password', { current: 'wrong password', password: 'a new password' });
		expect([refused.status, textOf(refused)]).toEqual([400, expect.stringContaining('The current password is not right.')]);
		expect((await here.submit(page, 'Change password', { current: grace.password, password: 'short' })).status).toBe(400);
		await here.submit(page, 'Change password', { current: grace.password, password: 'a new password' });
		expect([(await here.open('/settings/security')).path, (await elsewhere.open('/settings/security')).path]).toEqual([
			'/settings/security',
			'/sign-in?next=%2Fsettings%2Fsecurity',
		]);
		expect((await signIn(aBrowser(), { ...grace, password: 'a new password' })).path).toBe('/');
	});

	test('is nowhere kept as it is', async () => {
		const rows = await env.DB.prepare('SELECT * FROM users').all();
		expect(JSON.stringify(rows.results)).not.toContain('the password of');
	});
});

test('a form of one session cannot be sent by another', async () => {
	const bob = await signedIn(await aPerson('bob'));
	const page = await bob.open('/settings/security');
	const hers = await signedIn(ann);
	expect((await hers.submit(page, 'Change password', { current: ann.password, password: 'stolen password' })).status).toBe(403);
});
