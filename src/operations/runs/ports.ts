import type { ComponentFailure, ComponentProgress, ErrorClassCount, RunOutput, RunSpec } from '../../engine/ports.ts';
import type { TaskReport, WorkflowRemains, WorkflowSpec } from '../../engine/workflow/spec.ts';
import type { RunStatus } from '../../model/run.ts';

/** What the run object is told once, at submission; it keeps it until the run is archived. */
export interface RunOrder {
	readonly spec: RunSpec | WorkflowSpec;
	readonly clusterId: number;
	readonly packageId: number;
	readonly packageName: string;
	readonly submittedAt: number;
	/** In the queue of its cluster: 1, 0, -1. */
	readonly priority: number;
	/** It holds values of secret variables: nowhere is it kept in the clear. */
	readonly secret?: true;
	/** Where another run started it: which, and by which of its tasks. */
	readonly parent?: { readonly runId: number; readonly task: string };
	/** Of a workflow: who its children act for, and the packages that are under way above them, this one last. */
	readonly children?: { readonly userId: number; readonly grantId: number | null; readonly packages: readonly number[] };
}

/** The object of one run, reached by `run:<id>`. Every call may be repeated. */
export interface RunHandle {
	/** Keeps the order; nothing runs yet. */
	prepare(order: RunOrder): Promise<void>;
	/** The cluster granted a lease: begin, or go on. */
	begin(lease: { readonly until: number }): Promise<void>;
	/** Asks it to stop; seen at the next checkpoint. Gives the status after asking. */
	cancel(): Promise<RunStatus>;
	/** Something it waits for may have happened: it looks now rather than later. */
	wake(): Promise<void>;
	/** State now; null once archived (then D1 and R2 have everything). */
	snapshot(logLines: number): Promise<RunSnapshot | null>;
	/** The log from a line on, and how the run stands; null as for `snapshot`. */
	log(after: number): Promise<RunLogPage | null>;
}

export interface RunLogPage {
	readonly status: RunStatus;
	/** Those behind `after`, as many as fit: where there are none, there are no more at this moment. */
	readonly lines: readonly LogLine[];
}

export interface RunSnapshot {
	readonly status: RunStatus;
	/** 0..1 */
	readonly progress: number;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	readonly components: readonly ComponentProgress[];
	readonly failures: readonly ComponentFailure[];
	readonly outputs: readonly RunOutput[];
	/** Of a workflow; null for a dataflow. */
	readonly tasks: readonly TaskReport[] | null;
	readonly log: readonly LogLine[];
	readonly logLines: number;
}

export interface LogLine {
	readonly at: number;
	readonly level: 'info' | 'warn' | 'error';
	readonly component: string | null;
	readonly message: string;
}

/** The object of one cluster: a queue and its leases. */
export interface ClusterHandle {
	/** Starts the run when a slot is free; until then it is queued. Higher priority first, then first come. */
	enqueue(run: { readonly runId: number; readonly priority: number }): Promise<{ readonly queuedBehind: number }>;
	/** Keeps a lease alive; false when it was lost (the run must stop working and wait to be begun again). */
	renew(runId: number): Promise<boolean>;
	/** The run ended: the slot goes to the next. */
	release(runId: number): Promise<void>;
	/** Takes a queued run out; false when it is already running. */
	withdraw(runId: number): Promise<boolean>;
	load(): Promise<{ readonly running: number; readonly queued: number }>;
	/** Its settings changed: slots that are free by them go to whoever waits. A run that has its slot keeps it. */
	look(): Promise<void>;
}

/**
 * The index that the run object reports to: D1. Every report may be repeated and may come late; none changes a run that has ended.
 * `operations/runs/journal.ts` implements it; the object keeps an outbox and repeats until a report was taken.
 */
export interface RunJournal {
	runSubmitted(report: { readonly runId: number }): Promise<void>;
	runStarted(report: { readonly runId: number; readonly at: number }): Promise<void>;
	/** At most every few seconds. `status`: running, pending_stoppage or stopping. */
	runProgress(report: { readonly runId: number; readonly status: RunStatus; readonly progress: number; readonly at: number }): Promise<void>;
	runEnded(report: RunEnding): Promise<void>;
	/** The log is in R2 under `logKey`, one JSON `LogLine` a line; from here on the object's snapshot may be null. */
	runArchived(report: { readonly runId: number; readonly logKey: string; readonly logLines: number }): Promise<void>;
}

export interface RunEnding {
	readonly runId: number;
	readonly accountId: number;
	readonly status: 'completed' | 'failed' | 'stopped';
	readonly progress: number;
	readonly startedAt: number | null;
	readonly endedAt: number;
	readonly components: readonly ComponentProgress[];
	/** The first is the one that failed the run. */
	readonly failures: readonly ComponentFailure[];
	readonly outputs: readonly RunOutput[];
	/** Bad rows by component and class; left out where nothing was read. */
	readonly errorClasses?: readonly ErrorClassCount[];
	/** Of a workflow: its tasks, and what a retry may take over. */
	readonly tasks?: readonly TaskReport[] | null;
	readonly remains?: WorkflowRemains | null;
}
