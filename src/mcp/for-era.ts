import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Era } from './exchange.ts';

/**
 * Clients of the 2025 SDK check the structured content of *errors* against the output schema too and then throw away the text
 * that explains them; there the error's structure travels in `_meta` alone.
 */
export function forEra(result: CallToolResult, era: Era): CallToolResult {
	if (era === 'modern' || result.isError !== true) return result;
	const { structuredContent: _, ...rest } = result;
	return rest;
}
