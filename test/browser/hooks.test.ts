import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchChromium } from '../support/browser.ts';
import { looksRight, signIn, withPerson } from './person.ts';

const gateway = inject('gateway');
const HOOKS = '/demo/settings/hooks';
let browser: Browser;

beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(() => browser.close());

async function signedIn(page: Page): Promise<void> {
	await signIn(page, gateway);
	await page.getByRole('heading', { name: 'Your accounts' }).waitFor();
}

/** Presses Tab until something of that name is reached; fails where the keyboard does not lead there. */
async function tabTo(page: Page, name: string): Promise<void> {
	for (let pressed = 0; pressed < 60; pressed++) {
		await page.keyboard.press('Tab');
		const labelled = await page.evaluate('(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()');
		if (String(labelled).startsWith(name)) return;
	}
	throw new Error(`60 tabs do not lead to ${name}`);
}

test('an owner adds a hook with the keyboard alone, is shown its secret once, and sees how a test went', async () => {
	await withPerson(browser, gateway, async (page) => {
		await signedIn(page);
		await page.goto(HOOKS);
		await looksRight(page, 'hooks-none');
		await tabTo(page, 'Name');
		await page.keyboard.type('Ops of Acme');
		await tabTo(page, 'Kind');
		await tabTo(page, 'Where to');
		await page.keyboard.type('https://hooks.invalid/headgate?key=hidden');
		await tabTo(page, 'cluster.error');
		await page.keyboard.press('Space');
		await tabTo(page, 'Add hook');
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name: 'Copy the signing secret' }).waitFor();
		await looksRight(page, 'hook-secret');
		expect(await page.getByLabel('Signing secret').inputValue()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
		await page.getByRole('link', { name: 'Go to the hook' }).click();
		await page.getByRole('button', { name: 'Send a test' }).click();
		// The page is a plain one: it shows the delivery once it is loaded again.
		await expect
			.poll(
				async () => {
					await page.reload();
					return page.locator('main').textContent();
				},
				{ timeout: 60_000, interval: 500 },
			)
			.toContain('the receiver could not be reached');
		await looksRight(page, 'hook');
		await page.goto(HOOKS);
		await page.getByRole('link', { name: 'Ops of Acme' }).waitFor();
		expect(await page.content()).not.toContain('key=hidden');
		await looksRight(page, 'hooks');
		await page.getByRole('link', { name: 'Ops of Acme' }).click();
		await page.getByRole('button', { name: 'Remove' }).click();
		await page.getByRole('link', { name: 'Ops of Acme' }).waitFor({ state: 'detached' });
	});
});

test('what is wrong with a hook is told above its form, which keeps what was typed', async () => {
	await withPerson(browser, gateway, async (page) => {
		await signedIn(page);
		await page.goto(HOOKS);
		await page.getByLabel('Name').fill('Team');
		await page.getByLabel('Kind').selectOption('Slack');
		await page.getByLabel('Where to').fill('https://hooks.slack.com/none');
		await page.getByRole('button', { name: 'Add hook' }).click();
		expect(await page.getByRole('alert').textContent()).toContain('no address of a Slack incoming webhook');
		expect([await page.getByLabel('Name').inputValue(), await page.getByLabel('Where to').inputValue()]).toEqual(['Team', '']);
		await looksRight(page, 'hook-wrong');
	});
});
