import { type AuthInfo, type Server, type ServerContext, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { logger } from '../lib/log.ts';
import { principalFromJson } from '../model/principal-json.ts';
import type { OpenSpeaker, SessionGround, SessionSpeaker } from '../objects/session.ts';
import type { Change } from '../operations/notices/ports.ts';
import { openChat } from '../operations/sessions/chats.ts';
import type { SessionVisit } from '../operations/sessions/ports.ts';
import { presentPrincipal } from '../operations/tokens/present-principal.ts';
import { modeOf } from './dynamic/mode.ts';
import { inMode } from './dynamic/surface.ts';
import type { Exchange } from './exchange.ts';
import { type FeltStream, felt } from './felt-stream.ts';
import { lastMessage } from './last-message.ts';
import { createServer } from './server.ts';
import type { Surface } from './surface.ts';
import { traceOf } from './trace.ts';

/** Keeps proxies from taking a quiet stream for a dead one. */
const KEEP_ALIVE_MS = 15_000;

/** How a session speaks over a surface: one server for its whole life in memory, each request with the rights of whoever sends it. */
export function speakerOver(surface: Surface): OpenSpeaker {
	return async (ground) => {
		const server = createServer(surface, ground.origin, exchangeOf, 'legacy', ground);
		const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => ground.id, keepAliveMs: KEEP_ALIVE_MS });
		await server.connect(transport);
		if (ground.initialize !== null) await replay(transport, ground);
		return speaker(surface, ground, server, transport);
	};
}

/** After the object was out of memory: the handshake again, whose answer the client had long ago. */
async function replay(transport: WebStandardStreamableHTTPServerTransport, { initialize }: SessionGround): Promise<void> {
	const answer = await transport.handleRequest(request('http://session/', 'POST', {}), { parsedBody: initialize });
	await answer.text();
}

function speaker(surface: Surface, ground: SessionGround, server: Server, transport: WebStandardStreamableHTTPServerTransport): SessionSpeaker {
	let listener: Exchange | null = null;
	/** The client's own; a session has one. */
	let stream: FeltStream | null = null;
	return {
		async visit(visit, signal) {
			const exchange = exchangeFor(surface, ground, visit);
			// A client that lost its stream opens a new one at once, often before the old one's end is noticed.
			if (visit.method === 'GET' && (await stream?.isGone())) transport.closeStandaloneSSEStream();
			const sent = request(visit.url, visit.method, visit.headers, signal);
			const answered = await transport.handleRequest(sent, {
				authInfo: authOf(exchange),
				...(visit.message === null ? {} : { parsedBody: visit.message }),
			});
			if (visit.method === 'GET' && answered.ok) {
				listener = exchange;
				stream = felt(answered);
				return stream.response;
			}
			return visit.accepts.stream ? answered : lastMessage(answered);
		},
		topics: () => ['lists', ...[...ground.watched.all()].map((uri) => surface.watching.topic(uri)).filter((topic) => topic !== null)],
		async tell(change) {
			if (listener === null) return;
			const principal = await presentPrincipal(listener.operations, listener.principal);
			if (principal !== null) await announceTo(server, ground, { ...listener, principal }, change);
		},
	};
}

async function announceTo(server: Server, { watched }: SessionGround, listener: Exchange, change: Change): Promise<void> {
	const { tools, prompts, resources } = listener.surface.capabilities;
	if (change === 'tools' && tools?.listChanged === true) await server.sendToolListChanged();
	if (change === 'prompts' && prompts?.listChanged === true) await server.sendPromptListChanged();
	if (change === 'resources' && resources?.listChanged === true) await server.sendResourceListChanged();
	const { watching } = listener.surface;
	for (const uri of typeof change === 'string' ? [] : watched.all())
		if (watching.concerns(uri, change) && (await watching.mayWatch(uri, listener))) await server.sendResourceUpdated({ uri });
}

function exchangeFor(surface: Surface, ground: SessionGround, visit: SessionVisit): Exchange {
	const { requestId, message } = visit;
	const trace = traceOf(message);
	const log = logger({ request_id: requestId, ...trace });
	const [operations, principal] = [ground.operations(log), principalFromJson(visit.principal)];
	const chatId = visit.headers['x-chat-id'];
	const chat = chatId === undefined ? null : openChat(operations, principal, chatId);
	return {
		surface: inMode(surface, modeOf(visit.url)),
		principal,
		operations,
		requestId,
		log,
		accepts: visit.accepts,
		chat,
		enabled: chat ?? ground.enabled,
		heard: true,
		trace,
		origin: visit.origin,
	};
}

/** The SDK hands nothing of ours from a request to its handlers but this. */
function authOf(exchange: Exchange): AuthInfo {
	return { token: '', clientId: '', scopes: [], extra: { exchange } };
}

function exchangeOf({ http }: ServerContext): Exchange {
	const exchange = http?.authInfo?.extra?.['exchange'] as Exchange | undefined;
	if (exchange === undefined) throw new Error('a message reached the session without an exchange');
	return exchange;
}

/** The transport insists on both media types; what is acceptable was settled before. */
function request(url: string, method: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Request {
	const accept = method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream';
	return new Request(url, { method, headers: { 'content-type': 'application/json', ...headers, accept }, ...(signal === undefined ? {} : { signal }) });
}
