import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { launchChromium } from '../support/browser.ts';
import { headgate } from '../support/gateway-process.ts';
import { looksRight, signIn, withPerson } from './person.ts';

const gateway = inject('gateway');
let browser: Browser;

beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(() => browser.close());

/** A client as assistants are: it registers, opens the browser, and waits on loopback for the answer. */
async function aClient(name: string, resource: string | null = gateway.mcp_url) {
	const answers: URL[] = [];
	const server = createServer((request, response) => {
		answers.push(new URL(request.url ?? '/', 'http://localhost'));
		response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Back at the client</title>Back at the client');
	}).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
	const registration = await fetch(`${gateway.url}/oauth/register`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ client_name: name, redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' }),
	});
	const { client_id: clientId } = (await registration.json()) as { client_id: string };
	const verifier = randomBytes(32).toString('base64url');
	const state = randomBytes(8).toString('hex');
	const query = new URLSearchParams({
		response_type: 'code',
		client_id: clientId,
		redirect_uri: redirectUri,
		code_challenge: createHash('sha256').update(verifier).digest('base64url'),
		code_challenge_method: 'S256',
		state,
		scope: 'read write run',
		...(resource === null ? {} : { resource }),
	});
	return {
		url: `/oauth/authorize?${query}`,
		state,
		/** What came back in the browser, without favicons. */
		answer: () => answers.find(({ pathname }) => pathname === '/callback')?.searchParams,
		async token(): Promise<{ access_token: string; refresh_token: string; scope: string }> {
			const code = this.answer()?.get('code') ?? '';
			const body = new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: verifier, client_id: clientId, redirect_uri: redirectUri });
			const response = await fetch(`${gateway.url}/oauth/token`, { method: 'POST', body });
			expect(response.status).toBe(200);
			return response.json() as never;
		},
		close: () => server.close(),
	};
}

const callTools = (token: string) =>
	fetch(gateway.mcp_url, {
		method: 'POST',
		headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_workspaces', arguments: {} } }),
	});

async function atConsent(page: Page, url: string): Promise<void> {
	await page.goto(url);
	await page.getByLabel('Email').fill(gateway.email);
	await page.getByLabel('Password').fill(gateway.password);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await page.getByRole('heading', { name: 'Authorize access' }).waitFor();
}

describe('an assistant that connects with nothing but the address', () => {
	test('is authorized in the browser, calls, is revoked, and is refused at once', async () => {
		const client = await aClient('Claude Code');
		await withPerson(browser, gateway, async (page) => {
			await page.goto(client.url);
			await looksRight(page, 'sign-in');
			await atConsent(page, client.url);
			await expect(page.getByText('“Claude Code”').textContent()).resolves.toBe('“Claude Code”');
			await looksRight(page, 'consent');
			await page.getByRole('button', { name: 'Authorize', exact: true }).click();
			await page.getByText('Back at the client').waitFor();
			expect(client.answer()?.get('state')).toBe(client.state);
			expect(client.answer()?.get('iss')).toBe(gateway.url);
			const { access_token, scope } = await client.token();
			expect(scope).toBe('read write run');
			expect((await callTools(access_token)).status).toBe(200);

			await page.goto(`/demo/settings/developer/connected_applications`);
			await looksRight(page, 'connected-applications');
			await page.getByRole('button', { name: 'Revoke Claude Code' }).click();
			await page.getByRole('row').filter({ hasText: 'Claude Code' }).filter({ hasText: 'Revoked by' }).waitFor();
			const refused = await callTools(access_token);
			expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
		});
		client.close();
	});

	test('gets only what the person leaves ticked, and read only is one click', async () => {
		const [narrow, readOnly] = [await aClient('Narrow'), await aClient('Read only')];
		await withPerson(browser, gateway, async (page) => {
			await atConsent(page, narrow.url);
			await page.getByRole('checkbox', { name: /^write/ }).uncheck();
			await page.getByRole('button', { name: 'Authorize', exact: true }).click();
			await page.getByText('Back at the client').waitFor();
			expect((await narrow.token()).scope).toBe('read run');
			await page.goto(readOnly.url);
			await page.getByRole('button', { name: 'Authorize read only' }).click();
			await page.getByText('Back at the client').waitFor();
			expect((await readOnly.token()).scope).toBe('read');
		});
		narrow.close();
		readOnly.close();
	});

	test('that is denied hears so, with its state', async () => {
		const client = await aClient('Nosy');
		await withPerson(browser, gateway, async (page) => {
			await atConsent(page, client.url);
			await page.getByRole('button', { name: 'Deny' }).click();
			await page.getByText('Back at the client').waitFor();
		});
		expect([client.answer()?.get('error'), client.answer()?.get('state'), client.answer()?.get('code')]).toEqual(['access_denied', client.state, null]);
		client.close();
	});

	test('that names no account lets the person pick one of theirs', async () => {
		const admin = ['--url', gateway.url, '--admin-token', gateway.admin_token];
		await headgate(['account', 'create', 'second', ...admin]);
		await headgate(['user', 'create', gateway.email, '--account', 'second', '--role', 'viewer', ...admin]);
		const client = await aClient('Picker', null);
		await withPerson(browser, gateway, async (page) => {
			await signIn(page, gateway);
			await page.goto(client.url);
			await page.getByRole('heading', { name: 'Choose an account' }).waitFor();
			await looksRight(page, 'account-picker');
			await page.getByRole('radio', { name: /second/ }).check();
			await page.getByRole('button', { name: 'Continue' }).click();
			await page.getByRole('heading', { name: 'Authorize access' }).waitFor();
			// A viewer can give away no more than reading.
			expect(await page.getByRole('checkbox').count()).toBe(1);
			await page.getByRole('button', { name: 'Authorize', exact: true }).click();
			await page.getByText('Back at the client').waitFor();
			expect((await client.token()).scope).toBe('read');
		});
		client.close();
	});

	test('with a stale id gets a page that says to remove and add it again, and the browser goes nowhere', async () => {
		await withPerson(browser, gateway, async (page) => {
			await page.goto('/oauth/authorize?response_type=code&client_id=hgc_gone&redirect_uri=https%3A%2F%2Fevil.example%2F');
			await page.getByRole('heading', { name: 'Remove and add again' }).waitFor();
			await looksRight(page, 'stale-client');
			expect(new URL(page.url()).origin).toBe(gateway.url);
		});
	});
});
