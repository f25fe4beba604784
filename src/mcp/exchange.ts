import type { Logger } from '../lib/log.ts';
import type { Principal } from '../model/principal.ts';
import type { OperationContext } from '../operations/context.ts';
import type { Chat } from '../operations/sessions/chats.ts';
import type { EnabledTools } from '../operations/sessions/ports.ts';
import type { Surface } from './surface.ts';
import type { Trace } from './trace.ts';

/** One HTTP request that carries one message, and who sent it. */
export interface Exchange {
	readonly surface: Surface;
	readonly principal: Principal;
	readonly operations: OperationContext;
	readonly requestId: string;
	readonly log: Logger;
	readonly accepts: Acceptable;
	/** The chat that the application named; null where it named none. */
	readonly chat: Chat | null;
	/** What remembers enabled tools: the chat, else the session; null where nothing does. */
	readonly enabled: EnabledTools | null;
	/** Whether the client hears more on the stream of its answer than the answer: in a session. */
	readonly heard: boolean;
	/** The trace the message is in. */
	readonly trace: Trace | null;
	/** Of the response, once it is known; for the audit. */
	readonly httpStatus?: Promise<number>;
	/** Where the gateway is known: its pictures are there. */
	readonly origin: string;
}

/** The media types the client takes; at least one. Progress reaches only those who take a stream. */
export interface Acceptable {
	readonly json: boolean;
	readonly stream: boolean;
}

export type Era = 'legacy' | 'modern';
