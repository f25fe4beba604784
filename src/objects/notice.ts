import { DurableObject } from 'cloudflare:workers';
import type { Change, NoticeHandle } from '../operations/notices/ports.ts';
import { wants } from '../operations/notices/topics.ts';

/** Each is an open stream of a client; more of one account than this are a fault or an attack. */
const MOST_LISTENERS = 500;
/** A hundred topics have about two thousand characters. */
const MOST_CHARACTERS = 4000;

/**
 * The listeners of one account. It keeps nothing and has no alarm: its sockets hibernate, each with the topics it wants, so that
 * an account whose clients only wait costs nothing. What a listener may be told is the affair of whoever opened the socket.
 */
export class NoticeObject extends DurableObject<Env> implements NoticeHandle {
	async announce(change: Change): Promise<number> {
		const text = JSON.stringify(change);
		const listeners = this.ctx.getWebSockets().filter((socket) => wants(socket.deserializeAttachment() as string[], change));
		for (const socket of listeners) {
			try {
				socket.send(text);
			} catch {
				// It is closing: its close event is on the way.
			}
		}
		return listeners.length;
	}

	override async fetch(request: Request): Promise<Response> {
		if (request.headers.get('Upgrade') !== 'websocket') return new Response(null, { status: 426 });
		if (this.ctx.getWebSockets().length >= MOST_LISTENERS) return new Response(null, { status: 503 });
		const { 0: theirs, 1: ours } = new WebSocketPair();
		this.ctx.acceptWebSocket(ours);
		ours.serializeAttachment(topics(new URL(request.url).searchParams.get('topics')));
		return new Response(null, { status: 101, webSocket: theirs });
	}

	override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
		if (typeof message === 'string') socket.serializeAttachment(topics(message));
	}

	override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
		// 1005 and 1006 are words for "none was given" and may not be sent.
		socket.close(code === 1005 || code === 1006 ? 1000 : code);
	}
}

/** Only this gateway's own code reaches the object; what is no list of topics wants nothing. */
function topics(text: string | null): readonly string[] {
	if (text === null || text.length > MOST_CHARACTERS) return [];
	return JSON.parse(text) as string[];
}
