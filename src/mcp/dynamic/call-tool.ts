import { type CallToolResult, ProtocolError } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type Caller, dispatch, type ToolCall } from '../dispatch.ts';
import { portableSchema } from '../json-schema.ts';
import { failure } from '../result.ts';

export const CALL_TOOL = 'call_tool';

const input = z.strictObject({
	name: z.string().min(1).max(64).describe('From search_tools.'),
	arguments: z.record(z.string(), z.unknown()).default({}).describe("The tool's arguments, by the schema that search_tools gave."),
});

/** As it is listed; what it answers is the other tool's answer. Made when it is asked for: an isolate's start has no use for it. */
export const callToolListed = () => ({
	name: CALL_TOOL,
	title: 'Call a tool',
	description: 'Calls a tool that search_tools found, with the same checks and the same answer as if it were listed.',
	inputSchema: portableSchema(input, 'input') as { type: 'object' },
	annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
});

/** The other tool through the one dispatch: visible, allowed, checked, recorded under its own name. */
export async function callTool({ arguments: given }: ToolCall, caller: Caller): Promise<CallToolResult> {
	const parsed = input.safeParse(given);
	if (!parsed.success) return refused(`call_tool was not called: ${z.prettifyError(parsed.error)}`, 'It takes name and arguments.');
	try {
		return await dispatch(parsed.data, caller);
	} catch (error) {
		// A name that is none is this tool's argument here, not the message's.
		if (error instanceof ProtocolError) return refused(error.message, 'search_tools finds tools by words.');
		throw error;
	}
}

function refused(message: string, hint: string): CallToolResult {
	return failure({ code: 'invalid_input', message, hint, retryable: false });
}
