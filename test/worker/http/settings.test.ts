import { beforeAll, describe, expect, test, vi } from 'vitest';
import { anAssistant, assistantOf, authorized, type Person, signedInBrowser, signIn } from '../../support/assistant.ts';
import { configuredGateway } from '../../support/configured-gateway.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { ORIGIN } from '../../support/gateway.ts';
import { plainBrowser } from '../../support/plain-browser.ts';
import { aPerson, RESOURCE, type Tokens } from './people.ts';

let ann: Person;

beforeAll(async () => {
	await freshGateway();
	ann = await aPerson('ann');
});

async function tokensWith(settings: Record<string, string>, origin = ORIGIN): Promise<Tokens> {
	const send = configuredGateway(settings);
	const browser = await signedInBrowser(origin, send, ann);
	const client = await anAssistant(origin, send, `${origin}/acme/api/mcp`);
	return (await (await client.redeem(await authorized(browser, client))).json()) as Tokens;
}

describe('HEADGATE_ACCESS_TOKEN_HOURS', () => {
	test.each([
		['', 1],
		['8', 8],
		['24', 24],
		['99', 24],
		['0', 1],
		['soon', 1],
	])('%j gives access tokens of %d hours', async (setting, hours) => {
		expect((await tokensWith({ HEADGATE_ACCESS_TOKEN_HOURS: setting })).expires_in).toBe(hours * 3600);
	});
});

test('HEADGATE_REFRESH_GRACE_SECONDS 0 ends a grant whose refresh token is used twice', async () => {
	const send = configuredGateway({ HEADGATE_REFRESH_GRACE_SECONDS: '0' });
	const browser = await signedInBrowser(ORIGIN, send, ann);
	const client = await anAssistant(ORIGIN, send, RESOURCE);
	const { refresh_token } = (await (await client.redeem(await authorized(browser, client))).json()) as Tokens;
	const use = (token: string) => client.token({ grant_type: 'refresh_token', refresh_token: token });
	const next = (await (await use(refresh_token)).json()) as Tokens;
	const later = Date.now() + 5;
	await vi.waitUntil(() => Date.now() >= later);
	expect([(await use(refresh_token)).status, (await use(next.refresh_token)).status]).toEqual([400, 400]);
});

describe('HEADGATE_PUBLIC_URL', () => {
	const settings = { HEADGATE_PUBLIC_URL: 'https://gate.example' };
	const send = configuredGateway(settings);

	test('is the issuer, whatever name a request came under', async () => {
		for (const origin of ['https://gate.example', 'http://localhost']) {
			const metadata = await (await send(`${origin}/.well-known/oauth-authorization-server`, { headers: { Host: 'evil.example' } })).json();
			expect(metadata).toMatchObject({ issuer: 'https://gate.example', token_endpoint: 'https://gate.example/oauth/token' });
		}
		expect((await send('https://evil.example/.well-known/oauth-authorization-server', {})).status).toBe(403);
	});

	test('over https makes the session cookie one that browsers keep to this host and to TLS', async () => {
		const browser = plainBrowser('https://gate.example', async (url, init) => {
			const response = await send(url, init);
			for (const cookie of response.headers.getSetCookie()) seen.push(cookie);
			return response;
		});
		const seen: string[] = [];
		await signIn(browser, ann);
		expect(seen).toEqual([expect.stringMatching(/^__Host-headgate_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/)]);
	});

	test('is what the code, the token and its resource are bound to', async () => {
		expect((await tokensWith(settings, 'https://gate.example')).scope).toBe('read write run');
		const browser = await signedInBrowser('https://gate.example', send, ann);
		const client = await anAssistant('https://gate.example', send, 'http://localhost/acme/api/mcp');
		expect((await browser.open(client.authorizeUrl())).leaves?.searchParams.get('error')).toBe('invalid_target');
	});
});

describe('HEADGATE_ALLOW_HTTP_CLIENT_METADATA', () => {
	const id = 'http://localhost:9999/client.json';
	const ask = async (settings: Record<string, string>, origin: string) => {
		const network = vi
			.spyOn(globalThis, 'fetch')
			.mockImplementation(async () => Response.json({ client_id: id, client_name: 'Local', redirect_uris: ['http://localhost/cb'] }));
		const send = configuredGateway(settings);
		const page = await plainBrowser(origin, send).open(
			assistantOf(origin, send, `${origin}/acme/api/mcp`, { id, secret: null }, 'http://localhost:1/cb').authorizeUrl(),
		);
		network.mockRestore();
		return page.path;
	};

	test('lets a gateway on loopback read documents over http there, and a deployment never', async () => {
		expect(await ask({ HEADGATE_ALLOW_HTTP_CLIENT_METADATA: 'true' }, ORIGIN)).toMatch(/^\/sign-in/);
		expect(await ask({}, 'http://127.0.0.1')).toMatch(/^\/oauth\/authorize/);
		const deployed = { HEADGATE_ALLOW_HTTP_CLIENT_METADATA: 'true', HEADGATE_PUBLIC_URL: 'https://gate.example' };
		expect(await ask(deployed, 'https://gate.example')).toMatch(/^\/oauth\/authorize/);
	});
});
