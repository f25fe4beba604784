import type { CallToolResult, Tool } from '@modelcontextprotocol/server';

/** Bindings that carry the gateway's own answers to the contenders, so that all send the same bytes. */
export const TOOLS = 'TOOLS';
export const RESULTS = 'RESULTS';

export interface WithFixtures {
	readonly [TOOLS]: readonly Tool[];
	/** By the tool's name. */
	readonly [RESULTS]: Readonly<Record<string, CallToolResult>>;
}
