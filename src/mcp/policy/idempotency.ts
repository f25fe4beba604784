import type { CallToolResult } from '@modelcontextprotocol/server';
import { once } from '../../operations/idempotency/once.ts';
import type { AnyTool, ToolContext } from '../tool.ts';

interface Outcome {
	readonly result: CallToolResult;
	readonly errorCode: string | null;
}

/** Errors after which it is not known whether something was done: the key keeps them. Any other error says that nothing was. */
const UNKNOWN: ReadonlySet<string> = new Set(['internal', 'cancelled']);

/** Lets a call with an `idempotency_key` happen once; a trial (`dry_run`) does nothing that could happen twice. */
export function onceOnly<Settled extends Outcome>(
	tool: AnyTool,
	input: Readonly<Record<string, unknown>>,
	{ operations, principal }: ToolContext,
	perform: () => Promise<Settled>,
): Promise<Settled> {
	const { idempotency_key: key, ...rest } = input;
	if (tool.hints.readOnly || typeof key !== 'string' || rest['dry_run'] === true) return perform();
	return once<Settled>(operations, principal, { key, tool: tool.name, arguments: rest }, async () => {
		const settled = await perform();
		return { answer: settled, nothingDone: settled.errorCode !== null && !UNKNOWN.has(settled.errorCode) };
	});
}
