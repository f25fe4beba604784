import { type Page, type PlainBrowser, plainBrowser } from './plain-browser.ts';

/** RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Person {
	readonly email: string;
	readonly password: string;
}

/** An assistant that registered itself at a gateway and talks to its endpoints as any program would. */
export interface Assistant {
	readonly clientId: string;
	readonly clientSecret: string | null;
	readonly redirectUri: string;
	/** The address that the person's browser is sent to. */
	authorizeUrl(over?: Readonly<Record<string, string | null>>): string;
	/** Posts to the token endpoint; a public client names itself, a confidential one shows its secret in the form. */
	token(parameters: Readonly<Record<string, string>>): Promise<Response>;
	/** Trades the code that came back in the browser. */
	redeem(page: Page, over?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface Registration {
	readonly client_name?: string;
	readonly redirect_uris?: readonly string[];
	readonly token_endpoint_auth_method?: string;
}

const REDIRECT = 'http://127.0.0.1:4000/callback';

export async function register(origin: string, send: Fetch, body: unknown): Promise<Response> {
	return send(`${origin}/oauth/register`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

/** Registers a client; public unless it is told otherwise. `resource` is the gateway it connects to. */
export async function anAssistant(origin: string, send: Fetch, resource: string, registration: Registration = {}): Promise<Assistant> {
	const response = await register(origin, send, {
		client_name: 'Claude Code',
		redirect_uris: ['http://127.0.0.1/callback'],
		token_endpoint_auth_method: 'none',
		...registration,
	});
	if (response.status !== 201) throw new Error(`registration gave ${response.status}: ${await response.text()}`);
	const { client_id, client_secret } = (await response.json()) as { client_id: string; client_secret?: string };
	return assistantOf(origin, send, resource, { id: client_id, secret: client_secret ?? null });
}

/** The same for a client that is known already: pre-registered, or described by a document. */
export function assistantOf(
	origin: string,
	send: Fetch,
	resource: string,
	client: { readonly id: string; readonly secret: string | null },
	redirectUri = REDIRECT,
): Assistant {
	const token = (parameters: Readonly<Record<string, string>>) =>
		send(`${origin}/oauth/token`, {
			method: 'POST',
			body: new URLSearchParams({ client_id: client.id, ...(client.secret === null ? {} : { client_secret: client.secret }), ...parameters }),
		});
	return {
		clientId: client.id,
		clientSecret: client.secret,
		redirectUri,
		authorizeUrl(over = {}) {
			const all: Record<string, string | null> = {
				response_type: 'code',
				client_id: client.id,
				redirect_uri: redirectUri,
				code_challenge: CHALLENGE,
				code_challenge_method: 'S256',
				state: 'a state',
				scope: 'read write run',
				resource,
				...over,
			};
			const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
			return `/oauth/authorize?${new URLSearchParams(given)}`;
		},
		token,
		redeem: (page, over = {}) =>
			token({
				grant_type: 'authorization_code',
				code: page.leaves?.searchParams.get('code') ?? '',
				code_verifier: VERIFIER,
				redirect_uri: redirectUri,
				...over,
			}),
	};
}

/** Somebody at a browser of their own who is signed in. */
export async function signedInBrowser(origin: string, send: Fetch, person: Person): Promise<PlainBrowser> {
	const browser = plainBrowser(origin, send);
	const page = await signIn(browser, person);
	if (page.status !== 200) throw new Error(`sign-in gave ${page.status}: ${page.html}`);
	return browser;
}

export async function signIn(browser: PlainBrowser, { email, password }: Person): Promise<Page> {
	return browser.submit(await browser.open('/sign-in'), 'Sign in', { email, password });
}

/** The whole way through the browser: consent with everything that was asked for. */
export async function authorized(browser: PlainBrowser, assistant: Assistant, over: Readonly<Record<string, string | null>> = {}): Promise<Page> {
	return browser.submit(await browser.open(assistant.authorizeUrl(over)), 'Authorize');
}
