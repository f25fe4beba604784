import { INVALID_REQUEST, isJsonContentType, PARSE_ERROR, readRequestBody } from '@modelcontextprotocol/server';
import { type Context, Hono } from 'hono';
import { recordRefusal } from '../mcp/dispatch.ts';
import { narrowingOf } from '../mcp/policy/narrowing.ts';
import { missingScope } from '../mcp/policy/step-up.ts';
import { serveMessage } from '../mcp/transport.ts';
import { narrow } from '../model/narrowing.ts';
import { acceptable } from './accept.ts';
import { authenticate, demandScope } from './authenticate.ts';
import type { AppEnv } from './bindings.ts';
import { tell } from './errors.ts';
import { publicOrigin } from './public-origin.ts';

const MAX_BODY = 4 * 1024 * 1024;
/** JSON-RPC's first code for a server's own use: what MCP servers give for things that went wrong before a message was read. */
const BEFORE_MESSAGE = -32000;

/** The MCP endpoint: an account's, and the one where the token says which account. */
export const mcp = new Hono<AppEnv>();

mcp.onError((error, c) => {
	const { status, message, ...data } = tell(error, c);
	return c.json({ jsonrpc: '2.0', id: null, error: { code: BEFORE_MESSAGE, message, data } }, status);
});

mcp.all('/mcp', serve);
mcp.all('/:account/api/mcp', serve);

async function serve(c: Context<AppEnv>): Promise<Response> {
	const request = c.req.raw;
	if (request.method !== 'POST') return rpcError(405, BEFORE_MESSAGE, 'Method not allowed: messages are sent by POST.', { Allow: 'POST' });
	const accepts = acceptable(c.req.header('accept'));
	if (accepts === null) return rpcError(406, BEFORE_MESSAGE, 'Not acceptable: accept application/json, text/event-stream, or both.');
	if (!isJsonContentType(request.headers.get('content-type')))
		return rpcError(415, BEFORE_MESSAGE, 'Unsupported media type: Content-Type must be application/json.');
	if (Number(request.headers.get('content-length')) > MAX_BODY) return tooLarge();
	const whole = await authenticate(c, c.req.param('account'));
	const narrowing = narrowingOf(request.url, request.headers);
	const principal = narrowing === null ? whole : narrow(whole, narrowing);
	const body = await readRequestBody(request, MAX_BODY);
	if (body.tooLarge) return tooLarge();
	const message = parsed(body.text);
	if (message === undefined) return rpcError(400, PARSE_ERROR, 'Parse error: the body is not JSON.');
	if (Array.isArray(message)) return rpcError(400, INVALID_REQUEST, 'Invalid request: batches are not supported; send one message per request.');
	const { operations, requestId, log } = c.var;
	const missing = await missingScope(principal, message, operations);
	if (missing !== null) {
		recordRefusal({ name: missing.tool, arguments: missing.arguments }, { principal, operations, requestId });
		demandScope(c, principal, missing.scope);
	}
	return serveMessage(request, message, { principal, operations, requestId, log, accepts, origin: publicOrigin(c.env, request.url) });
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
