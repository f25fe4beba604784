import type { OpenConnection } from '../../../connectors/connector.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Json } from '../../../lib/json.ts';
import { type Filled, type FillUse, fillTemplate, leavesFolder, type VariableScope } from '../../../plan/fill.ts';
import type { Task, WorkflowTask } from '../../../plan/workflow.ts';
import type { WorkflowPorts } from '../spec.ts';
import type { TaskFault } from '../state.ts';

/** What a task is done with. Everything is worked out anew after a restart but what `keep` wrote. */
export interface TaskWork<Kind extends Task = Task> {
	readonly task: WorkflowTask & { readonly task: Kind };
	/** The run that it started, once it did. */
	readonly runId: number | null;
	readonly startedAt: number;
	readonly scope: VariableScope;
	/** See `taskKey`. */
	readonly key: string;
	readonly ports: WorkflowPorts;
	kept(name: string): Json | undefined;
	/** Written at once. */
	keep(name: string, json: Json): void;
	note(message: string): void;
}

/**
 * One bounded piece of a task. `done`: with what goes into its variable · `child`: it started a run · `wait`: nothing to do before
 * that time · `more`: it goes on at once. What is thrown fails the task, or pauses it where it is a passing fault.
 */
export type TaskStep =
	| { readonly kind: 'done'; readonly result: unknown }
	| { readonly kind: 'failed'; readonly error: TaskFault }
	| { readonly kind: 'child'; readonly runId: number }
	| { readonly kind: 'wait'; readonly until: number }
	| { readonly kind: 'more' };

export interface TaskRunner<Kind extends Task> {
	step(work: TaskWork<Kind>): Promise<TaskStep>;
	/** The run is stopped: lets go of what it holds outside. May be repeated. */
	stop?(work: TaskWork<Kind>): Promise<void>;
}

export function filled(result: Filled): string {
	if ('text' in result) return result.text;
	const [first] = result.problems;
	throw new AppError('invalid_input', first?.message ?? 'a text cannot be filled', { hint: first?.hint ?? '' });
}

export function fillText(template: string, use: FillUse, scope: VariableScope): string {
	return filled(fillTemplate(template, use, scope));
}

/** A path with the values of this moment, still below its connection. */
export function fillPath(template: string, scope: VariableScope): string {
	const path = fillText(template, 'path', scope);
	const refused = leavesFolder(path);
	if (refused === null) return path;
	throw new AppError('invalid_input', `${JSON.stringify(path.slice(0, 100))} cannot be read as a path: ${refused}`, {
		hint: 'Give the path as the connection sees it.',
	});
}

const NEEDED = { files: 'file storage', tables: 'a database', http: 'an HTTP API' } as const;

export async function openAs<Kind extends OpenConnection['kind']>(
	{ ports }: Pick<TaskWork, 'ports'>,
	id: number,
	kind: Kind,
): Promise<Extract<OpenConnection, { kind: Kind }>> {
	const connection = await ports.connection(id);
	if (connection.kind === kind) return connection as Extract<OpenConnection, { kind: Kind }>;
	throw new AppError('invalid_input', `connection ${id} is ${NEEDED[connection.kind]}, and this task needs ${NEEDED[kind]}`, {
		hint: 'Choose a connection of the right kind; list_connections shows them.',
	});
}
