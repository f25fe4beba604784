import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { totpCode } from '../../src/auth/totp.ts';
import { launchChromium } from '../support/browser.ts';
import { headgate } from '../support/gateway-process.ts';
import { aPerson, looksRight, signIn, withPerson } from './person.ts';

const gateway = inject('gateway');
let browser: Browser;

beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(() => browser.close());

const APPLICATIONS = '/demo/settings/developer/connected_applications';
const admin = ['--url', gateway.url, '--admin-token', gateway.admin_token];

async function signedIn(page: Page): Promise<void> {
	await signIn(page, gateway);
	await page.getByRole('heading', { name: 'Your accounts' }).waitFor();
}

describe('Connected Applications', () => {
	test('makes a token that is shown once, ready to paste, and works; renamed and revoked it is gone', async () => {
		await withPerson(browser, gateway, async (page) => {
			await signedIn(page);
			await page.goto(APPLICATIONS);
			await page.getByRole('link', { name: '+ Create new connection' }).click();
			await page.getByRole('link', { name: 'choose its tools' }).click();
			await looksRight(page, 'new-connection-tools');
			await page.goto(`${APPLICATIONS}/new`);
			await looksRight(page, 'new-connection');
			await page.getByLabel('Name').fill('Laptop');
			await page.getByRole('checkbox', { name: /^run/ }).uncheck();
			await page.getByLabel('Expires').selectOption('30');
			await page.getByRole('button', { name: 'Create token' }).click();
			await looksRight(page, 'token-once');
			const token = await page.getByLabel('Token').inputValue();
			expect(token).toMatch(/^mcp_[A-Za-z0-9_-]{43}$/);
			const pasted = await page.locator('#snippet-claude-code').textContent();
			expect(pasted).toContain(`claude mcp add --transport http headgate ${gateway.mcp_url}`);
			const listed = await fetch(gateway.mcp_url, {
				method: 'POST',
				headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
				body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
			});
			const names = ((await listed.json()) as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);
			expect([names.includes('create_package'), names.includes('run_package')]).toEqual([true, false]);

			await page.goto(APPLICATIONS);
			expect(await page.content()).not.toContain(token);
			const row = page.getByRole('row').filter({ hasText: 'Laptop' });
			await row.getByText('Rename').first().click();
			await row.getByLabel('New name').fill('Old laptop');
			await row.getByRole('button', { name: 'Rename' }).click();
			await page.getByRole('button', { name: 'Revoke Old laptop' }).click();
			await page.getByRole('row').filter({ hasText: 'Old laptop' }).filter({ hasText: 'Revoked by' }).waitFor();
		});
	});

	test('registers a client with a secret that is shown once', async () => {
		await withPerson(browser, gateway, async (page) => {
			await signedIn(page);
			await page.goto('/demo/settings/developer/oauth_clients');
			await looksRight(page, 'oauth-clients');
			await page.getByLabel('Name').fill('Nightly');
			await page.getByLabel('Automation').check();
			await page.getByRole('button', { name: 'Register client' }).click();
			await looksRight(page, 'client-secret');
			const body = new URLSearchParams({
				grant_type: 'client_credentials',
				client_id: await page.getByLabel('Client id').inputValue(),
				client_secret: await page.getByLabel('Client secret').inputValue(),
			});
			const answer = await fetch(`${gateway.url}/oauth/token`, { method: 'POST', body });
			expect(await answer.json()).toMatchObject({ token_type: 'Bearer', scope: 'read write run' });
		});
	});
});

describe('without JavaScript', () => {
	test('sign-in, tokens and signing out work, and passkeys and copy buttons stay hidden', async () => {
		const { context, page } = await aPerson(browser, gateway, { javaScriptEnabled: false });
		await signIn(page, gateway);
		await page.goto(`${APPLICATIONS}/new`);
		await page.getByLabel('Name').fill('No script');
		await page.getByRole('button', { name: 'Create token' }).click();
		expect(await page.getByLabel('Token').inputValue()).toMatch(/^mcp_/);
		expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0);
		await page.getByRole('button', { name: 'Sign out' }).click();
		await page.goto(APPLICATIONS);
		expect(new URL(page.url()).pathname).toBe('/sign-in');
		await context.close();
	});
});

