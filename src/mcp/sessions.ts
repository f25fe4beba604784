import type { InitializeRequest } from '@modelcontextprotocol/server';
import { principalToJson } from '../model/principal-json.ts';
import type { SessionHandle, SessionVisit } from '../operations/sessions/ports.ts';
import type { Exchange } from './exchange.ts';

/** Headers of the client's that the protocol reads inside a session. */
const HANDED_ON = ['mcp-protocol-version', 'mcp-session-id', 'last-event-id', 'x-chat-id'] as const;

/**
 * Whether a client of 2025 can make use of a session: it can be asked something (elicitation, sampling, roots), or it asks for
 * one by its address: `?session=1` to hear what changes, `?mode=dynamic` to enable tools. Everybody else is served without.
 */
export function wantsSession(url: string, { params: { capabilities } }: InitializeRequest): boolean {
	if (capabilities.elicitation !== undefined || capabilities.sampling !== undefined || capabilities.roots !== undefined) return true;
	if (!url.includes('?')) return false;
	const query = new URL(url).searchParams;
	return query.get('session') === '1' || query.get('mode') === 'dynamic';
}

export function beginSession(request: Request, message: unknown, exchange: Exchange): Promise<Response> {
	const { session } = exchange.operations.sessions.create();
	return visit(session, request, message, exchange);
}

/** A request that names a session. Garbage and the sessions of others are the same: not there. */
export function serveSession(id: string, request: Request, message: unknown, exchange: Exchange): Promise<Response> | Response {
	const session = exchange.operations.sessions.find(id);
	if (session !== null) return visit(session, request, message, exchange);
	const error = { code: -32001, message: 'Session not found: it is over, or it never was. Initialize anew.' };
	return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 404 });
}

async function visit(session: SessionHandle, request: Request, message: unknown, { principal, requestId, accepts, origin }: Exchange): Promise<Response> {
	const headers = HANDED_ON.flatMap((name) => {
		const value = request.headers.get(name);
		return value === null ? [] : [[name, value] as const];
	});
	const body: SessionVisit = {
		method: request.method as SessionVisit['method'],
		url: request.url,
		headers: Object.fromEntries(headers),
		message,
		principal: principalToJson(principal),
		requestId,
		origin,
		accepts,
	};
	const answer = await session.fetch(new Request('https://session/', { method: 'POST', body: JSON.stringify(body), signal: request.signal }));
	// The headers of an answer from elsewhere cannot be added to.
	return new Response(answer.body, answer);
}
