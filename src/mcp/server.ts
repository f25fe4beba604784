import { type CallToolResult, ProtocolError, ProtocolErrorCode, Server, type ServerContext } from '@modelcontextprotocol/server';
import type { Logger } from '../lib/log.ts';
import type { Principal } from '../model/principal.ts';
import type { OperationContext } from '../operations/context.ts';
import { dispatch } from './dispatch.ts';
import { serverInfo } from './icons.ts';
import instructions from './instructions.md';
import { listing } from './listing.ts';
import { visibleTools } from './policy/visible.ts';
import type { Notify } from './progress.ts';
import { serveContext } from './serve-context.ts';

/** One HTTP request that carries one message, and who sent it. */
export interface Exchange {
	readonly principal: Principal;
	readonly operations: OperationContext;
	readonly requestId: string;
	readonly log: Logger;
	readonly accepts: Acceptable;
	/** Where the gateway is known: its pictures are there. */
	readonly origin: string;
}

/** The media types the client takes; at least one. Progress reaches only those who take a stream. */
export interface Acceptable {
	readonly json: boolean;
	readonly stream: boolean;
}

export type Era = 'legacy' | 'modern';

/** How long a modern client that does not listen may keep the tool list: it changes with the token, a new deployment, and published tools. */
const LIST_TTL_MS = 60_000;
const LISTED = { ttlMs: LIST_TTL_MS, cacheScope: 'private' } as const;
const CACHE_HINTS = {
	'tools/list': LISTED,
	'prompts/list': LISTED,
	'resources/templates/list': LISTED,
	'server/discover': LISTED,
};

/** The SDK's low-level server over the registry, made anew for each request; everything costly is kept outside it. */
export function createServer(exchange: Exchange, era: Era): Server {
	const server = new Server(serverInfo(exchange.origin), {
		capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} },
		instructions,
		cacheHints: CACHE_HINTS,
	});
	server.setRequestHandler('tools/list', async (request) => {
		if (request.params?.cursor !== undefined)
			throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown cursor: the tools come in one page. Ask without a cursor.');
		return { tools: listing(await visibleTools(exchange.principal, exchange.operations), exchange.origin) };
	});
	server.setRequestHandler('tools/call', async (request, context) => {
		const call = { name: request.params.name, arguments: request.params.arguments ?? {} };
		const result = await dispatch(call, { ...exchange, signal: context.mcpReq.signal, notify: progressOf(exchange, context) });
		return forEra(result, era);
	});
	serveContext(server, exchange);
	return server;
}

function progressOf(exchange: Exchange, context: ServerContext): Notify | null {
	const progressToken = context.mcpReq._meta?.progressToken;
	if (progressToken === undefined || !exchange.accepts.stream) return null;
	return (progress) => context.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, ...progress } });
}

/**
 * Clients of the 2025 SDK check the structured content of *errors* against the output schema too and then throw away the text
 * that explains them; there the error's structure travels in `_meta` alone.
 */
function forEra(result: CallToolResult, era: Era): CallToolResult {
	if (era === 'modern' || result.isError !== true) return result;
	const { structuredContent: _, ...rest } = result;
	return rest;
}
