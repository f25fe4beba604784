import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { assistantOf, authorized } from '../../support/assistant.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { ORIGIN } from '../../support/gateway.ts';
import { type PlainBrowser, textOf } from '../../support/plain-browser.ts';
import { aPerson, listTools, RESOURCE, send, signedIn, type Tokens } from './people.ts';

let browser: PlainBrowser;

beforeAll(async () => {
	await freshGateway();
	browser = await signedIn(await aPerson('ann'));
});
afterEach(() => vi.restoreAllMocks());

const DOCUMENT = 'https://claude.ai/oauth/claude-code-client-metadata';
const aDocument = (over: object = {}) => ({
	client_id: DOCUMENT,
	client_name: 'Claude Code',
	redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
	...over,
});

/** The network outside, which is the only thing that is not real here. */
function theInternet(answer: (url: string) => Response | Promise<Response>) {
	return vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => answer(String(input)));
}

const client = (id = DOCUMENT, redirectUri = 'http://localhost:53121/callback') => assistantOf(ORIGIN, send, RESOURCE, { id, secret: null }, redirectUri);

describe('a client whose id is the URL of its metadata document', () => {
	test('is known without registering, from any port of loopback, and its grant shows where it is described', async () => {
		theInternet(() => Response.json(aDocument()));
		const page = await browser.open(client().authorizeUrl());
		expect(textOf(page)).toContain(`This client is described at ${DOCUMENT}`);
		const tokens = (await (await client().redeem(await browser.submit(page, 'Authorize'))).json()) as Tokens;
		expect((await listTools(tokens.access_token)).status).toBe(200);
		expect(textOf(await browser.open('/acme/settings/developer/connected_applications'))).toContain(DOCUMENT);
	});

	test('is fetched once for as long as the document says, then again', async () => {
		const id = 'https://app.example.com/cached.json';
		const network = theInternet(() => Response.json(aDocument({ client_id: id, client_name: 'First' }), { headers: { 'Cache-Control': 'max-age=600' } }));
		await browser.open(client(id).authorizeUrl());
		await browser.open(client(id).authorizeUrl());
		expect(network).toHaveBeenCalledTimes(1);
		await env.DB.prepare('UPDATE oauth_clients SET fresh_until = 1 WHERE id = ?').bind(id).run();
		network.mockImplementation(async () => Response.json(aDocument({ client_id: id, client_name: 'Renamed' })));
		expect(textOf(await browser.open(client(id).authorizeUrl()))).toContain('“Renamed”');
	});

	test('replaces its former grant when it is authorized again', async () => {
		theInternet(() => Response.json(aDocument()));
		await client().redeem(await authorized(browser, client()));
		await client().redeem(await authorized(browser, client()));
		expect(await env.DB.prepare('SELECT count(*) AS n FROM grants WHERE client_id = ? AND revoked_at IS NULL').bind(DOCUMENT).first('n')).toBe(1);
	});

	test.each([
		['a redirect', () => new Response(null, { status: 302, headers: { Location: 'http://169.254.169.254/' } }), 'redirects are not followed'],
		['an error', () => new Response('no', { status: 500 }), 'answered 500'],
		['no JSON', () => new Response('<html>'), 'is not JSON'],
		['another client id', () => Response.json(aDocument({ client_id: 'https://other.example.com/c.json' })), 'is a different one'],
		['a shared secret', () => Response.json(aDocument({ client_id: 'https://bad.example.com/c.json', client_secret: 'x' })), 'cannot have'],
		['more than it may', () => new Response(' '.repeat(20_000)), 'is larger than 16 kB'],
		['nothing at all', () => Promise.reject(new TypeError('network')), 'did not answer'],
	])('is refused on a page when its address answers with %s', async (_, answer, why) => {
		theInternet(answer as () => Response);
		const page = await browser.open(client('https://bad.example.com/c.json').authorizeUrl());
		expect([page.status, page.leaves, textOf(page)]).toEqual([401, null, expect.stringContaining(why)]);
	});

	test.each([
		'http://app.example.com/c.json',
		'https://127.0.0.1/c.json',
		'https://[::1]/c.json',
		'https://169.254.169.254/latest/meta-data',
		'https://10.0.0.1/c.json',
		'https://2130706433/c.json',
		'https://0177.0.0.1/c.json',
		'https://localhost/c.json',
		'https://printer.local/c.json',
		'https://metadata.google.internal/c.json',
		'https://intranet/c.json',
		'https://app.example.com:8443/c.json',
		'https://user:secret@app.example.com/c.json',
		'https://app.example.com/',
	])('is never fetched from %s', async (id) => {
		const network = theInternet(() => Response.json(aDocument({ client_id: id })));
		expect((await browser.open(client(id).authorizeUrl())).status).toBe(401);
		expect((await client(id).token({ grant_type: 'refresh_token', refresh_token: 'x' })).status).toBe(401);
		expect(network).not.toHaveBeenCalled();
	});

	test('is not what makes this gateway knock at other doors without end', async () => {
		const network = theInternet(() => new Response('no', { status: 404 }));
		await env.DB.prepare('DELETE FROM attempts').run();
		const statuses: number[] = [];
		for (let index = 0; index < 62; index++) statuses.push((await browser.open(client(`https://victim.example.com/${index}`).authorizeUrl())).status);
		expect([network.mock.calls.length, statuses.slice(-2)]).toEqual([60, [429, 429]]);
	});
});
