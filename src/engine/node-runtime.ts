import { BATCH_ROWS, type Batch } from '../data/batch.ts';
import { sliceBatch } from '../data/gather.ts';
import type { Schema } from '../data/types.ts';
import type { Expr } from '../expression/ir.ts';
import type { Json } from '../lib/json.ts';
import type { OutPort, PlanNode } from '../plan/plan.ts';
import type { BadCell, BadRows } from './bad-rows.ts';
import { deadLetters, goodRows } from './dead-letter.ts';
import { componentFailure, RunFailed } from './failure.ts';
import type { GraphNode } from './graph.ts';
import { Leaving } from './leaving.ts';
import type { Meter } from './meter.ts';
import type { Operator, OperatorContext } from './operator.ts';
import type { ComponentProgress, RunPorts, RunSpec } from './ports.ts';
import { NodeChunks, type StreamRange } from './storage/chunk-store.ts';

/** What all nodes of a run have in common. */
export interface RunScope {
	readonly spec: RunSpec;
	readonly ports: RunPorts;
	readonly badRows: BadRows;
	readonly meter: Meter;
	/** Bytes that all operators together may hold. */
	readonly memory: () => number;
	/** Lines wait for the checkpoint: a slice that is done again must not say things twice. */
	readonly lines: { level: 'info' | 'warn' | 'error'; message: string; component: string | null }[];
}

interface SavedNode {
	readonly in: number[];
	readonly out: number;
	readonly ended: boolean[];
	readonly finished: boolean;
	readonly fraction: number | null;
	readonly operator: Json;
	readonly chunks: Record<string, StreamRange>;
}

/** Something went wrong while this node worked, however deep in another's emit it was. */
export class NodeError extends Error {
	override readonly name = 'NodeError';
	readonly runtime: NodeRuntime;

	constructor(runtime: NodeRuntime, cause: unknown) {
		super('', { cause });
		this.runtime = runtime;
	}
}

/** Does work on behalf of a node: what goes wrong in it is that node's. */
export async function attributed(runtime: NodeRuntime, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		throw error instanceof NodeError ? error : new NodeError(runtime, error);
	}
}

/** A node at work: its operator, who gets what it emits, and its counts. */
export class NodeRuntime implements OperatorContext {
	readonly graph: GraphNode;
	readonly chunks: NodeChunks;
	readonly saved: Json | undefined;
	readonly operator: Operator;
	finished: boolean;
	readonly #scope: RunScope;
	/** What a row that it emits costs all who take it in. */
	readonly #rowCost: number;
	readonly #leaving: Leaving;
	/** Its own step is at work: what it emits then may leave in pieces. What it emits while rows are pushed into it goes with those. */
	#stepping = false;
	/** It is finished once all rows have left. */
	#finishing = false;
	readonly #peers: readonly NodeRuntime[];
	readonly #in: number[];
	#out: number;
	readonly #ended: boolean[];
	#fraction: number | null;

	/** `peers`: all nodes of the run by index, filled while they are made. */
	constructor(
		{ graph, rowCost, make }: { readonly graph: GraphNode; readonly rowCost: number; readonly make: (context: OperatorContext) => Operator },
		scope: RunScope,
		peers: readonly NodeRuntime[],
		state: Json | undefined,
	) {
		const saved = state as unknown as SavedNode | undefined;
		this.graph = graph;
		this.#rowCost = rowCost;
		this.#leaving = new Leaving(graph.lends);
		this.#scope = scope;
		this.#peers = peers;
		this.#in = saved?.in ?? graph.inputs.map(() => 0);
		this.#out = saved?.out ?? 0;
		this.#ended = saved?.ended ?? graph.inputs.map(() => false);
		this.#fraction = saved?.fraction ?? null;
		this.finished = saved?.finished ?? false;
		this.saved = saved?.operator ?? undefined;
		this.chunks = new NodeChunks(scope.ports.storage, graph.index, saved?.chunks as unknown as Json | undefined);
		this.operator = make(this);
	}

	get spec(): RunSpec {
		return this.#scope.spec;
	}

	get ports(): RunPorts {
		return this.#scope.ports;
	}

	get node(): PlanNode {
		return this.graph.node;
	}

	get inputs(): readonly Schema[] {
		return this.graph.inputs;
	}

	get output(): Schema {
		return this.graph.output;
	}

	get filteredBy(): Expr | null {
		return this.graph.filteredBy;
	}

	get lends(): boolean {
		return this.graph.lends;
	}

	get borrows(): boolean {
		return this.graph.borrows;
	}

	get memory(): number {
		return this.#scope.memory();
	}

