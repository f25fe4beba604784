import type { CallToolResult, Implementation, InputRequiredResult, Server, ServerCapabilities, ServerContext, Tool } from '@modelcontextprotocol/server';
import type { Change } from '../operations/notices/ports.ts';
import type { Topic } from '../operations/notices/topics.ts';
import type { TaskView } from '../operations/tasks/ports.ts';
import type { Caller, ToolCall } from './dispatch.ts';
import type { Exchange } from './exchange.ts';
import type { RunTask } from './tasks/run-task.ts';

/**
 * Whether a call may be answered by a task: `work` is done behind it by the task's object; `run` starts a run, and the run is the
 * task; `only` is done for nobody who does not know tasks.
 */
export type TaskSupport = 'work' | 'run' | 'only';

/** What is behind the protocol. The gateway's own is `gateway.ts`; the conformance suite's fixed tools are another, under the same code. */
export interface Surface {
	/** Who it says it is to clients of the gateway at `origin`. */
	info(origin: string): Implementation;
	readonly instructions: string;
	readonly capabilities: ServerCapabilities;
	/** Seals and checks what multi-round calls hand to the client to bring back. */
	readonly requestState?: { readonly verify: (state: string, context: ServerContext) => unknown };
	/** The tools this exchange may see, and a key that is equal for whoever sees the same; null where it may not be kept. */
	list(exchange: Exchange): Promise<{ readonly key: string | null; readonly tools: () => readonly Tool[] }>;
	/** One tool's input schema as it is listed; undefined for one that is not there. */
	inputSchema(name: string, exchange: Exchange): Promise<Tool['inputSchema'] | undefined>;
	/** Null where the call is answered at once. */
	taskSupport(call: ToolCall, exchange: Exchange): Promise<TaskSupport | null>;
	/** `context` is null where the call is made behind a task. */
	call(call: ToolCall, caller: Caller, context: ServerContext | null): Promise<CallToolResult | InputRequiredResult>;
	/** The same where a call never asks back for more: it then needs nothing of the protocol's machinery. */
	readonly callPlainly?: (call: ToolCall, caller: Caller) => Promise<CallToolResult>;
	/** Where tasks are runs. */
	readonly runs?: {
		/** Null where whoever asks may not look. */
		look(run: RunTask, exchange: Exchange): Promise<TaskView | null>;
		cancel(run: RunTask, exchange: Exchange): Promise<void>;
	};
	/** Adds what there is beside tools: resources, prompts, completion. */
	extend(server: Server, exchangeOf: (context: ServerContext) => Exchange): void;
	readonly watching: Watching;
}

/** How clients come to hear that a resource changed. */
export interface Watching {
	/** Whether the resource may be read, and therefore watched. */
	mayWatch(uri: string, exchange: Exchange): Promise<boolean>;
	/** What its changes are announced under; null where it never changes. */
	topic(uri: string): Topic | null;
	/** Whether the change is one of the resource. */
	concerns(uri: string, change: Change): boolean;
}
