import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { releaseBatch } from '../../data/release.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import { interleave } from './interleave.ts';
import { type KeyColumn, RowKeys } from './row-order.ts';

/** Where a merge stands in one run: the chunk and the row that come next. */
export type RunPosition = [seq: number, row: number];

interface Run {
	readonly stream: ChunkStream;
	/** Earlier runs win ties, which keeps the sort stable. */
	readonly rank: number;
	seq: number;
	row: number;
	batch: Batch;
	keys: RowKeys;
	/** Its place among the batches of the output being made; -1 before a row of it is taken. */
	slot: number;
}

/** Sorted runs as one sorted sequence, batch by batch; goes on at given positions. */
export class Merge {
	readonly #keys: readonly KeyColumn[];
	readonly #positions: RunPosition[];
	/** A binary heap by current row. */
	readonly #heap: Run[] = [];
	/** Chunks whose last row is taken. */
	readonly #done: Batch[] = [];

	constructor(runs: readonly ChunkStream[], keys: readonly KeyColumn[], positions: readonly RunPosition[] | null) {
		this.#keys = keys;
		this.#positions = runs.map((stream, rank) => positions?.[rank] ?? [stream.from, 0]);
		runs.forEach((stream, rank) => {
			const [seq, row] = this.#positions[rank] as RunPosition;
			if (seq >= stream.to) return;
			const batch = stream.read(seq);
			this.#heap.push({ stream, rank, seq, row, batch, keys: new RowKeys(batch, keys), slot: -1 });
			this.#up(this.#heap.length - 1);
		});
	}

	/** The next rows in order, null at the end. */
	next(): Batch | null {
		const heap = this.#heap;
		if (heap.length === 0) return null;
		const batches: Batch[] = [];
		const which = new Int32Array(BATCH_ROWS);
		const rows = new Int32Array(BATCH_ROWS);
		let count = 0;
		for (const run of heap) run.slot = -1;
		while (count < BATCH_ROWS && heap.length > 0) {
			const run = heap[0] as Run;
			const next = this.#second();
			if (run.slot < 0) {
				run.slot = batches.length;
				batches.push(run.batch);
			}
			// Neighbours mostly stay neighbours: rows of one run are taken while no other has one that comes before.
			do {
				which[count] = run.slot;
				rows[count++] = run.row++;
			} while (count < BATCH_ROWS && run.row < run.batch.length && (next === null || this.#before(run, next)));
			if (run.row === run.batch.length) this.#nextChunk(run);
			else this.#down(0);
		}
		const merged = interleave(batches, which.subarray(0, count), rows.subarray(0, count));
		for (const batch of this.#done.splice(0)) releaseBatch(batch);
		return merged;
	}

	/** Where to go on, by run; one at its end stands one chunk behind its last. */
	positions(): RunPosition[] {
		for (const run of this.#heap) this.#positions[run.rank] = [run.seq, run.row];
		return this.#positions.map((position) => [...position]);
	}

	#nextChunk(run: Run): void {
		this.#done.push(run.batch);
		run.seq++;
		run.row = 0;
		if (run.seq < run.stream.to) {
			run.batch = run.stream.read(run.seq);
			run.keys = new RowKeys(run.batch, this.#keys);
			run.slot = -1;
			this.#down(0);
			return;
		}
		this.#positions[run.rank] = [run.seq, 0];
		const last = this.#heap.pop() as Run;
		if (this.#heap.length > 0) {
			this.#heap[0] = last;
			this.#down(0);
		}
	}

	/** The run whose row comes right behind the first one's. */
	#second(): Run | null {
		const [, left, right] = this.#heap;
		if (left === undefined || right === undefined) return left ?? null;
		return this.#before(left, right) ? left : right;
	}

	#before(a: Run, b: Run): boolean {
		const order = a.keys.compare(a.row, b.keys, b.row);
		return order < 0 || (order === 0 && a.rank < b.rank);
	}

	#up(from: number): void {
		const heap = this.#heap;
		let at = from;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			if (!this.#before(heap[at] as Run, heap[parent] as Run)) return;
			[heap[at], heap[parent]] = [heap[parent] as Run, heap[at] as Run];
			at = parent;
		}
	}

	#down(from: number): void {
		const heap = this.#heap;
		let at = from;
		for (;;) {
			let least = at;
			const left = at * 2 + 1;
			if (left < heap.length && this.#before(heap[left] as Run, heap[least] as Run)) least = left;
			if (left + 1 < heap.length && this.#before(heap[left + 1] as Run, heap[least] as Run)) least = left + 1;
			if (least === at) return;
			[heap[at], heap[least]] = [heap[least] as Run, heap[at] as Run];
			at = least;
		}
	}
}
