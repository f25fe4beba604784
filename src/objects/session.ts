import { DurableObject } from 'cloudflare:workers';
import { type Logger, logger } from '../lib/log.ts';
import { HOUR } from '../lib/time.ts';
import type { OperationContext } from '../operations/context.ts';
import { type Listening, listen } from '../operations/notices/listen.ts';
import type { Change } from '../operations/notices/ports.ts';
import type { Topic } from '../operations/notices/topics.ts';
import type { EnabledTools, SessionHandle, SessionVisit } from '../operations/sessions/ports.ts';
import { objectOperations } from './operations.ts';
import { SessionRecord } from './session/record.ts';

/** A session that nobody used for so long is over; one with an open stream is in use. */
const IDLE = HOUR;

/** What a session's protocol stands on. */
export interface SessionGround {
	readonly id: string;
	/** Where the gateway is known. */
	readonly origin: string;
	/** The request that began it; null while that one is being served. */
	readonly initialize: unknown;
	readonly enabled: EnabledTools;
	/** Resources whose changes the client wants to hear. */
	readonly watched: { all(): ReadonlySet<string>; add(uri: string): void; delete(uri: string): void };
	/** What is to be heard has changed: the speaker says what it is now. */
	hear(): void;
	operations(log: Logger): OperationContext;
}

/** The protocol as it is spoken in one session; made anew whenever the object comes into memory. */
export interface SessionSpeaker {
	visit(visit: SessionVisit, signal: AbortSignal): Promise<Response>;
	/** What has to be heard for what is watched. */
	topics(): readonly Topic[];
	/** Tells the client on its open stream. */
	tell(change: Change): Promise<void>;
}

export type OpenSpeaker = (ground: SessionGround) => Promise<SessionSpeaker>;

const GONE = { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found: it is over, or it never was. Initialize anew.' } };

/** The object of one 2025-era session. Its id is the session's; whoever is not the grant that began it finds nothing. */
export function sessionObject(open: OpenSpeaker) {
	return class extends DurableObject<Env> implements SessionHandle {
		readonly #record = new SessionRecord(this.ctx.storage);
		/** Safe to lose, with the streams it holds: the next request makes it anew out of the record. */
		#speaker: Promise<SessionSpeaker> | null = null;
		/** While the client has its stream open. */
		#stream: { readonly ears: Listening } | null = null;

		override async fetch(request: Request): Promise<Response> {
			const visit = (await request.json()) as SessionVisit;
			const found = this.#record.begun();
			if (found === null && !isInitialize(visit)) return Response.json(GONE, { status: 404 });
			if (found !== null && !found.isOf(visit.principal)) return Response.json(GONE, { status: 404 });
			await this.ctx.storage.setAlarm(Date.now() + IDLE);
			this.#speaker ??= open(this.#ground(found?.initialize ?? null, visit.origin));
			if (found === null) this.#record.begin(visit.principal, visit.message);
			const speaker = await this.#speaker;
			const response = await speaker.visit(visit, request.signal);
			if (visit.method === 'DELETE' && response.ok) await this.#end();
			if (visit.method === 'GET' && response.ok) await this.#hear(visit, speaker, request.signal);
			return response;
		}

		/** Idle for too long. */
		override async alarm(): Promise<void> {
			if (this.#stream === null) await this.#end();
			else await this.ctx.storage.setAlarm(Date.now() + IDLE);
		}

		async #end(): Promise<void> {
			this.#stream?.ears.stop();
			this.#stream = null;
			this.#speaker = null;
			await this.ctx.storage.deleteAlarm();
			await this.ctx.storage.deleteAll();
		}

		/** What changes in the account goes out on the stream for as long as it is open. */
		async #hear(visit: SessionVisit, speaker: SessionSpeaker, signal: AbortSignal): Promise<void> {
			const tell = (change: Change) => void speaker.tell(change).catch(() => {});
			const context = this.#operations(visit.requestId);
			const ears = await listen(context, visit.principal.account.id, speaker.topics(), tell, () => {});
			const stream = { ears };
			this.#stream?.ears.stop();
			this.#stream = stream;
			const closed = () => {
				ears.stop();
				if (this.#stream === stream) this.#stream = null;
			};
			if (signal.aborted) closed();
			else signal.addEventListener('abort', closed, { once: true });
		}

		#ground(initialize: unknown, origin: string): SessionGround {
			const record = this.#record;
			return {
				id: this.ctx.id.toString(),
				origin,
				initialize,
				enabled: { names: async () => record.listed('enabled'), enable: async (names) => record.add('enabled', names) },
				watched: {
					all: () => record.listed('watched'),
					add: (uri) => record.add('watched', [uri]),
					delete: (uri) => record.remove('watched', uri),
				},
				hear: () => void this.#speaker?.then((speaker) => this.#stream?.ears.want(speaker.topics())),
				operations: (log) => this.#withWaiting(objectOperations(this.env, log)),
			};
		}

		#operations(requestId: string): OperationContext {
			return objectOperations(this.env, logger({ object: 'session', request_id: requestId }));
		}

		#withWaiting(context: OperationContext): OperationContext {
			return { ...context, waitUntil: (work) => this.ctx.waitUntil(work) };
		}
	};
}

function isInitialize({ method, message }: SessionVisit): boolean {
	return method === 'POST' && (message as { method?: unknown } | null)?.method === 'initialize';
}
