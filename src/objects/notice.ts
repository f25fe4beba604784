import { DurableObject } from 'cloudflare:workers';
import type { Change, NoticeHandle } from '../operations/notices/ports.ts';

/** Each is an open stream of a client; more of one account than this are a fault or an attack. */
const MOST_LISTENERS = 500;

/**
 * The listeners of one account. It keeps nothing and has no alarm: its sockets hibernate, so that an account whose clients only
 * wait costs nothing. What a listener may be told is the affair of whoever opened the socket.
 */
export class NoticeObject extends DurableObject<Env> implements NoticeHandle {
	async announce(change: Change): Promise<void> {
		const text = JSON.stringify(change);
		for (const socket of this.ctx.getWebSockets()) {
			try {
				socket.send(text);
			} catch {
				// It is closing: its close event is on the way.
			}
		}
	}

	override async fetch(request: Request): Promise<Response> {
		if (request.headers.get('Upgrade') !== 'websocket') return new Response(null, { status: 426 });
		if (this.ctx.getWebSockets().length >= MOST_LISTENERS) return new Response(null, { status: 503 });
		const { 0: theirs, 1: ours } = new WebSocketPair();
		this.ctx.acceptWebSocket(ours);
		return new Response(null, { status: 101, webSocket: theirs });
	}

	override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
		// 1005 and 1006 are words for "none was given" and may not be sent.
		socket.close(code === 1005 || code === 1006 ? 1000 : code);
	}
}
