import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Person, signIn } from '../../support/assistant.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { aToken, ORIGIN } from '../../support/gateway.ts';
import { type PlainBrowser, shownValue, textOf } from '../../support/plain-browser.ts';
import { aBrowser, aPerson, listTools, provision, signedIn } from './people.ts';

let ann: Person;
let owner: PlainBrowser;

beforeAll(async () => {
	await freshGateway();
	ann = await aPerson('ann');
	owner = await signedIn(ann);
});

const MEMBERS = '/acme/settings/members';
const idOf = async (email: string) => String(await env.DB.prepare('SELECT id FROM users WHERE email = ?').bind(email).first('id'));
const roleOf = (email: string) =>
	env.DB.prepare("SELECT role FROM members JOIN users ON users.id = user_id JOIN accounts ON accounts.id = account_id WHERE email = ? AND slug = 'acme'")
		.bind(email)
		.first('role');

async function invitation(email: string, role = 'viewer'): Promise<string> {
	const page = await owner.submit(await owner.open(MEMBERS), 'Make invitation link', { email, role });
	return shownValue(page, 'link').slice(ORIGIN.length);
}

/** Sends a form of the members page as if its button stood there. */
async function send(browser: PlainBrowser, path: string, fields: Record<string, string> = {}) {
	const page = await browser.open('/settings/security');
	const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
	return browser.submit({ ...page, html: `<form action="${path}"><button>Go</button></form>` }, 'Go', { csrf, ...fields });
}

describe('an invitation', () => {
	test('lets a new person choose a password and join with the role it names, once', async () => {
		const link = await invitation('new@example.com', 'editor');
		const browser = aBrowser();
		expect(textOf(await browser.open(link))).toContain('new@example.com is invited to the Headgate account acme as editor');
		expect((await browser.submit(await browser.open(link), 'Join', { password: 'a long password' })).path).toBe('/');
		expect(await roleOf('new@example.com')).toBe('editor');
		expect((await aBrowser().open(link)).status).toBe(404);
	});

	test('used by eight at once lets one in', async () => {
		const link = await invitation('raced@example.com');
		const pages = await Promise.all(
			Array.from({ length: 8 }, async (_, index) => {
				const browser = aBrowser();
				return browser.submit(await browser.open(link), 'Join', { password: `password number ${index}` });
			}),
		);
		expect(pages.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 404)]);
	});

	test('for somebody who has a sign-in here never sets a password: whoever holds the link is not that person', async () => {
		const bob = await aPerson('bob', { account: 'other' });
		const link = await invitation(bob.email);
		const stranger = aBrowser();
		const page = await stranger.open(link);
		expect([textOf(page).includes('There is a sign-in for that address already'), page.html.includes('name="password"')]).toEqual([true, false]);
		const csrf = /name="csrf" value="([^"]+)"/.exec((await stranger.open('/sign-in')).html)?.[1] ?? '';
		const forged = { ...page, html: `<form><button>Join</button></form>` };
		expect((await stranger.submit(forged, 'Join', { csrf, password: 'taken over now' })).status).toBe(404);
		expect((await signIn(aBrowser(), bob)).path).toBe('/');
		expect(await roleOf(bob.email)).toBeNull();
	});

	test('is taken by that person once signed in, and by nobody else', async () => {
		const carl = await aPerson('carl', { account: 'other' });
		const link = await invitation(carl.email, 'editor');
		const dora = await signedIn(await aPerson('dora', { account: 'other' }));
		expect((await dora.open(link)).html).not.toContain('Join</button>');
		const browser = await signedIn(carl);
		await browser.submit(await browser.open(link), 'Join');
		expect(await roleOf(carl.email)).toBe('editor');
	});

	test('for a user without a password who belongs elsewhere is not to be taken over either', async () => {
		await provision('users', { email: 'keys@example.com', account: 'other', role: 'owner' });
		const link = await invitation('keys@example.com');
		expect((await aBrowser().open(link)).html).not.toContain('name="password"');
	});

	test('can be withdrawn, and expires', async () => {
		const link = await invitation('late@example.com');
		await owner.submit(await owner.open(MEMBERS), 'Withdraw the invitation of late@example.com');
		expect((await aBrowser().open(link)).status).toBe(404);
		const old = await invitation('older@example.com');
		await env.DB.prepare("UPDATE one_time_links SET expires_at = 1 WHERE email = 'older@example.com'").run();
		expect((await aBrowser().open(old)).status).toBe(404);
	});

	test('for a member is refused, so that none is demoted by one', async () => {
		const page = await owner.submit(await owner.open(MEMBERS), 'Make invitation link', { email: ann.email, role: 'viewer' });
		expect([page.status, textOf(page)]).toEqual([409, expect.stringContaining('is a member of acme already')]);
	});
});

