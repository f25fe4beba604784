import {
	CLIENT_CAPABILITIES_META_KEY,
	isInputRequiredResult,
	MissingRequiredClientCapabilityError,
	type Result,
	type ServerContext,
} from '@modelcontextprotocol/server';
import { principalToJson } from '../../model/principal-json.ts';
import type { Caller, ToolCall } from '../dispatch.ts';
import type { Exchange } from '../exchange.ts';
import { runTaskId } from './run-task.ts';
import { createdWork } from './view.ts';

/** The extension's name; also what a client declares to be answered by tasks. */
export const TASKS = 'io.modelcontextprotocol/tasks';

export function declaresTasks({ mcpReq }: ServerContext): boolean {
	const envelope = mcpReq.envelope as Readonly<Record<string, { readonly extensions?: Readonly<Record<string, unknown>> } | undefined>> | undefined;
	return envelope?.[CLIENT_CAPABILITIES_META_KEY]?.extensions?.[TASKS] !== undefined;
}

export function tasksMissing(): MissingRequiredClientCapabilityError {
	return new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [TASKS]: {} } } });
}

/** The task that answers the call, once it is durable; null where the call is answered by its result. */
export async function answerByTask(call: ToolCall, exchange: Exchange, context: ServerContext): Promise<Result | null> {
	const support = await exchange.surface.taskSupport(call, exchange);
	if (support === null) return null;
	if (!declaresTasks(context)) {
		if (support === 'only') throw tasksMissing();
		return null;
	}
	return support === 'run' ? startRun(call, exchange, context) : startWork(call, exchange);
}

async function startWork(call: ToolCall, { operations, principal, requestId }: Exchange): Promise<Result> {
	const { id, task } = operations.tasks.create();
	const createdAt = await task.begin({ call, principal: principalToJson(principal), requestId });
	return createdWork(id, createdAt);
}

/** What only failed to start is told at once: there is nothing to wait for. */
async function startRun(call: ToolCall, exchange: Exchange, context: ServerContext): Promise<Result> {
	const { wait_seconds: _, ...given } = call.arguments;
	const caller: Caller = { ...exchange, signal: context.mcpReq.signal, notify: null };
	const result = await exchange.surface.call({ ...call, arguments: given }, caller, context);
	if (isInputRequiredResult(result) || result.isError === true) return result;
	const runId = (result.structuredContent as { run_id?: unknown } | undefined)?.run_id;
	if (typeof runId !== 'number') return result;
	const { id, createdAt } = await runTaskId(exchange, { runId, tool: call.name });
	return { ...createdWork(id, createdAt), ttlMs: null };
}
