import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway } from '../../src/cli/embedded/gateway.ts';
import { loadSecrets } from '../../src/cli/embedded/secrets.ts';
import { launchChromium } from '../support/browser.ts';
import { withFolder } from '../support/gateway-process.ts';
import { looksRight, withPerson } from './person.ts';

let browser: Awaited<ReturnType<typeof launchChromium>>;

beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(() => browser.close());

test('a fresh deployment leads its first person from the home page to their own account', () =>
	withFolder(async (folder) => {
		process.env['HEADGATE_SETUP_SECRET'] = 'printed by the deployment';
		const state = join(folder, 'state');
		await mkdir(state);
		const gateway = await startGateway({ state, host: '127.0.0.1', port: 0, secrets: await loadSecrets(state), log: () => {} });
		try {
			await withPerson(browser, gateway, async (page) => {
				await page.goto('/');
				await looksRight(page, 'home-fresh');
				await page.getByRole('link', { name: 'Set up this deployment' }).click();
				await looksRight(page, 'setup');
				await page.getByLabel('Set-up secret').fill('not that one');
				await page.getByLabel('Account').fill('acme');
				await page.getByLabel('Your email').fill('first@example.com');
				await page.getByLabel('Password').fill('a long password');
				await page.getByRole('button', { name: 'Create account' }).click();
				await page.getByRole('alert').waitFor();
				await looksRight(page, 'setup-wrong');
				// What was typed and is no secret is still there.
				await page.getByLabel('Set-up secret').fill('printed by the deployment');
				await page.getByLabel('Password').fill('a long password');
				await page.getByRole('button', { name: 'Create account' }).click();
				await page.getByRole('heading', { name: 'Connected Applications' }).waitFor();
				await page.getByText('Nothing is connected yet.').waitFor();
				await page.getByRole('button', { name: 'Sign out' }).click();
				await page.goto('/');
				await looksRight(page, 'home');
				expect(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe('/sign-in');
			});
		} finally {
			await gateway.stop();
		}
	}));