describe('a new password by link', () => {
	async function resetLink(email: string) {
		const page = await send(owner, `${MEMBERS}/${await idOf(email)}/reset`);
		return page.status === 200 ? shownValue(page, 'link').slice(ORIGIN.length) : page.status;
	}

	test('is chosen once, and signs the person out everywhere', async () => {
		const gina = await aPerson('gina', { role: 'viewer' });
		const before = await signedIn(gina);
		const link = (await resetLink(gina.email)) as string;
		const pages = await Promise.all(
			Array.from({ length: 5 }, async (_, index) => {
				const browser = aBrowser();
				return browser.submit(await browser.open(link), 'Change password', { password: `chosen number ${index}` });
			}),
		);
		expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
		expect((await before.open('/settings/security')).path).toMatch(/^\/sign-in/);
		expect((await signIn(aBrowser(), gina)).status).toBe(401);
	});

	test('is not for somebody who belongs to another account too, not even if they joined it after the link was made', async () => {
		const hugo = await aPerson('hugo', { role: 'viewer' });
		const link = (await resetLink(hugo.email)) as string;
		await provision('users', { email: hugo.email, account: 'other', role: 'viewer' });
		expect(await resetLink(hugo.email)).toBe(403);
		const browser = aBrowser();
		expect((await browser.submit(await browser.open(link), 'Change password', { password: 'taken over now' })).status).toBe(404);
		expect((await signIn(aBrowser(), hugo)).path).toBe('/');
	});
});

describe('members', () => {
	test('cannot all stop being owners, even when two demote each other at the same moment', async () => {
		await provision('accounts', { slug: 'duo' });
		const [one, two] = [await aPerson('one', { account: 'duo' }), await aPerson('two', { account: 'duo' })];
		const [first, second] = [await signedIn(one), await signedIn(two)];
		const demote = async (browser: PlainBrowser, email: string) => send(browser, `/duo/settings/members/${await idOf(email)}/role`, { role: 'viewer' });
		await Promise.all([demote(first, two.email), demote(second, one.email)]);
		const owners = await env.DB.prepare(
			"SELECT count(*) AS n FROM members JOIN accounts ON accounts.id = account_id WHERE slug = 'duo' AND role = 'owner'",
		).first('n');
		expect(owners).toBe(1);
	});

	test('the last owner can neither be demoted nor removed', async () => {
		await provision('accounts', { slug: 'solo' });
		const solo = await aPerson('solo', { account: 'solo' });
		const browser = await signedIn(solo);
		const id = await idOf(solo.email);
		for (const [path, fields] of [
			[`/solo/settings/members/${id}/role`, { role: 'editor' }],
			[`/solo/settings/members/${id}/remove`, {}],
		] as const) {
			const page = await send(browser, path, fields);
			expect([page.status, textOf(page)]).toEqual([409, expect.stringContaining('without an owner')]);
		}
	});

	test('who are no owners change nothing of others', async () => {
		const viewer = await signedIn(await aPerson('vera', { role: 'viewer' }));
		const id = await idOf(ann.email);
		for (const path of [
			`${MEMBERS}`,
			`${MEMBERS}/${id}/role`,
			`${MEMBERS}/${id}/remove`,
			`${MEMBERS}/${id}/reset`,
			'/acme/settings/gateway',
			'/acme/settings/developer/oauth_clients',
		]) {
			const page = await send(viewer, path, { email: 'x@example.com', role: 'viewer', name: 'x', scope: 'read', automation: '1' });
			expect([path, [400, 403].includes(page.status)]).toEqual([path, true]);
		}
		expect(await roleOf(ann.email)).toBe('owner');
	});

	test('of another account see of this one what they would see of none', async () => {
		const outsider = await signedIn(await aPerson('otto', { account: 'other' }));
		const [foreign, missing] = [await outsider.open(MEMBERS), await outsider.open('/nobody/settings/members')];
		expect([foreign.status, textOf(foreign).replace('acme', 'nobody')]).toEqual([missing.status, textOf(missing)]);
	});

	test('once demoted can do less at the very next call, and once removed nothing', async () => {
		await provision('users', { email: 'ivan@example.com', account: 'acme', role: 'owner' });
		const token = await aToken('acme', { role: 'editor' });
		const email = String(await env.DB.prepare('SELECT email FROM users ORDER BY id DESC LIMIT 1').first('email'));
		const tools = async () => ((await (await listTools(token)).json()) as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);
		expect(await tools()).toContain('run_package');
		await send(owner, `${MEMBERS}/${await idOf(email)}/role`, { role: 'viewer' });
		expect(await tools()).not.toContain('run_package');
		await send(owner, `${MEMBERS}/${await idOf(email)}/remove`);
		expect((await listTools(token)).status).toBe(403);
	});
});
