import { INVALID_REQUEST, isJsonContentType, PARSE_ERROR, readRequestBody } from '@modelcontextprotocol/server';
import { type Context, Hono } from 'hono';
import { recordRefusal } from '../mcp/dispatch.ts';
import { modeOf } from '../mcp/dynamic/mode.ts';
import { inMode } from '../mcp/dynamic/surface.ts';
import type { Acceptable, Exchange } from '../mcp/exchange.ts';
import { narrowingOf } from '../mcp/policy/narrowing.ts';
import { missingScope } from '../mcp/policy/step-up.ts';
import { serveSession } from '../mcp/sessions.ts';
import type { Surface } from '../mcp/surface.ts';
import { traceOf } from '../mcp/trace.ts';
import { serveMessage } from '../mcp/transport.ts';
import { narrow } from '../model/narrowing.ts';
import { chatsOf, openChat } from '../operations/sessions/chats.ts';
import { acceptable } from './accept.ts';
import { authenticate, demandScope } from './authenticate.ts';
import type { AppEnv } from './bindings.ts';
import { tell } from './errors.ts';
import { publicOrigin } from './public-origin.ts';
import { withinRate } from './rate.ts';

const MAX_BODY = 4 * 1024 * 1024;
/** JSON-RPC's first code for a server's own use: what MCP servers give for things that went wrong before a message was read. */
const BEFORE_MESSAGE = -32000;
const STREAM: Acceptable = { json: false, stream: true };

/** The MCP endpoint over a surface: an account's, and the one where the token says which account. */
export function mcpEndpoint(surface: Surface): Hono<AppEnv> {
	const mcp = new Hono<AppEnv>();
	mcp.onError((error, c) => {
		const { status, message, ...data } = tell(error, c);
		return c.json({ jsonrpc: '2.0', id: null, error: { code: BEFORE_MESSAGE, message, data } }, status);
	});
	for (const path of ['/mcp', '/:account/api/mcp']) {
		mcp.on(['GET', 'DELETE'], path, (c) => serveStream(c, surface));
		mcp.all(path, (c) => serve(c, surface));
		mcp.get(`${path}/sessions`, serveChats);
	}
	return mcp;
}

async function serve(c: Context<AppEnv>, surface: Surface): Promise<Response> {
	const request = c.req.raw;
	if (request.method !== 'POST') return notAllowed();
	const accepts = acceptable(c.req.header('accept'));
	if (accepts === null) return rpcError(406, BEFORE_MESSAGE, 'Not acceptable: accept application/json, text/event-stream, or both.');
	if (!isJsonContentType(request.headers.get('content-type')))
		return rpcError(415, BEFORE_MESSAGE, 'Unsupported media type: Content-Type must be application/json.');
	if (Number(request.headers.get('content-length')) > MAX_BODY) return tooLarge();
	const before = await exchangeOf(c, surface, accepts);
	const body = await readRequestBody(request, MAX_BODY);
	if (body.tooLarge) return tooLarge();
	const message = parsed(body.text);
	if (message === undefined) return rpcError(400, PARSE_ERROR, 'Parse error: the body is not JSON.');
	if (Array.isArray(message)) return rpcError(400, INVALID_REQUEST, 'Invalid request: batches are not supported; send one message per request.');
	const exchange = inTrace(before, message);
	const missing = await missingScope(exchange.principal, message, exchange.operations);
	if (missing !== null) {
		recordRefusal({ name: missing.tool, arguments: missing.arguments }, exchange);
		demandScope(c, exchange.principal, missing.scope);
	}
	const session = c.req.header('mcp-session-id');
	return session === undefined ? serveKnown(request, message, exchange) : serveSession(session, request, message, exchange);
}

/** The audit tells how a call ended at the level of HTTP as well, which is known only when the response is. */
async function serveKnown(request: Request, message: unknown, exchange: Exchange): Promise<Response> {
	const status = Promise.withResolvers<number>();
	try {
		const response = await serveMessage(request, message, { ...exchange, httpStatus: status.promise });
		status.resolve(response.status);
		return response;
	} finally {
		// What was thrown becomes a 500; after an answer this says nothing more.
		status.resolve(500);
	}
}

/** The stream and the end of a session; without one there is neither. */
async function serveStream(c: Context<AppEnv>, surface: Surface): Promise<Response> {
	const session = c.req.header('mcp-session-id');
	if (session === undefined) return notAllowed();
	return serveSession(session, c.req.raw, null, await exchangeOf(c, surface, STREAM));
}

async function exchangeOf(c: Context<AppEnv>, surface: Surface, accepts: Acceptable): Promise<Exchange> {
	const { operations, requestId, log } = c.var;
	const whole = await authenticate(c, c.req.param('account'));
	await withinRate(c, whole);
	const narrowing = narrowingOf(c.req.url, c.req.raw.headers);
	const principal = narrowing === null ? whole : narrow(whole, narrowing);
	const chatId = c.req.header('x-chat-id');
	const chat = chatId === undefined ? null : openChat(operations, principal, chatId);
	return {
		surface: inMode(surface, modeOf(c.req.url)),
		principal,
		operations,
		requestId,
		log,
		accepts,
		chat,
		enabled: chat,
		heard: false,
		trace: null,
		origin: publicOrigin(c.env, c.req.url),
	};
}

/** Whoever sends a trace finds their call by it, in the log and in the audit. */
function inTrace(exchange: Exchange, message: unknown): Exchange {
	const trace = traceOf(message);
	return trace === null ? exchange : { ...exchange, trace, log: exchange.log.with({ ...trace }) };
}

/** The chats of whoever asks, as JSON. */
async function serveChats(c: Context<AppEnv>): Promise<Response> {
	const principal = await authenticate(c, c.req.param('account'));
	await withinRate(c, principal);
	const { limit, cursor } = c.req.query();
	return c.json(await chatsOf(c.var.operations, principal, { limit: limit === undefined ? undefined : Number(limit), cursor }));
}

function notAllowed(): Response {
	return rpcError(405, BEFORE_MESSAGE, 'Method not allowed: messages are sent by POST.', { Allow: 'POST' });
}

function tooLarge(): Response {
	return rpcError(413, BEFORE_MESSAGE, `Payload too large: a message has at most ${MAX_BODY} bytes. Put large data into a file and name it instead.`);
}

function rpcError(status: number, code: number, message: string, headers: Record<string, string> = {}): Response {
	return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status, headers });
}

/** Undefined where the text is no JSON. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
