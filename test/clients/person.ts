import { vi } from 'vitest';
import { signedInBrowser } from '../support/assistant.ts';
import type { Ready } from '../support/gateway-process.ts';
import { type PlainBrowser, shownValue } from '../support/plain-browser.ts';

/** The owner of the demo account, at a browser that is signed in. */
export const atBrowser = (gateway: Ready): Promise<PlainBrowser> => signedInBrowser(gateway.url, fetch, gateway);

/** Opens an address that a client printed, consents, and gives the address that the browser is sent back to. */
export async function consent(browser: PlainBrowser, authorizationUrl: URL | string): Promise<URL> {
	const { pathname, search } = new URL(authorizationUrl);
	const page = await browser.open(pathname + search);
	const back = page.leaves ?? (await browser.submit(page, 'Authorize')).leaves;
	if (back === null) throw new Error(`consent led to no client: ${page.html}`);
	return back;
}

/** The same, and then goes there: the client that listens on loopback hears of it. */
export async function consentAndReturn(browser: PlainBrowser, authorizationUrl: URL | string): Promise<void> {
	const back = await consent(browser, authorizationUrl);
	// A client may print the address a moment before it listens for the answer.
	const answer = await vi.waitFor(() => fetch(back), { timeout: 60_000 });
	await answer.text();
}

/** A client that the owner registers on the settings page, with the secret it showed once. */
export async function aStaticClient(
	browser: PlainBrowser,
	fields: Readonly<Record<string, string | readonly string[]>>,
): Promise<{ id: string; secret: string }> {
	const page = await browser.open('/demo/settings/developer/oauth_clients');
	const shown = await browser.submit(page, 'Register client', { name: 'Static', ...fields });
	return { id: shownValue(shown, 'client-id'), secret: shownValue(shown, 'client-secret') };
}

/** Status of `tools/list` with a token. */
export async function listTools(gateway: Ready, token: string): Promise<number> {
	const response = await fetch(gateway.mcp_url, {
		method: 'POST',
		headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
	});
	await response.body?.cancel();
	return response.status;
}
