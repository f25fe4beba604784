import type { BoundVariable } from './fill.ts';
import type { ComponentRef, RunSettings } from './plan.ts';

/**
 * A workflow, checked: tasks and the conditions between them. Plain JSON: a run freezes it.
 *
 * Unlike a dataflow's plan its texts still hold their variables: what a task leaves in a variable is known only when it has run.
 * `fillTemplate`, `bindSql` and `fillBody` put them in, with the values of that moment.
 */
export interface WorkflowPlan {
	/** Topologically ordered: what a task waits for stands before it. */
	readonly tasks: readonly WorkflowTask[];
	/** Values at the start, the package's own variables only. */
	readonly variables: readonly BoundVariable[];
	readonly settings: RunSettings;
}

export interface WorkflowTask {
	readonly id: string;
	readonly component: ComponentRef;
	readonly task: Task;
	/** It runs when all, or when any, of its edges fired; skipped when that can no longer happen. Without edges it runs at the start. */
	readonly waitFor: 'all' | 'any';
	readonly after: readonly { readonly task: string; readonly condition: TaskCondition }[];
}

/** `completion`: succeeded, failed or skipped. */
export type TaskCondition = 'success' | 'failure' | 'completion';

export type Task = RunPackageTask | ExecuteSqlTask | MoveFileTask | HttpCallTask | SleepTask;

export interface RunPackageTask {
	readonly kind: 'run_package';
	readonly packageId: number;
	/** Text holds variables; a text that is one variable hands on its typed value. */
	readonly variables: Readonly<Record<string, string | number | boolean | null>>;
	/** False: the task succeeds as soon as the run is submitted. */
	readonly wait: boolean;
	readonly resultVariable: string | null;
}

export interface ExecuteSqlTask {
	readonly kind: 'execute_sql';
	readonly connection: number;
	readonly query: string;
	readonly resultVariable: string | null;
}

export interface MoveFileTask {
	readonly kind: 'move_file';
	readonly from: FilePlace;
	readonly to: FilePlace;
	readonly mode: 'copy' | 'move';
	readonly ifExists: 'refuse' | 'replace' | 'skip';
}

export interface FilePlace {
	readonly connection: number;
	readonly bucket: string | null;
	/** `from`: object, folder (ends in `/`) or glob; `to`: object, or folder (ends in `/`). */
	readonly path: string;
}

export interface HttpCallTask {
	readonly kind: 'http_call';
	readonly connection: number;
	readonly path: string;
	readonly method: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, string>>;
	/** A text as it is, or a JSON value: see `fillBody`. */
	readonly body: unknown;
	readonly resultVariable: string | null;
}

export interface SleepTask {
	readonly kind: 'sleep';
	readonly seconds: number;
}