/** Somebody whose browser has an authenticator, at the security page where they have just added a passkey of it. */
function withPasskey(work: Parameters<typeof withPerson>[2]): Promise<void> {
	// A passkey is bound to a name; an address such as 127.0.0.1 is none.
	return withPerson(browser, { url: gateway.url.replace('127.0.0.1', 'localhost') }, async (page, context) => {
		const session = await context.newCDPSession(page);
		await session.send('WebAuthn.enable');
		const options = {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		} as const;
		await session.send('WebAuthn.addVirtualAuthenticator', { options });
		await signedIn(page);
		await page.goto('/settings/security');
		await page.getByRole('button', { name: 'Add a passkey' }).click();
		await page.getByText('This device, since').first().waitFor();
		await work(page, context);
	});
}

describe('signing in', () => {
	test('with a wrong password says so and nothing more', async () => {
		await withPerson(browser, gateway, async (page) => {
			await signIn(page, gateway, 'wrong password');
			expect(await page.getByRole('alert').textContent()).toBe('The email or the password is wrong.');
			await looksRight(page, 'sign-in-wrong');
		});
	});

	test('never leads to another site', async () => {
		await withPerson(browser, gateway, async (page) => {
			await page.goto(`/sign-in?next=${encodeURIComponent('//evil.example/')}`);
			await page.getByLabel('Email').fill(gateway.email);
			await page.getByLabel('Password').fill(gateway.password);
			await page.getByRole('button', { name: 'Sign in', exact: true }).click();
			await page.getByRole('heading', { name: 'Your accounts' }).waitFor();
			await looksRight(page, 'accounts');
			expect(new URL(page.url()).origin).toBe(gateway.url);
		});
	});

	test('works with a passkey that was added before', async () => {
		await withPasskey(async (page) => {
			await page.getByRole('button', { name: 'Sign out', exact: true }).click();
			await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
			await page.getByRole('heading', { name: 'Your accounts' }).waitFor();
		});
	});
});

describe('a member', () => {
	test('joins by an invitation, sets up a second factor, and is asked for it at the next sign-in', async () => {
		let link = '';
		await withPerson(browser, gateway, async (page) => {
			await signedIn(page);
			await page.goto('/demo/settings/members');
			await page.getByLabel('Email').fill('ann@example.com');
			await page.getByRole('combobox', { name: 'Role', exact: true }).selectOption('viewer');
			await page.getByRole('button', { name: 'Make invitation link' }).click();
			await looksRight(page, 'invitation-link');
			link = await page.getByLabel('Link').inputValue();
			await page.goto('/demo/settings/members');
			await looksRight(page, 'members');
		});
		await withPerson(browser, gateway, async (page) => {
			await page.goto(link);
			await looksRight(page, 'join');
			await page.getByLabel('New password').fill('a long password');
			await page.getByRole('button', { name: 'Join' }).click();
			await page.getByRole('heading', { name: 'Your accounts' }).waitFor();
			await page.goto('/settings/security');
			await looksRight(page, 'security');
			await page.getByRole('button', { name: 'Set up' }).click();
			await looksRight(page, 'second-factor-scan');
			const secret = (await page.locator('main code').textContent()) ?? '';
			const step = Math.floor(Date.now() / 30_000);
			await page.getByLabel('Code').fill(await totpCode(secret, step));
			await page.getByRole('button', { name: 'Turn on' }).click();
			await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
			await looksRight(page, 'recovery-codes');
			const [recovery = ''] = ((await page.locator('#codes').textContent()) ?? '').trim().split('\n');
			await page.getByRole('button', { name: 'Sign out', exact: true }).click();
			await signIn(page, { ...gateway, email: 'ann@example.com', password: 'a long password' });
			await page.getByRole('heading', { name: 'Second factor' }).waitFor();
			await looksRight(page, 'second-factor');
			await page.goto('/demo/settings/members');
			expect(new URL(page.url()).pathname).toBe('/sign-in/second-factor');
			await page.getByLabel('Code').fill(recovery);
			await page.getByRole('button', { name: 'Continue' }).click();
			await page.getByText('ann@example.com').first().waitFor();
		});
		await withPerson(browser, gateway, async (page) => {
			await page.goto(link);
			await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
			await looksRight(page, 'link-gone');
		});
	});
});

