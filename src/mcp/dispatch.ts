import { type CallToolResult, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { sha256Hex } from '../lib/crypto.ts';
import { AppError } from '../lib/errors.ts';
import { canonicalJson } from '../lib/json.ts';
import { describeFault, type Logger } from '../lib/log.ts';
import { nearest } from '../lib/nearest.ts';
import type { Principal } from '../model/principal.ts';
import { type AuditOutcome, recordToolCall } from '../operations/audit/record.ts';
import type { OperationContext } from '../operations/context.ts';
import type { Chat } from '../operations/sessions/chats.ts';
import type { EnabledTools } from '../operations/sessions/ports.ts';
import { parseShape, type ShapeFault } from '../plan/shape.ts';
import { keepRest } from './keep-rest.ts';
import { knownAs } from './known-as.ts';
import { onceOnly } from './policy/idempotency.ts';
import { anyTool, refusal, visibleTools } from './policy/visible.ts';
import { type Notify, progressReporter } from './progress.ts';
import { answer, errorView, failure } from './result.ts';
import { shapeAnswer } from './shape-answer.ts';
import type { AnyTool, ToolContext } from './tool.ts';
import type { Trace } from './trace.ts';

export interface ToolCall {
	readonly name: string;
	readonly arguments: Readonly<Record<string, unknown>>;
	/** What a client brings back in a later round of the same call. */
	readonly inputResponses?: Readonly<Record<string, unknown>>;
	readonly requestState?: unknown;
}

export interface Caller {
	readonly principal: Principal;
	readonly operations: OperationContext;
	readonly requestId: string;
	readonly log: Logger;
	readonly signal: AbortSignal;
	/** Null unless the client asked for progress and can hear it. */
	readonly notify: Notify | null;
	/** The chat that remembers its calls. */
	readonly chat?: Chat | null;
	/** What remembers the tools that were enabled, where only those can be called. */
	readonly enabled?: EnabledTools | null;
	/** Whether the client hears more on the stream of its answer than the answer. */
	readonly heard?: boolean;
	readonly trace?: Trace | null;
	/** Of the response that carries the answer, once it is known; for the audit. */
	readonly httpStatus?: Promise<number> | undefined;
}

interface Outcome {
	readonly result: CallToolResult;
	readonly outcome: AuditOutcome;
	readonly errorCode: string | null;
}

/**
 * The one way to a tool: visible to this principal? → arguments parsed → done before under this key? → run → output parsed → within budget → audited with the
 * true outcome → answered. Throws only for a tool that does not exist; everything else is a result.
 */
export async function dispatch(call: ToolCall, caller: Caller): Promise<CallToolResult> {
	const { clock } = caller.operations;
	const begun = clock();
	const tool = await anyTool(call.name, caller.principal, caller.operations);
	if (tool !== undefined) return dispatchTo(tool, call, caller);
	const unknown = await unknownTool(call.name, caller);
	audit(call, caller, unknown, clock() - begun);
	throw unknown;
}

/** The same for a tool that is at hand. */
export async function dispatchTo(tool: AnyTool, call: ToolCall, caller: Caller): Promise<CallToolResult> {
	const { clock } = caller.operations;
	const begun = clock();
	const outcome = await attempt(tool, call, caller);
	audit(call, caller, outcome, clock() - begun, tool.about);
	return outcome.result;
}

async function attempt(tool: AnyTool, call: ToolCall, caller: Caller): Promise<Outcome> {
	const refused = refusal(tool, caller.principal);
	if (refused !== null) return denied(refused);
	const parsed = parseShape(tool.input, call.arguments);
	if ('faults' in parsed) return failed(badArguments(tool, parsed.faults));
	const operations = { ...caller.operations, via: tool.name };
	const context: ToolContext = {
		principal: caller.principal,
		operations,
		log: caller.log.with({ tool: tool.name }),
		signal: caller.signal,
		progress: progressReporter(caller.notify, operations.clock),
	};
	const perform = async (): Promise<Outcome> => {
		let raw: unknown;
		try {
			raw = await tool.run(parsed.value, context);
		} catch (error) {
			return error instanceof AppError ? failed(error) : broken(tool, error, context, caller.requestId);
		}
		return answered(tool, raw, call, context, caller.requestId);
	};
	try {
		return await onceOnly(tool, parsed.value, context, perform);
	} catch (error) {
		return error instanceof AppError ? failed(error) : broken(tool, error, context, caller.requestId);
	}
}

/** What was done is done: a change whose answer cannot be told is still no failure. */
async function answered(tool: AnyTool, raw: unknown, call: ToolCall, context: ToolContext, reference: string): Promise<Outcome> {
	const unshaped = (error: unknown): void => context.log.error('an answer could not be shaped', { reference, error: String(error) });
	try {
		return { result: await answer(tool, shapeAnswer(tool, raw, unshaped), call.arguments, keepRest(context)), outcome: 'ok', errorCode: null };
	} catch (error) {
		if (tool.hints.readOnly) return broken(tool, error, context, reference);
		unshaped(error);
		const text = `${tool.name} did what it was asked, but its answer could not be told (reference ${reference}). Do not repeat it: look at what is there.`;
		return { result: { content: [{ type: 'text', text }], structuredContent: {} }, outcome: 'ok', errorCode: null };
	}
}

function badArguments(tool: AnyTool, faults: readonly ShapeFault[]): AppError {
	const lines = faults.map(({ message, hint }) => `- ${message}; ${hint}`).join('\n');
	return new AppError(
		'invalid_input',
		`${tool.name} was not called: ${faults.length === 1 ? 'an argument is' : `${faults.length} things are`} wrong.\n${lines}`,
		{
			hint: `Its arguments are: ${Object.keys(tool.input.shape).join(', ') || 'none'}.`,
			details: { problems: faults.map(({ path, message, hint }) => ({ path, message, hint })) },
		},
	);
}

function denied(message: string): Outcome {
	const hint = 'Tools this token may call are in tools/list. For more, have a member of the account make a token with that scope.';
	return { result: failure({ code: 'forbidden', message, hint, retryable: false }), outcome: 'denied', errorCode: 'forbidden' };
}

function failed(error: AppError): Outcome {
	return { result: failure(errorView(error)), outcome: error.code === 'forbidden' ? 'denied' : 'error', errorCode: error.code };
}

/** Not an error meant to be read: its text may hold anything, so only the log gets it. */
function broken(tool: AnyTool, error: unknown, context: ToolContext, reference: string): Outcome {
	const aborted = context.signal.aborted;
	if (!aborted) context.log.error('a tool failed', { reference, error: describeFault(error) });
	const hint = tool.hints.readOnly
		? 'Try again; if it stays, give the reference to the operator.'
		: 'It is not known whether the change was made: look before trying again, and give the reference to the operator.';
	const view = {
		code: 'internal',
		message: aborted ? 'The call was cancelled.' : `Something went wrong inside Headgate (reference ${reference}).`,
		hint,
		retryable: tool.hints.readOnly,
	};
	return { result: failure(view), outcome: 'error', errorCode: aborted ? 'cancelled' : 'internal' };
}

async function unknownTool(name: string, { principal, operations }: Caller): Promise<ProtocolError> {
	const near = nearest(name, (await visibleTools(principal, operations)).byName.keys());
	const help = knownAs(name) ?? (near === undefined ? undefined : `Did you mean ${near}?`);
	const message = `Unknown tool: ${name.slice(0, 64)}.${help === undefined ? '' : ` ${help}`} The tools are in tools/list.`;
	return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

type Recorded = Pick<Caller, 'operations' | 'principal' | 'requestId' | 'chat' | 'trace' | 'httpStatus'>;

/** Keeps the record of a call that was refused before it reached the dispatcher. */
export function recordRefusal(call: ToolCall, caller: Recorded): void {
	audit(call, { ...caller, httpStatus: Promise.resolve(403) }, { ...denied(''), answered: false }, 0);
}

/** After the answer: digesting the arguments and writing the row cost the caller nothing. */
function audit(
	call: ToolCall,
	{ operations, principal, requestId, chat, trace, httpStatus }: Recorded,
	outcome: (Outcome & { readonly answered?: boolean }) | ProtocolError,
	durationMs: number,
	about?: string,
): void {
	const truth =
		outcome instanceof ProtocolError ? ({ outcome: 'error', errorCode: 'unknown_tool' } as const) : { outcome: outcome.outcome, errorCode: outcome.errorCode };
	const target = about ?? targetOf(call.arguments) ?? (outcome instanceof ProtocolError ? null : targetOf(outcome.result.structuredContent));
	const tool = call.name.slice(0, 64);
	const rpcCode = outcome instanceof ProtocolError ? outcome.code : null;
	const isError = outcome instanceof ProtocolError || outcome.answered === false ? null : outcome.result.isError === true;
	const record = async (): Promise<void> => {
		const [argumentsDigest, status = null] = await Promise.all([digestOf(call.arguments), httpStatus]);
		const traceId = trace?.trace_id ?? null;
		const levels = { httpStatus: status, rpcCode, isError };
		recordToolCall(operations, principal, { tool, target, ...truth, ...levels, durationMs, argumentsDigest, requestId, traceId });
	};
	chat?.called(tool, truth.outcome);
	operations.waitUntil(record());
}

/** Arguments nested tens of thousands deep overflow the stack of any recursive walk; they are recorded by their outermost names. */
function digestOf(given: Readonly<Record<string, unknown>>): Promise<string> {
	try {
		return sha256Hex(canonicalJson(given));
	} catch {
		return sha256Hex(canonicalJson(Object.keys(given)));
	}
}

/** `run:5`, `package:12`, `schedule:3`: what a call was about, by the id it names. */
function targetOf(value: unknown): string | null {
	if (value === null || typeof value !== 'object') return null;
	const fields = value as Record<string, unknown>;
	const kind = (['run', 'schedule', 'package', 'connection', 'cluster'] as const).find((noun) => Number.isSafeInteger(fields[`${noun}_id`]));
	return kind === undefined ? null : `${kind}:${fields[`${kind}_id`]}`;
}
