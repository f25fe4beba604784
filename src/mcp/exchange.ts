import type { Logger } from '../lib/log.ts';
import type { Principal } from '../model/principal.ts';
import type { OperationContext } from '../operations/context.ts';
import type { Surface } from './surface.ts';

/** One HTTP request that carries one message, and who sent it. */
export interface Exchange {
	readonly surface: Surface;
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
