import { env } from 'cloudflare:workers';
import { scryptSync } from 'node:crypto';
import { type Assistant, anAssistant, type Person, type Registration, signedInBrowser } from '../../support/assistant.ts';
import { fetchGateway, ORIGIN, post } from '../../support/gateway.ts';
import { type PlainBrowser, plainBrowser } from '../../support/plain-browser.ts';

/** Every worker test speaks to the gateway through the front door; only the paths differ. */
export const send = (url: string, init: RequestInit): Promise<Response> => fetchGateway(url.slice(ORIGIN.length), init);

export const RESOURCE = `${ORIGIN}/acme/api/mcp`;

export async function provision(noun: string, body: unknown): Promise<void> {
	const response = await post(`/api/admin/${noun}`, env.HEADGATE_ADMIN_TOKEN, body);
	if (!response.ok) throw new Error(`${noun}: ${response.status} ${await response.text()}`);
}

/**
 * A member with a password, in an account that is made if it is missing. The gateway takes 150 ms for each look at a password of
 * its own; this one is kept with the least work there is, as the hash says what it took.
 */
export async function aPerson(name: string, { account = 'acme', role = 'owner' } = {}): Promise<Person> {
	const person = { email: `${name}@example.com`, password: `the password of ${name}` };
	await provision('accounts', { slug: account });
	await provision('users', { email: person.email, account, role });
	const hash = `scrypt$2$1$1$AAAA$${scryptSync(person.password, Buffer.alloc(3), 32, { N: 2, r: 1, p: 1 }).toString('base64')}`;
	await env.DB.prepare('UPDATE users SET password_hash = ? WHERE email = ?').bind(hash, person.email).run();
	return person;
}

export const aBrowser = (): PlainBrowser => plainBrowser(ORIGIN, send);
export const signedIn = (person: Person): Promise<PlainBrowser> => signedInBrowser(ORIGIN, send, person);
export const aClient = (registration: Registration = {}, resource = RESOURCE): Promise<Assistant> => anAssistant(ORIGIN, send, resource, registration);

export interface Tokens {
	readonly access_token: string;
	readonly refresh_token: string;
	readonly token_type: string;
	readonly expires_in: number;
	readonly scope: string;
}

/** Lists the tools: what any client does first. */
export const listTools = (token: string, path = '/acme/api/mcp'): Promise<Response> => post(path, token, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
