import type * as z from 'zod';
import type { Logger } from '../lib/log.ts';
import type { Principal, Scope } from '../model/principal.ts';
import type { OperationContext } from '../operations/context.ts';

/** Groups that `?toolsets=` narrows by. */
export const TOOLSETS = ['packages', 'runs', 'connections', 'clusters', 'schedules', 'search', 'components', 'account', 'published'] as const;
export type Toolset = (typeof TOOLSETS)[number];

/**
 * One tool. The name is written once, here. The description says what it returns, when to use it and what to use instead;
 * every input field says where its value comes from.
 */
export interface ToolDefinition<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
	/** ≤ 48 characters of `[a-z0-9_-]`. */
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly toolset: Toolset;
	/** What the caller's grant must hold; without it the tool is neither listed nor callable. */
	readonly scope: Scope;
	readonly hints: {
		readonly readOnly: boolean;
		readonly destructive: boolean;
		readonly idempotent: boolean;
		/** Reaches systems outside Headgate. */
		readonly openWorld: boolean;
	};
	readonly input: Input;
	readonly output: Output;
	/** Clients that know tasks are answered by one: `run` where the call starts a run, which then is the task; `work` where the call itself may take long. */
	readonly task?: 'run' | 'work';
	/** Belongs to the protocol and not to the account: no right is needed for it but being let in. */
	readonly always?: true;
	/** Arguments that ask for more: where the caller gives one, the answer may take the hard cap instead of the default budget. */
	readonly grows?: readonly (keyof z.input<Input> & string)[];
	/** Fields of the output that hold rows, values or logs of the account's systems: told to the reader as data, never as instructions. */
	readonly userData?: readonly (keyof z.output<Output> & string)[];
	/** What every call is about, e.g. `package:12`; where it is not set, the ids among the arguments tell. */
	readonly about?: string;
	/** The answer is one text item with the JSON and nothing beside it, as hosts want it that read only that. The tool bounds its own length. */
	readonly oneText?: true;
	run(input: z.output<Input>, context: ToolContext): Promise<z.input<Output>>;
}

export interface ToolContext {
	readonly principal: Principal;
	readonly operations: OperationContext;
	readonly log: Logger;
	/** Aborted when the client went away or cancelled. */
	readonly signal: AbortSignal;
	/** Told to the client when it asked for progress, at most once a second. */
	progress(progress: number, total: number | null, message: string): void;
}

/** A tool as the registry's list and the dispatcher hold it. */
export type AnyTool = ToolDefinition<z.ZodObject, z.ZodObject>;

/** Keeps the input and output types of a definition while fitting it into the registry's list. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(definition: ToolDefinition<Input, Output>): ToolDefinition<Input, Output> {
	return definition;
}
