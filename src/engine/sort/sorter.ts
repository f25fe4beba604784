import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { releaseBatch } from '../../data/release.ts';
import type { Schema } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import { batchBytes } from '../storage/batch-bytes.ts';
import type { NodeChunks } from '../storage/chunk-store.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import { Merge, type RunPosition } from './merge.ts';
import { gathered, OrderedRows } from './ordered-rows.ts';
import type { KeyColumn } from './row-order.ts';

/** Chunks of a run are small, since a merge holds one of each run. */
const RUN_LIMITS = { rows: 2048, bytes: 128 * 1024 };
/** What a run takes while it is merged: one chunk, unpacked. */
const MERGED_BYTES = 384 * 1024;
const LEAST_FAN_IN = 16;
/** 64 runs are some two gigabytes of rows; more are merged in rounds. */
const MOST_FAN_IN = 64;

/** Where the giving of rows stands; see `position`. */
export interface SorterPosition {
	/** Rows given, where all of them are in memory. */
	readonly given: number;
	readonly positions: RunPosition[] | null;
}

interface SavedSorter {
	readonly runs: number[];
	readonly nextRun: number;
	/** Rows given out already, where all of them are in memory. */
	readonly given: number;
	/** An intermediate merge under way: how many of the first runs, into which. */
	readonly merging: { readonly count: number; readonly into: number } | null;
	readonly positions: RunPosition[] | null;
}

/**
 * Rows in, rows out in order. In memory while they fit; past that, sorted runs are landed and merged (external merge sort).
 * Rows that tie stay in the order in which they came.
 */
export class Sorter {
	readonly #chunks: NodeChunks;
	readonly #schema: Schema;
	readonly #keys: readonly KeyColumn[];
	/** Bytes in memory from which a checkpoint lands them sorted rather than as they came. */
	readonly #large: number;
	/** Runs merged at once. */
	readonly #fanIn: number;
	readonly #pending: ChunkStream;
	/** As they came, until there are enough of them to be put in order. */
	#fresh: Batch[] = [];
	#freshRows = 0;
	/** In memory of their own, each in order where that pays. */
	#buffer: Batch[] = [];
	/** How many batches of the buffer are landed as they came, for the case of a restart. */
	#landed = 0;
	#bytes = 0;
	#runs: number[];
	#nextRun: number;
	#given: number;
	#merging: SavedSorter['merging'];
	#positions: RunPosition[] | null;
	#merge: Merge | null = null;
	#sorted: OrderedRows | null = null;

	constructor(chunks: NodeChunks, schema: Schema, keys: readonly KeyColumn[], memory: number, saved: Json | undefined) {
		const state = (saved ?? { runs: [], nextRun: 0, given: 0, merging: null, positions: null }) as unknown as SavedSorter;
		this.#chunks = chunks;
		this.#schema = schema;
		this.#keys = keys;
		this.#large = memory / 4;
		this.#fanIn = Math.min(MOST_FAN_IN, Math.max(LEAST_FAN_IN, Math.floor(memory / MERGED_BYTES)));
		this.#pending = chunks.stream('pending', schema);
		this.#runs = [...state.runs];
		this.#nextRun = state.nextRun;
		this.#given = state.given;
		this.#merging = state.merging;
		this.#positions = state.positions;
		for (const batch of this.#pending.batches()) this.add(batch);
		this.#settle();
		this.#landed = this.#buffer.length;
	}

	add(batch: Batch): void {
		if (batch.length === 0) return;
		this.#fresh.push(batch);
		this.#freshRows += batch.length;
		this.#bytes += batchBytes(batch);
		if (this.#freshRows >= BATCH_ROWS) this.#settle();
	}

	/** After the last `add`: the next rows in order, null at the end. May give an empty batch while runs are merged down. */
	next(): Batch | null {
		this.#settle();
		if (this.#runs.length === 0) return this.#nextFromMemory();
		this.spill();
		// A last merge that was begun goes on as such, though there be less memory after a restart.
		const isLast = this.#merge !== null || this.#positions !== null || this.#runs.length <= this.#fanIn;
		if (this.#merging !== null || !isLast) {
			this.#mergeDown();
			return { schema: this.#schema, length: 0, columns: [] };
		}
		this.#merge ??= new Merge(
			this.#runs.map((run) => this.#run(run)),
			this.#keys,
			this.#positions,
		);
		return this.#merge.next();
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** Where `next` goes on; `save` with it makes a restart give the rows behind it again. */
	position(): SorterPosition {
		return { given: this.#given, positions: this.#merge?.positions() ?? this.#positions };
	}

	/** Lands what is in memory as a sorted run. */
	spill(): void {
		this.#settle();
		if (this.#buffer.length === 0 || this.#sorted !== null) return;
		const ordered = new OrderedRows(this.#schema, this.#buffer, this.#keys);
		const run = this.#nextRun++;
		const stream = this.#run(run);
		for (let from = 0; from < ordered.length; from += BATCH_ROWS) stream.append(ordered.slice(from, from + BATCH_ROWS));
		this.#runs.push(run);
		ordered.release();
		for (const batch of this.#buffer) releaseBatch(batch);
		this.#buffer = [];
		this.#bytes = 0;
		this.#landed = 0;
		this.#pending.clear();
	}

	save(at: SorterPosition = this.position()): Json {
		if (this.#bytes > this.#large && this.#sorted === null) this.spill();
		this.#settle();
		for (; this.#landed < this.#buffer.length; this.#landed++) this.#pending.append(this.#buffer[this.#landed] as Batch);
		const state: SavedSorter = {
			runs: this.#runs,
			nextRun: this.#nextRun,
			given: at.given,
			merging: this.#merging,
			positions: at.positions,
		};
		return state as unknown as Json;
	}

	/** Looks after what came last while it is near. */
	#settle(): void {
		if (this.#fresh.length === 0) return;
		this.#buffer.push(gathered(this.#schema, this.#fresh, this.#keys));
		this.#fresh = [];
		this.#freshRows = 0;
	}

	#run(number: number): ChunkStream {
		return this.#chunks.stream(`run:${number}`, this.#schema, RUN_LIMITS);
	}

	#nextFromMemory(): Batch | null {
		if (this.#buffer.length === 0) return null;
		this.#sorted ??= new OrderedRows(this.#schema, this.#buffer, this.#keys);
		const { length } = this.#sorted;
		if (this.#given >= length) return null;
		const from = this.#given;
		this.#given = Math.min(length, from + BATCH_ROWS);
		return this.#sorted.slice(from, this.#given);
	}

	/** One batch of an intermediate merge: the first runs become one, behind which the others wait their turn. */
	#mergeDown(): void {
		this.#merging ??= { count: this.#fanIn, into: this.#nextRun++ };
		const { count, into } = this.#merging;
		const runs = this.#runs.slice(0, count);
		this.#merge ??= new Merge(
			runs.map((run) => this.#run(run)),
			this.#keys,
			this.#positions,
		);
		const batch = this.#merge.next();
		if (batch !== null) {
			this.#run(into).append(batch);
			return;
		}
		for (const run of runs) this.#run(run).clear();
		// In front, because what is in it came before what is in the others.
		this.#runs = [into, ...this.#runs.slice(count)];
		this.#merging = null;
		this.#merge = null;
		this.#positions = null;
	}
}
