import { SELF } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

/** The gateway under test answers to loopback only, as nothing is configured. */
export const ORIGIN = 'http://localhost';

/** Sends a request to the gateway as a client would. */
export function fetchGateway(path: string, init: RequestInit = {}): Promise<Response> {
	return SELF.fetch(`${ORIGIN}${path}`, init);
}

async function provision<Answer>(noun: string, body: unknown): Promise<Answer> {
	const response = await fetchGateway(`/api/admin/${noun}`, {
		method: 'POST',
		headers: { Authorization: `Bearer ${env.HEADGATE_ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	});
	if (!response.ok) throw new Error(`provisioning ${noun} gave ${response.status}: ${await response.text()}`);
	return response.json();
}

export interface TestAccount {
	readonly id: number;
	readonly slug: string;
	readonly token: string;
}

export interface Wanted {
	readonly role?: 'owner' | 'editor' | 'viewer';
	readonly scopes?: readonly string[];
	readonly read_only?: boolean;
	readonly tools?: readonly string[];
	readonly expires_days?: number;
}

/** An account, a member of it and a token, made through the administration API. */
export async function anAccount(slug: string, wanted: Wanted = {}): Promise<TestAccount> {
	const { account } = await provision<{ account: { id: number } }>('accounts', { slug });
	return { id: account.id, slug, token: await aToken(slug, wanted) };
}

/** A token of a new member; role and scopes are an owner's, all but admin, unless wanted otherwise. */
export async function aToken(account: string, wanted: Wanted = {}): Promise<string> {
	return (await aMember(account, wanted)).token;
}

/** The same with the member's address. */
export async function aMember(
	account: string,
	{ role = 'owner', scopes = ['read', 'write', 'run'], ...rest }: Wanted = {},
): Promise<{ email: string; token: string }> {
	const email = `${crypto.randomUUID()}@example.com`;
	await provision('users', { email, account, role });
	const { token } = await provision<{ token: string }>('tokens', { account, user: email, name: 'test', scopes, ...rest });
	return { email, token };
}

export async function aConnection(account: string, connection: { name: string; type: string; config?: unknown; secrets?: unknown }): Promise<number> {
	const made = await provision<{ connection: { id: number } }>('connections', { account, ...connection });
	return made.connection.id;
}

export interface Rpc {
	readonly jsonrpc: '2.0';
	readonly id: number | string | null;
	readonly result?: Record<string, unknown>;
	readonly error?: { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> };
}

/** One message of a 2025-era client without a handshake, as the seeds' curl sends it. */
export function post(path: string, token: string | null, message: unknown, headers: Record<string, string> = {}): Promise<Response> {
	return fetchGateway(path, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...headers },
		body: typeof message === 'string' ? message : JSON.stringify(message),
	});
}

export const MODERN_VERSION = '2026-07-28';

/** One message of a client of the stateless revision: the envelope in `_meta`, the headers beside it. */
export function postModern(
	path: string,
	token: string,
	method: string,
	params: Record<string, unknown> = {},
	headers: Record<string, string> = {},
): Promise<Response> {
	const _meta = {
		'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
		'io.modelcontextprotocol/clientCapabilities': {},
		...(params['_meta'] as object | undefined),
	};
	const name = params['name'] === undefined ? {} : { 'Mcp-Name': String(params['name']) };
	const message = { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } };
	return post(path, token, message, {
		Accept: 'application/json, text/event-stream',
		'MCP-Protocol-Version': MODERN_VERSION,
		'Mcp-Method': method,
		...name,
		...headers,
	});
}

export interface ToolResult {
	readonly content: readonly { readonly type: string; readonly text: string }[];
	readonly structuredContent?: Record<string, unknown>;
	readonly isError?: boolean;
	readonly _meta?: Record<string, unknown>;
}

/** Calls a tool and gives its result; fails where the protocol refused the call. */
export async function callTool(account: TestAccount, name: string, args: Record<string, unknown> = {}): Promise<ToolResult> {
	const response = await post(`/${account.slug}/api/mcp`, account.token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });
	const { result, error } = (await response.json()) as Rpc;
	if (result === undefined) throw new Error(`${name} was refused: ${JSON.stringify(error)}`);
	return result as unknown as ToolResult;
}