test('an account whose gateway is switched off answers 403 that says so, and so does its discovery', async () => {
	await headgate(['account', 'create', 'quiet', ...admin]);
	await headgate(['user', 'create', gateway.email, '--account', 'quiet', '--role', 'owner', ...admin]);
	const { stdout: token } = await headgate(['token', 'create', '--account', 'quiet', '--user', gateway.email, '--name', 'x', '--scopes', 'read', ...admin]);
	const call = () =>
		fetch(`${gateway.url}/quiet/api/mcp`, {
			method: 'POST',
			headers: { Authorization: `Bearer ${token.trim()}`, 'Content-Type': 'application/json' },
			body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
		});
	const discover = () => fetch(`${gateway.url}/.well-known/oauth-protected-resource/quiet/api/mcp`);
	expect([(await call()).status, (await discover()).status]).toEqual([200, 200]);
	await withPerson(browser, gateway, async (page) => {
		await signedIn(page);
		await page.goto('/quiet/settings/members');
		await page.getByRole('button', { name: 'Switch the gateway off' }).click();
		await page.getByRole('button', { name: 'Switch the gateway on' }).waitFor();
	});
	const [refused, hidden] = [await call(), await discover()];
	expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('switched off')]);
	expect([hidden.status, await hidden.text()]).toEqual([403, expect.stringContaining('switched off')]);
});

test('Connections are added, tried, changed and removed by an owner', async () => {
	await withPerson(browser, gateway, async (page) => {
		await signedIn(page);
		await page.goto('/demo/settings/connections');
		await looksRight(page, 'connections');
		await page.getByRole('link', { name: 'REST API' }).click();
		await looksRight(page, 'add-connection');
		await page.getByLabel('Name', { exact: true }).fill('Ourselves');
		await page.getByLabel('Base URL').fill('http://169.254.169.254/latest');
		await page.getByLabel('Auth', { exact: true }).selectOption('bearer');
		await page.getByLabel('Token', { exact: true }).fill('canary-4711');
		await page.getByText('More settings').click();
		await page.getByLabel('Max attempts').fill('1');
		await page.getByRole('button', { name: 'Add connection' }).click();
		await page.getByRole('alert').waitFor();
		await looksRight(page, 'add-connection-refused');
		await page.getByLabel('Base URL').fill('https://api.example.invalid/v2');
		await page.getByLabel('Token', { exact: true }).fill('canary-4711');
		await page.getByRole('button', { name: 'Add connection' }).click();
		await page.getByRole('heading', { name: 'Ourselves' }).waitFor();
		expect(await page.content()).not.toContain('canary-4711');
		await looksRight(page, 'connection');
		await page.getByLabel('Name', { exact: true }).fill('Orders API');
		await page.getByRole('button', { name: 'Save connection' }).click();
		await page.getByRole('heading', { name: 'Orders API' }).waitFor();
		await page.getByRole('link', { name: 'Back to connections' }).click();
		await page.getByRole('link', { name: 'Orders API' }).click();
		await page.getByRole('button', { name: 'Remove connection' }).click();
		await page.getByRole('heading', { name: 'Connections', exact: true }).waitFor();
		expect(await page.getByRole('link', { name: 'Orders API' }).count()).toBe(0);
	});
});
