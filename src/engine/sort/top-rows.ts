import type { Batch } from '../../data/batch.ts';
import { BATCH_ROWS } from '../../data/batch.ts';
import { concatBatches, gatherBatch } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import { batchBytes } from '../storage/batch-bytes.ts';
import type { NodeChunks } from '../storage/chunk-store.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import { type KeyColumn, RowKeys } from './row-order.ts';
import { sortRows } from './sort-rows.ts';

/** The first `count` rows by an order, of however many pass: rows behind the last one held are not even looked at twice. */
export class TopRows {
	readonly #keys: readonly KeyColumn[];
	readonly #count: number;
	readonly #stored: ChunkStream;
	/** Sorted, at most `count` rows. */
	#best: Batch | null = null;
	/** Its keys, once it is full. */
	#last: RowKeys | null = null;
	#candidates: Batch[] = [];
	#rows = 0;
	#bytes = 0;
	#dirty = false;

	constructor(chunks: NodeChunks, schema: Schema, keys: readonly KeyColumn[], count: number) {
		this.#keys = keys;
		this.#count = count;
		this.#stored = chunks.stream('top', schema);
		const batches = [...this.#stored.batches()];
		if (batches.length > 0) this.#hold(concatBatches(batches));
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
		if (this.#count === 0) return rows.subarray(0, 0);
		const last = this.#last;
		if (last === null) return rows.map((_, row) => row);
		const keys = new RowKeys(batch, this.#keys);
		let count = 0;
		for (let row = 0; row < batch.length; row++) if (keys.compare(row, last, this.#count - 1) < 0) rows[count++] = row;
		return rows.subarray(0, count);
	}

	#settle(): void {
		if (this.#candidates.length === 0) return;
		const all = concatBatches(this.#best === null ? this.#candidates : [this.#best, ...this.#candidates]);
		this.#hold(gatherBatch(all, sortRows(all, this.#keys).subarray(0, this.#count)));
		this.#candidates = [];
		this.#rows = 0;
	}

	#hold(best: Batch): void {
		this.#best = best;
		this.#bytes = batchBytes(best);
		this.#last = best.length < this.#count ? null : new RowKeys(best, this.#keys);
	}
}
