import { expect, test } from 'vitest';
import { callTool, type TestAccount, type ToolResult } from '../../support/gateway.ts';

/** Calls a tool as an assistant would and gives its structured result; an error fails the question. */
export type Call = <Result = Record<string, never>>(tool: string, args?: object) => Promise<Result>;

/**
 * A question a person asks, the tools an assistant answers it with, in the order of their first call, and the facts that must stand
 * in the answers. The calls go over the wire; they are recorded and held against the list.
 */
export function question(asked: string, tools: readonly string[], account: () => TestAccount, answer: (call: Call) => Promise<void>): void {
	test(asked, async () => {
		const used = new Set<string>();
		const call: Call = async (tool, args = {}) => {
			used.add(tool);
			const result: ToolResult = await callTool(account(), tool, { ...args });
			expect(result.isError, `${tool}: ${result.content[0]?.text}`).not.toBe(true);
			return result.structuredContent as never;
		};
		await answer(call);
		expect([...used]).toEqual(tools);
	});
}
