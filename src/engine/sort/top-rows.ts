import type { Batch } from '../../data/batch.ts';
import { BATCH_ROWS } from '../../data/batch.ts';
import { concatBatches, gatherBatch } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import { batchBytes } from '../storage/batch-bytes.ts';
import type { NodeChunks } from '../storage/chunk-store.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import { compareRows, type KeyColumn } from './row-order.ts';
import { sortRows } from './sort-rows.ts';

/** The first `count` rows by an order, of however many pass: rows behind the last one held are not even looked at twice. */
export class TopRows {
	readonly #keys: readonly KeyColumn[];
	readonly #count: number;
	readonly #stored: ChunkStream;
	/** Sorted, at most `count` rows. */
	#best: Batch | null = null;
	#candidates: Batch[] = [];
	#rows = 0;
	#bytes = 0;
	#dirty = false;

	constructor(chunks: NodeChunks, schema: Schema, keys: readonly KeyColumn[], count: number) {
		this.#keys = keys;
		this.#count = count;
		this.#stored = chunks.stream('top', schema);
		const batches = [...this.#stored.batches()];
		if (batches.length > 0) this.#best = concatBatches(batches);
	}

	add(batch: Batch): void {
		const rows = this.#better(batch);
		if (rows.length === 0) return;
		this.#dirty = true;
		const kept = rows.length === batch.length ? batch : gatherBatch(batch, rows);
		this.#candidates.push(kept);
		this.#rows += kept.length;
		this.#bytes += batchBytes(kept);
		if (this.#rows > this.#count + BATCH_ROWS) this.#settle();
	}

	/** The rows in order, null where none came. */
	rows(): Batch | null {
		this.#settle();
		return this.#best;
	}

	get bytes(): number {
		return this.#bytes;
	}

	save(): void {
		if (!this.#dirty) return;
		this.#settle();
		this.#stored.clear();
		if (this.#best !== null) this.#stored.append(this.#best);
		this.#dirty = false;
	}

	/** Rows that come before the last of a full set. One that ties with it came later and stays out. */
	#better(batch: Batch): Int32Array {
		const rows = new Int32Array(batch.length);
		const best = this.#best;
		let count = 0;
		for (let row = 0; row < batch.length; row++) {
			if (best === null || best.length < this.#count || compareRows(this.#keys, batch, row, best, best.length - 1) < 0) rows[count++] = row;
		}
		return this.#count === 0 ? rows.subarray(0, 0) : rows.subarray(0, count);
	}

	#settle(): void {
		if (this.#candidates.length === 0) return;
		const all = concatBatches(this.#best === null ? this.#candidates : [this.#best, ...this.#candidates]);
		this.#best = gatherBatch(all, sortRows(all, this.#keys).subarray(0, this.#count));
		this.#candidates = [];
		this.#rows = 0;
		this.#bytes = batchBytes(this.#best);
	}
}
