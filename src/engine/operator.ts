import type { Batch } from '../data/batch.ts';
import type { Schema } from '../data/types.ts';
import type { Expr } from '../expression/ir.ts';
import type { Json } from '../lib/json.ts';
import type { OutPort, PlanNode } from '../plan/plan.ts';
import type { BadCell } from './bad-rows.ts';
import type { RunOutput, RunPorts, RunSpec } from './ports.ts';
import type { NodeChunks } from './storage/chunk-store.ts';

/**
 * A relational operator at work. Rows are pushed into it batch by batch; row-wise operators emit at once, the others keep what
 * they need and are `busy` while they have rows to give that wait for no further input.
 *
 * A checkpoint happens only between two steps, when nothing is on its way. Everything an operator knows is then in what `save`
 * gives and in its chunk streams: one made anew from these goes on as if nothing had happened.
 */
export interface Operator {
	/** Rows on an input. */
	push(input: number, batch: Batch): void;
	/** That input gives no more. Called once for each. */
	end(input: number): void;
	/** Before anything else in a run: a scan looks at what is there to read, so that what is missing is told before work begins. */
	prepare?(): Promise<void>;
	/** A scan: about how many bytes there are to read. */
	estimate?(): number | null;
	/** Whether `step` has something to do. Not asked once it has finished. */
	busy?(): boolean;
	/** Does a bounded piece of work: about one batch in or out. */
	step?(): void | Promise<void>;
	/** It is amid work that a restart would begin anew, because nothing of it can be saved: no checkpoint comes before it is through. */
	isMidway?(): boolean;
	/** Whether rows on that input can still change anything; true when left out. */
	wants?(input: number): boolean;
	/** It is finished, stopped or set aside: lets go of what it holds open outside. */
	close?(): void;
	/** False while rows on that input had better wait, because another input must be read first. */
	accepts?(input: number): boolean;
	/** So much waits here for a checkpoint that nothing more may come in before it. */
	isFull?(): boolean;
	/** About how many bytes it holds in memory; asked after every step. */
	bytes?(): number;
	/** Moves what it holds to its chunk streams. */
	spill?(): void;
	/** Inside the checkpoint's transaction. */
	save?(): Json;
	/** The run has completed and its destinations are visible: a source may note what it read. May be repeated. */
	committed?(): Promise<void>;
	/** After the checkpoint: work on the outside world that the checkpoint made repeatable. */
	afterCheckpoint?(): Promise<void>;
	/**
	 * Behind that work of all operators: what it led to, such as rows that were refused. It belongs to the next checkpoint together
	 * with the note that they were sent. Gives whether there is anything for that checkpoint.
	 */
	settle?(): boolean;
}

/** What an operator is made with. */
export interface OperatorContext {
	readonly spec: RunSpec;
	readonly ports: RunPorts;
	readonly node: PlanNode;
	/** What arrives on each input: at least the columns it asked for. */
	readonly inputs: readonly Schema[];
	/** What it should give on port `out`: the columns somebody needs. */
	readonly output: Schema;
	readonly chunks: NodeChunks;
	/** A condition that all its rows go through next: a scan may leave out rows for which it is not true. */
	readonly filteredBy: Expr | null;
	/** Nobody who gets its rows keeps them: a scan may use their memory again for the next, a filter leave them where they are. */
	readonly lends: boolean;
	/** Its input lends rows: none may be kept or passed on as it is. */
	readonly borrows: boolean;
	/** What `save` gave at the last checkpoint; undefined at the first start. */
	readonly saved: Json | undefined;
	/** Bytes the whole run may hold at this moment before its largest operator spills. */
	readonly memory: number;
	emit(batch: Batch, port?: OutPort): void;
	/** No more rows on any port. */
	finish(): void;
	/** Whether all its inputs have ended. */
	ended(): boolean;
	hasEnded(input: number): boolean;
	/** About how many bytes the scans behind an input read; null where one of them cannot know. */
	estimate(input: number): number | null;
	/** Rows received on an input, the batch being pushed among them. */
	received(input: number): number;
	/** Whether somebody reads that port. */
	feeds(port: OutPort): boolean;
	/**
	 * Deals with rows that failed, by the component's `on_error`: throws, counts, keeps them and sends them to the dead-letter port.
	 * `firstRow` is the number of the batch's row 0 in the component's input. Gives the rows to go on with; null means all of them.
	 */
	survivors(batch: Batch, firstRow: number, bad: readonly BadCell[]): Int32Array | null;
	/** Counts and keeps rows of which a contract discarded a value or all; they go nowhere. */
	noteDiscarded(batch: Batch, cells: readonly BadCell[]): void;
	/** A scan read from outside: counts towards the slice's budget. `fraction`: how far it is, 0..1, or null where it cannot know. */
	advanced(bytes: number, rows: number, fraction: number | null): void;
	/** Counts work of a step beyond the rows it emits, in cells (`Meter`). */
	worked(cells: number): void;
	/** The slice should end after this step, because work waits for a checkpoint. */
	requestCheckpoint(): void;
	/** The outside asks for a pause: the slice ends, and the run goes on at that time. */
	waitUntil(time: number, because: string): void;
	log(level: 'info' | 'warn' | 'error', message: string): void;
}

/** An operator at the end of the graph: what it writes becomes visible by `commit` alone. */
export interface Sink extends Operator {
	/** Checks what the destination must fulfil and prepares it; may be repeated. */
	begin(): Promise<void>;
	/** Checks again what may have changed since, right before anything of the run becomes visible. */
	check?(): Promise<void>;
	/** Everything was written: makes it visible. May be repeated. */
	commit(): Promise<void>;
	/** Leaves the destination as it was. May be repeated. True: its commit had been made, or was past undoing, and stays. */
	abort(): Promise<boolean>;
	output(): RunOutput;
}

export type MakeOperator = (context: OperatorContext) => Operator;
