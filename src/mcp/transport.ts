import {
	classifyInboundRequest,
	createMcpHandler,
	type InboundClassificationOutcome,
	isInitializeRequest,
	legacyStatelessFallback,
	type McpRequestContext,
	ProtocolError,
	type Server,
	WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { describeFault, logger } from '../lib/log.ts';
import type { Exchange } from './exchange.ts';
import { headersDisagree } from './header-checks.ts';
import { serveListen } from './listen/listen.ts';
import { answerPlainly, plainCall } from './plain-call.ts';
import { plainList, readyList } from './ready-list.ts';
import { createServer } from './server.ts';
import { beginSession, wantsSession } from './sessions.ts';

/** The SDK makes the server per request through a factory that only gets the request; here it finds who sent it. */
const exchanges = new WeakMap<Request, Exchange>();

function serverFor({ era, requestInfo }: McpRequestContext): Server {
	const exchange = requestInfo === undefined ? undefined : exchanges.get(requestInfo);
	if (exchange === undefined) throw new Error('a request reached the MCP server without an exchange');
	return createServer(exchange.surface, exchange.origin, () => exchange, era);
}

const log = logger({ room: 'mcp' });

/** What a client sent wrongly it is told in its answer; only what went wrong here is worth a line. */
function onerror(error: Error): void {
	const told = error instanceof ProtocolError || error.message.startsWith('Rejected inbound request');
	if (!told) log.error('the MCP transport failed', { error: describeFault(error) });
}

const modern = {
	auto: createMcpHandler(serverFor, { legacy: 'reject', onerror }),
	stream: createMcpHandler(serverFor, { legacy: 'reject', onerror, responseMode: 'sse' }),
};
const legacyStream = legacyStatelessFallback(serverFor, onerror);

/**
 * Serves one parsed JSON-RPC message in whichever era it speaks. A client gets a stream only where it takes one *and* something
 * may be told before the result; otherwise one JSON document, with or without a handshake.
 */
export async function serveMessage(request: Request, message: unknown, exchange: Exchange): Promise<Response> {
	const outcome = classify(request, message);
	const list = exchange.accepts.json ? plainList(outcome, message, request.headers) : null;
	if (list !== null) {
		const { key } = await exchange.surface.list(exchange);
		const whole = (id: string): Promise<Response> => serveWhole(request, { ...(message as object), id }, outcome, exchange);
		const ready = key === null ? null : await readyList(`${list.era} ${key}`, list.id, whole);
		if (ready !== null) return ready;
	}
	const call = exchange.accepts.json ? plainCall(outcome, message, request.headers) : null;
	const answered = call === null ? null : await answerPlainly(call, request, exchange);
	return answered ?? serveWhole(request, message, outcome, exchange);
}

function classify(request: Request, body: unknown): InboundClassificationOutcome {
	const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
	const [protocolVersionHeader, mcpMethodHeader, mcpNameHeader] = [header('mcp-protocol-version'), header('mcp-method'), header('mcp-name')];
	return classifyInboundRequest({
		httpMethod: request.method,
		body,
		...(protocolVersionHeader === undefined ? {} : { protocolVersionHeader }),
		...(mcpMethodHeader === undefined ? {} : { mcpMethodHeader }),
		...(mcpNameHeader === undefined ? {} : { mcpNameHeader }),
	});
}

async function serveWhole(request: Request, message: unknown, outcome: InboundClassificationOutcome, exchange: Exchange): Promise<Response> {
	exchanges.set(request, exchange);
	if (outcome.kind !== 'legacy') return serveModern(request, message, outcome, exchange);
	if (isInitializeRequest(message) && wantsSession(request.url, message)) return beginSession(request, message, exchange);
	const forwarded = acceptingAll(request);
	exchanges.set(forwarded, exchange);
	return exchange.accepts.stream && (!exchange.accepts.json || asksForProgress(message))
		? legacyStream(forwarded, { parsedBody: message })
		: legacyJson(forwarded, message, exchange);
}

async function serveModern(request: Request, message: unknown, outcome: InboundClassificationOutcome, exchange: Exchange): Promise<Response> {
	if (outcome.kind === 'modern' && outcome.messageKind === 'request') {
		const disagreeing = await headersDisagree(outcome.message, request.headers, exchange);
		if (disagreeing !== null) return disagreeing;
		if (outcome.message.method === 'subscriptions/listen') return serveListen(request, message, exchange, serverFor, onerror);
	}
	return (exchange.accepts.json ? modern.auto : modern.stream).fetch(request, { parsedBody: message });
}

/** The 2025 leg as one JSON document; the SDK's own stateless leg always streams. */
async function legacyJson(request: Request, message: unknown, exchange: Exchange): Promise<Response> {
	const server = createServer(exchange.surface, exchange.origin, () => exchange, 'legacy');
	const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
	await server.connect(transport);
	request.signal.addEventListener('abort', () => void server.close(), { once: true });
	const response = await transport.handleRequest(request, { parsedBody: message });
	await server.close();
	return response;
}

/** The SDK's 2025 transport insists on both media types, which plain curl and many clients do not send; what is acceptable was settled before. */
function acceptingAll(request: Request): Request {
	const headers = new Headers(request.headers);
	headers.set('accept', 'application/json, text/event-stream');
	return new Request(request.url, { method: 'POST', headers, signal: request.signal });
}

function asksForProgress(message: unknown): boolean {
	const params = (message as { params?: { _meta?: { progressToken?: unknown } } } | null)?.params;
	return params?._meta?.progressToken !== undefined;
}
