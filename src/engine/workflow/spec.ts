import type { OpenConnection } from '../../connectors/connector.ts';
import type { VariableValue } from '../../model/run.ts';
import type { QueryParameter } from '../../plan/endpoints.ts';
import type { BoundVariable } from '../../plan/fill.ts';
import type { WorkflowPlan } from '../../plan/workflow.ts';
import type { RunOutput, RunStorage } from '../ports.ts';
import type { TaskStatus } from './state.ts';

/** A workflow's run as it is frozen at submission. */
export interface WorkflowSpec {
	readonly runId: number;
	readonly accountId: number;
	readonly workflow: WorkflowPlan;
	/** Values of the variables that every run has. */
	readonly predefined: readonly BoundVariable[];
	/** Tasks that had finished in the run that this one tries again, with what they left. */
	readonly finished: Readonly<Record<string, FinishedTask>>;
}

export interface FinishedTask {
	readonly runId: number | null;
	readonly endedAt: number;
	/** What the task put into its variable; null where it has none. */
	readonly result: QueryParameter | null;
}

/** What a workflow reaches outside of its own storage. */
export interface WorkflowPorts {
	readonly storage: RunStorage;
	connection(id: number): Promise<OpenConnection>;
	log(level: 'info' | 'warn' | 'error', message: string, task: string | null): void;
	now(): number;
	redact(text: string): string;
	/** Starts a run of another package under this one and gives its id; the same task of the same run starts one, however often it asks. */
	startChild(order: ChildOrder): Promise<number>;
	/** The run that a task started before it could note so. */
	startedChild(task: string): Promise<number | null>;
	child(runId: number): Promise<ChildRun>;
	/** Asks a child to stop; it may have ended. */
	cancelChild(runId: number): Promise<void>;
}

export interface ChildOrder {
	readonly task: string;
	readonly packageId: number;
	readonly variables: Readonly<Record<string, VariableValue>>;
	/** Names of those whose values come from a secret variable: they are not shown either. */
	readonly secret: readonly string[];
}

export interface ChildRun {
	readonly runId: number;
	readonly packageName: string;
	readonly status: 'under way' | 'completed' | 'failed' | 'stopped';
	/** Of one that failed: class and words of its first failure. */
	readonly failure: { readonly class: string; readonly message: string } | null;
	readonly outputs: readonly Pick<RunOutput, 'name' | 'target' | 'records' | 'rows'>[];
}

/** A task as get_run shows it. */
export interface TaskReport {
	readonly task: string;
	readonly name: string;
	readonly type: string;
	readonly status: TaskStatus;
	readonly runId: number | null;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	readonly error: string | null;
	readonly reused: boolean;
}

/** What is kept of a workflow that has ended, so that it can be tried again from where it failed. */
export interface WorkflowRemains {
	readonly tasks: WorkflowPlan['tasks'];
	readonly states: Readonly<Record<string, TaskRemains>>;
}

export interface TaskRemains {
	readonly status: TaskStatus;
	readonly runId: number | null;
	readonly endedAt: number | null;
	readonly result: QueryParameter | null;
}
