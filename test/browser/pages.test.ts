import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchChromium } from '../support/browser.ts';
import { headgate } from '../support/gateway-process.ts';
import { looksRight, signIn, withPerson } from './person.ts';

const gateway = inject('gateway');
const admin = ['--url', gateway.url, '--admin-token', gateway.admin_token];
const MEMBERS = '/demo/settings/members';
let browser: Browser;

beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(() => browser.close());

async function signedIn(page: Page): Promise<void> {
	await signIn(page, gateway);
	await page.getByRole('heading', { name: 'Your accounts' }).waitFor();
}

/** A member nobody else touches, and their row of the list, opened. */
async function aMember(email: string): Promise<void> {
	await headgate(['user', 'create', email, '--account', 'demo', '--role', 'viewer', ...admin]);
}
async function openedRow(page: Page, email: string) {
	await page.goto(MEMBERS);
	const row = page.getByRole('row').filter({ hasText: email });
	await row.getByText('Change').click();
	return row;
}

test('“Sign out there” ends that session at once and leaves this one', async () => {
	const email = 'two-places@example.com';
	await aMember(email);
	let link = '';
	await withPerson(browser, gateway, async (page) => {
		await signedIn(page);
		await (await openedRow(page, email)).getByRole('button', { name: 'Make password link' }).click();
		link = await page.getByLabel('Link').inputValue();
	});
	await withPerson(browser, gateway, async (there) => {
		await there.goto(link);
		await looksRight(there, 'new-password');
		await there.getByLabel('New password').fill('a long password');
		await there.getByRole('button', { name: 'Change password' }).click();
		await there.getByRole('heading', { name: 'Your accounts' }).waitFor();
		await withPerson(browser, gateway, async (here) => {
			await signIn(here, { ...gateway, email, password: 'a long password' });
			await here.getByRole('heading', { name: 'Your accounts' }).waitFor();
			await here.goto('/settings/security');
			const others = here.getByRole('button', { name: 'Sign out there' });
			expect(await others.count()).toBe(1);
			await others.click();
			await here.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
			expect(await others.count()).toBe(0);
			await there.goto('/settings/security');
			expect([new URL(there.url()).pathname, new URL(here.url()).pathname]).toEqual(['/sign-in', '/settings/security']);
		});
	});
});

test('the page with a link for a new password can be read by everybody, and the link is taken once', async () => {
	const email = 'forgetful@example.com';
	await aMember(email);
	await withPerson(browser, gateway, async (page) => {
		await signedIn(page);
		await (await openedRow(page, email)).getByRole('button', { name: 'Make password link' }).click();
		await looksRight(page, 'password-link');
		expect(await page.getByLabel('Link').inputValue()).toMatch(new RegExp(`^${gateway.url}/links/[A-Za-z0-9_-]{43}$`));
	});
});

test('what is not there, and what cannot be done, is told on pages that everybody can read', async () => {
	const email = 'gone@example.com';
	await aMember(email);
	await withPerson(browser, gateway, async (page, context) => {
		expect((await page.goto('/no/such/page'))?.status()).toBe(404);
		await page.getByRole('heading', { name: 'Not found' }).waitFor();
		await looksRight(page, 'not-found');
		await signedIn(page);
		// Two windows on the same list: what the first removes the second can only be told about.
		const row = await openedRow(page, email);
		const other = await context.newPage();
		await (await openedRow(other, email)).getByRole('button', { name: `Remove ${email}` }).click();
		await other.getByRole('row').filter({ hasText: email }).waitFor({ state: 'detached' });
		await row.getByRole('button', { name: 'Make password link' }).click();
		await page.getByRole('heading', { name: 'This cannot be done' }).waitFor();
		await looksRight(page, 'cannot-be-done');
	});
});

test('a set-up that is over says so', async () => {
	await withPerson(browser, gateway, async (page) => {
		expect((await page.goto('/setup'))?.status()).toBe(404);
		await page.getByRole('heading', { name: 'Already set up' }).waitFor();
		await looksRight(page, 'already-set-up');
	});
});