	emit(batch: Batch, port: OutPort = 'out'): void {
		if (batch.length === 0) return;
		if (port === 'out') {
			// Who takes it finds columns by their place among those that are needed: one too many would be read as another.
			if (batch.columns.length !== this.output.length) throw new TypeError(`${batch.columns.length} columns where ${this.output.length} are needed`);
			this.#out += batch.length;
		}
		if (this.#stepping) {
			const { held, cells } = this.#leaving.holds(batch, port, this.#rowCost);
			this.worked(cells);
			if (held) return;
		}
		this.#give(batch, port);
	}

	/** A step of the operator's own work. */
	async step(): Promise<void> {
		this.#stepping = true;
		try {
			const pending = this.operator.step?.();
			if (pending !== undefined) await pending;
		} finally {
			this.#stepping = false;
		}
	}

	/** Work is on its way that no checkpoint may cut in two. */
	get isMidway(): boolean {
		return !this.finished && (!this.#leaving.isEmpty || (this.operator.isMidway?.() ?? false));
	}

	/** Lets a piece of what waits to leave go to the next. False where nothing does. */
	leave(): boolean {
		if (this.#leaving.isEmpty) return false;
		const { piece, port, cells } = this.#leaving.next();
		this.worked(cells);
		this.#give(piece, port);
		if (this.#leaving.isEmpty && this.#finishing) this.finish();
		return true;
	}

	/** What was chosen from lent rows may be more than a batch has that is not lent. */
	#give(batch: Batch, port: OutPort): void {
		if (batch.length <= BATCH_ROWS || this.lends) this.#deliver(batch, port);
		else for (let from = 0; from < batch.length; from += BATCH_ROWS) this.#deliver(sliceBatch(batch, from, Math.min(batch.length, from + BATCH_ROWS)), port);
	}

	#deliver(batch: Batch, port: OutPort): void {
		for (const consumer of this.graph.consumers) {
			if (consumer.port === port) this.#peers[consumer.index]?.receive(consumer.input, batch);
		}
	}

	receive(input: number, batch: Batch): void {
		if (this.finished) return;
		this.#in[input] = (this.#in[input] as number) + batch.length;
		try {
			this.operator.push(input, batch);
		} catch (error) {
			throw error instanceof NodeError ? error : new NodeError(this, error);
		}
	}

	finish(): void {
		if (this.finished) return;
		this.#finishing = true;
		if (!this.#leaving.isEmpty) return;
		this.finished = true;
		this.operator.close?.();
		// Destinations are committed later, and a source then notes what it read: whoever does that may be opened anew.
		if (this.node.operator.kind !== 'sink' && this.operator.committed === undefined) this.chunks.clear();
		// Some rows fail after the input has ended: user code and destinations take them later.
		this.#judge();
		for (const consumer of this.graph.consumers) this.#peers[consumer.index]?.endInput(consumer.input);
	}

	endInput(input: number): void {
		if (this.finished || this.#ended[input]) return;
		this.#ended[input] = true;
		try {
			if (this.ended()) this.#judge();
			this.operator.end(input);
		} catch (error) {
			throw error instanceof NodeError ? error : new NodeError(this, error);
		}
	}

	ended(): boolean {
		return this.#ended.every(Boolean);
	}

	hasEnded(input: number): boolean {
		return this.#ended[input] ?? true;
	}

	estimate(input: number): number | null {
		const from = this.node.inputs[input]?.node;
		const peer = this.#peers.find((each) => each.node.id === from);
		if (peer === undefined) return null;
		if (peer.operator.estimate !== undefined) return peer.operator.estimate();
		let sum = 0;
		for (let each = 0; each < peer.inputs.length; each++) {
			const bytes = peer.estimate(each);
			if (bytes === null) return null;
			sum += bytes;
		}
		return sum;
	}

	received(input: number): number {
		return this.#in[input] ?? 0;
	}

	feeds(port: OutPort): boolean {
		return this.graph.consumers.some((consumer) => consumer.port === port);
	}

	survivors(batch: Batch, firstRow: number, bad: readonly BadCell[]): Int32Array | null {
		if (bad.length === 0) return null;
		const sorted = [...bad].sort((a, b) => a.row - b.row);
		const first = sorted[0] as BadCell;
		const { badRows, ports } = this.#scope;
		if (this.node.onError === 'fail') {
			const number = first.number ?? firstRow + first.row;
			badRows.keep(this.node, batch, first, number);
			throw new RunFailed(
				componentFailure(this.node, first.class, ports.redact(first.message), repairOf(this.node, first), {
					row: number,
					field: first.field,
					sample: badRows.sample(batch, first.row),
				}),
			);
		}
		const rows: BadCell[] = [];
		for (const cell of sorted) if (rows.at(-1)?.row !== cell.row) rows.push(cell);
		const kept: BadCell[] = [];
		try {
			for (const cell of rows) {
				kept.push(cell);
				badRows.keep(this.node, batch, cell, cell.number ?? firstRow + cell.row);
			}
		} finally {
			// Also where they became too many: the run fails, and what was refused until then goes where it belongs.
			if (this.node.onError === 'dead_letter' && this.feeds('dead_letter'))
				this.emit(deadLetters(this.node, batch, firstRow, kept, ports.redact), 'dead_letter');
		}
		if (badRows.isFull) this.requestCheckpoint();
		const dropped = this.node.onError === 'null_field' ? sorted.filter((cell) => cell.field === null) : rows;
		return dropped.length === 0 ? null : goodRows(batch.length, dropped);
	}

	noteDiscarded(batch: Batch, cells: readonly BadCell[]): void {
		for (const cell of cells) this.#scope.badRows.keep(this.node, batch, cell, cell.number ?? cell.row + 1);
		if (this.#scope.badRows.isFull) this.requestCheckpoint();
	}

	advanced(bytes: number, rows: number, fraction: number | null): void {
		this.#scope.meter.bytes += bytes;
		this.#in[0] = (this.#in[0] ?? 0) + rows;
		this.#fraction = fraction;
	}

	worked(cells: number): void {
		this.#scope.meter.worked(cells);
	}

	requestCheckpoint(): void {
		this.#scope.meter.checkpointWanted = true;
	}

	waitUntil(time: number, because: string): void {
		this.#scope.meter.wait = { until: time, because };
		this.requestCheckpoint();
	}

	log(level: 'info' | 'warn' | 'error', message: string): void {
		this.#scope.lines.push({ level, message: this.ports.redact(message), component: this.node.component.name });
	}

	/** Whether its output can still change anything. A node that nobody reads works for its own sake. */
	isWanted(): boolean {
		const { consumers } = this.graph;
		return consumers.length === 0 || consumers.some((consumer) => this.#peers[consumer.index]?.wants(consumer.input));
	}

	wants(input: number): boolean {
		return !this.finished && (this.operator.wants?.(input) ?? true) && this.isWanted();
	}

	/** Whether its rows would be taken in now by all that they reach. */
	isLetThrough(): boolean {
		return this.graph.gates.every(({ index, input }) => {
			const peer = this.#peers[index] as NodeRuntime;
			return peer.finished || (peer.operator.accepts?.(input) ?? true);
		});
	}

	save(): Json {
		const operator = this.finished && this.graph.node.operator.kind !== 'sink' ? null : (this.operator.save?.() ?? null);
		const saved: SavedNode = {
			in: this.#in,
			out: this.#out,
			ended: this.#ended,
			finished: this.finished,
			fraction: this.#fraction,
			operator,
			chunks: this.chunks.checkpoint(),
		};
		return saved as unknown as Json;
	}

	/** `behindFailure`: a node whose rows come through one that failed. Brought to an end without a row it was not done: it never had its turn. */
	progress(failed: boolean, behindFailure: boolean): ComponentProgress {
		const { id, name, type } = this.node.component;
		const rowsIn = this.#in.reduce((sum, rows) => sum + rows, 0);
		const begun = rowsIn > 0 || this.#out > 0;
		const done = this.finished && (begun || !behindFailure);
		return {
			component: id,
			name,
			type,
			rowsIn,
			rowsOut: this.#out,
			rowsBad: this.#scope.badRows.badRows(id),
			state: failed ? 'failed' : done ? 'done' : begun ? 'running' : 'waiting',
		};
	}

	/** 0..1 for a scan. */
	get fraction(): number {
		return this.finished ? 1 : (this.#fraction ?? 0);
	}

	#judge(): void {
		this.#scope.badRows.judge(
			this.node,
			this.#in.reduce((sum, rows) => sum + rows, 0),
		);
	}
}

/** What is to be done about a row that ended the run. */
function repairOf({ operator }: PlanNode, { class: fault, field }: BadCell): string {
	if (fault === 'unknown_column') return 'The contract for columns is freeze: add it to fields, or set contracts.columns to evolve to ignore it.';
	const nulled = field === null || operator.kind === 'sink' ? '' : ', null_field';
	return `Repair the ${operator.kind === 'code' ? 'code, or the row' : 'row'} at its source, or set on_error to skip${nulled} or dead_letter.`;
}
