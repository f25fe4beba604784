import { HOUR } from '../../lib/time.ts';
import type { PrincipalJson } from '../../model/principal-json.ts';

/** How long a task can be asked about. */
export const TASK_LIFE = HOUR;

export type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

/** A call of a tool, as a task keeps it. */
export interface TaskCall {
	readonly name: string;
	readonly arguments: Readonly<Record<string, unknown>>;
	readonly inputResponses?: Readonly<Record<string, unknown>>;
	readonly requestState?: unknown;
}

export interface TaskOrder {
	readonly call: TaskCall;
	readonly principal: PrincipalJson;
	/** Of the request that made it. */
	readonly requestId: string;
}

/** An error of the protocol. */
export interface TaskError {
	readonly code: number;
	readonly message: string;
	readonly data?: unknown;
}

export interface TaskView {
	readonly status: TaskStatus;
	readonly statusMessage: string | null;
	readonly createdAt: number;
	readonly updatedAt: number;
	readonly ttlMs: number | null;
	readonly result?: unknown;
	readonly error?: TaskError;
	/** What the task waits for, by keys of its own. */
	readonly inputRequests?: Readonly<Record<string, unknown>>;
}

/** How one attempt at a call ended. */
export type TaskStep =
	| { readonly kind: 'completed'; readonly result: unknown }
	| { readonly kind: 'failed'; readonly error: TaskError }
	| { readonly kind: 'parked'; readonly inputRequests: Readonly<Record<string, unknown>>; readonly requestState: unknown };

/** Whose task it is: the grant that began it, and nobody else. */
export interface TaskOwner {
	readonly accountId: number;
	readonly grantId: number;
}

/** The object of one task that does its work itself. Whoever is not its owner is told what nobody is told: null. */
export interface TaskHandle {
	/** Keeps the order and begins; gives when. */
	begin(order: TaskOrder): Promise<number>;
	look(owner: TaskOwner): Promise<TaskView | null>;
	/** Answers to what it asked; those it did not ask for are dropped. Null for strangers. */
	answer(owner: TaskOwner, responses: Readonly<Record<string, unknown>>): Promise<true | null>;
	/** Null for strangers. */
	cancel(owner: TaskOwner): Promise<true | null>;
}

/** Where task objects are made and found, by ids that nobody can guess. */
export interface Tasks {
	create(): { readonly id: string; readonly task: TaskHandle };
	/** Null for a text that is no id of a task. */
	find(id: string): TaskHandle | null;
}
