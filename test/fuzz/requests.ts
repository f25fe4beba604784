import type { Random } from './random.ts';
import { damaged, nearlyFitting, oddValue, type Schema } from './values.ts';

export interface Sent {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | Uint8Array<ArrayBuffer> | null;
}

export interface World {
	readonly account: string;
	readonly token: string;
	readonly tools: readonly { readonly name: string; readonly inputSchema: Schema }[];
}

const METHODS = [
	'initialize',
	'tools/list',
	'tools/call',
	'ping',
	'server/discover',
	'resources/list',
	'resources/read',
	'prompts/get',
	'tasks/get',
	'completion/complete',
	'subscriptions/listen',
	'notifications/initialized',
	'logging/setLevel',
] as const;
const VERSIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '1.0', '', '9999-99-99', 'x'.repeat(3000)] as const;
const TYPES = [
	'application/json',
	'application/json; charset=utf-16',
	'text/plain',
	'application/x-www-form-urlencoded',
	'',
	'a/b;c=d',
	'multipart/form-data',
] as const;
const ACCEPTS = [
	'application/json',
	'text/event-stream',
	'*/*',
	'application/json;q=0',
	'image/png',
	';;;',
	',',
	'application/json, text/event-stream',
] as const;
const NARROWING = [
	'X-Read-Only-Mode',
	'X-Allowed-Tools',
	'X-Disallowed-Tools',
	'Mcp-Session-Id',
	'X-Chat-Id',
	'Last-Event-ID',
	'Mcp-Param-name',
	'Traceparent',
	'Origin',
	'X-Forwarded-Host',
	'If-None-Match',
] as const;
const META = 'io.modelcontextprotocol';

/** One request that is wrong in one way or several: half of them well addressed, so that what is wrong is what a tool gets. */
export function malformed(random: Random, world: World): Sent {
	if (random.chance(0.5)) return wellAddressed(random, world);
	const era = random.pick(VERSIONS);
	const message = aMessage(random, world, era);
	const text = JSON.stringify(message);
	return {
		method: random.chance(0.95) ? 'POST' : random.pick(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']),
		path: aPath(random, world.account),
		headers: someHeaders(random, world.token, message, era),
		body: random.chance(0.2) ? damaged(random, text) : text,
	};
}

function wellAddressed(random: Random, world: World): Sent {
	const method = random.chance(0.8) ? 'tools/call' : random.pick(METHODS);
	const message = { jsonrpc: '2.0', id: random.below(1000), method, params: someParams(random, world, method) };
	const headers = { authorization: `Bearer ${world.token}`, 'content-type': 'application/json', accept: 'application/json' };
	return { method: 'POST', path: `/${world.account}/api/mcp`, headers, body: JSON.stringify(message) };
}

function aMessage(random: Random, world: World, era: string): Record<string, unknown> {
	const method = random.chance(0.9) ? random.pick(METHODS) : oddValue(random);
	const message: Record<string, unknown> = { jsonrpc: '2.0', id: random.below(1000), method, params: someParams(random, world, method) };
	if (random.chance(0.4) && isObject(message['params'])) {
		message['params'] = {
			...message['params'],
			_meta: { [`${META}/protocolVersion`]: era, [`${META}/clientCapabilities`]: random.chance(0.7) ? {} : oddValue(random), progressToken: oddValue(random) },
		};
	}
	if (random.chance(0.3)) message[random.pick(['jsonrpc', 'id', 'method', 'params', 'result', 'error', random.text(6)])] = oddValue(random);
	if (random.chance(0.1)) delete message[random.pick(['jsonrpc', 'id', 'method', 'params'])];
	return message;
}

function someParams(random: Random, world: World, method: unknown): unknown {
	if (method === 'tools/call' && random.chance(0.9)) {
		const tool = random.pick(world.tools);
		return { name: random.chance(0.95) ? tool.name : random.text(40), arguments: nearlyFitting(random, tool.inputSchema) };
	}
	if (method === 'initialize' && random.chance(0.7)) {
		return {
			protocolVersion: random.pick(VERSIONS),
			capabilities: random.chance(0.5) ? {} : { elicitation: {} },
			clientInfo: { name: random.text(10), version: '1' },
		};
	}
	if (method === 'resources/read') return { uri: random.chance(0.5) ? `headgate://${random.text(20)}` : oddValue(random) };
	return random.chance(0.5) ? {} : oddValue(random);
}

function aPath(random: Random, account: string): string {
	if (random.chance(0.9))
		return `/${account}/api/mcp${random.chance(0.15) ? `?${random.pick(['mode', 'tools', 'toolsets', 'readonly', 'apps'])}=${encodeURIComponent(random.text(12).toWellFormed())}` : ''}`;
	return random.pick([
		'/mcp',
		'/mcp/sessions',
		`//${account}//api/mcp`,
		'/%00/api/mcp',
		`/${'a'.repeat(500)}/api/mcp`,
		'/%2e%2e/api/mcp',
		'/oauth/token',
		'/oauth/register',
		'/.well-known/oauth-protected-resource/x/api/mcp',
	]);
}

function someHeaders(random: Random, token: string, message: Record<string, unknown>, era: string): Record<string, string> {
	const headers: Record<string, string> = {
		authorization: random.chance(0.93)
			? `Bearer ${token}`
			: random.pick(['', 'Bearer', 'Bearer  ', 'Basic Og==', `Bearer ${'x'.repeat(2000)}`, 'bearer mcp_nobody']),
		'content-type': random.chance(0.92) ? 'application/json' : random.pick(TYPES),
		accept: random.chance(0.8) ? 'application/json' : random.pick(ACCEPTS),
	};
	if (random.chance(0.5)) headers['mcp-protocol-version'] = random.chance(0.8) ? era : random.pick(VERSIONS);
	if (random.chance(0.4)) headers['mcp-method'] = random.chance(0.8) && typeof message['method'] === 'string' ? message['method'] : random.text(10);
	if (random.chance(0.3)) headers['mcp-name'] = random.text(10);
	if (random.chance(0.2)) headers[random.pick(NARROWING)] = random.chance(0.5) ? random.text(30) : random.pick(['true', 'null', '*', '=?base64?x?=']);
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll(/[^\x20-\x7e]/g, '?')]));
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
