import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { ByteWriter } from '../../data/byte-io.ts';
import { sliceBatch } from '../../data/gather.ts';
import { release } from '../../data/release.ts';
import type { Schema } from '../../data/types.ts';
import type { NodeChunks, StreamRange } from './chunk-store.ts';
import { packBatch, unpackBatch } from './pack-batch.ts';

/** Most rows and, about, bytes of one chunk. Merges read many streams at once and take smaller ones. */
export interface StreamLimits {
	readonly rows: number;
	readonly bytes: number;
}

/** Where chunks are packed. One serves all, since the storage has copied what it was given before the next one is packed. */
let packing = new ByteWriter(256 * 1024);
/** Chunks beyond this size are rare, and their memory is not kept. */
const KEPT_BYTES = 4 * 1024 * 1024;

const DEFAULT_LIMITS: StreamLimits = { rows: BATCH_ROWS, bytes: 1024 * 1024 };

/** Rows landed in order, read by chunk. Sequence numbers never come back, so a cleared stream's next chunk is new. */
export class ChunkStream {
	readonly schema: Schema;
	readonly #chunks: NodeChunks;
	readonly #number: number;
	readonly #limits: StreamLimits;
	/** Learnt from what was packed; decides how many rows go into the next chunk. */
	#bytesPerRow = 64;
	#from: number;
	#to: number;
	#rows: number;

	constructor(chunks: NodeChunks, schema: Schema, range: StreamRange, limits: StreamLimits = DEFAULT_LIMITS) {
		this.#chunks = chunks;
		this.schema = schema;
		this.#limits = limits;
		[this.#number, this.#from, this.#to, this.#rows] = range;
	}

	/** Sequence number of the first chunk. */
	get from(): number {
		return this.#from;
	}

	/** One past the last. */
	get to(): number {
		return this.#to;
	}

	/** Rows ever appended since it was last cleared. */
	get rows(): number {
		return this.#rows;
	}

	range(): StreamRange {
		return [this.#number, this.#from, this.#to, this.#rows];
	}

	append(batch: Batch): void {
		for (let from = 0; from < batch.length; ) {
			const rows = Math.max(1, Math.min(this.#limits.rows, Math.floor(this.#limits.bytes / this.#bytesPerRow)));
			from += this.#appendPiece(sliceBatch(batch, from, from + rows));
		}
	}

	read(seq: number): Batch {
		const packed = this.#chunks.read(this.#number, seq);
		const batch = unpackBatch(this.schema, packed);
		// What SQL gives stands outside all that V8 counts: a hundred megabytes that were read are no reason for it to collect them.
		release(packed);
		return batch;
	}

	*batches(): Generator<Batch> {
		for (let seq = this.#from; seq < this.#to; seq++) yield this.read(seq);
	}

	/** Forgets the chunks before `seq`. */
	dropBefore(seq: number): void {
		this.#chunks.doom(this.#number, this.#from, seq);
		this.#from = Math.max(this.#from, seq);
	}

	clear(): void {
		this.dropBefore(this.#to);
		this.#rows = 0;
	}

	/** Gives how many rows were taken: fewer than given where they turned out twice as large as allowed. */
	#appendPiece(batch: Batch): number {
		let piece = batch;
		let packed = packBatch(piece, packing);
		while (packed.length > this.#limits.bytes * 2 && piece.length > 1) {
			piece = sliceBatch(piece, 0, piece.length >> 1);
			packed = packBatch(piece, packing);
		}
		this.#bytesPerRow = Math.max(1, packed.length / piece.length);
		this.#chunks.write(this.#number, this.#to++, packed);
		if (packing.capacity > KEPT_BYTES) packing = new ByteWriter(256 * 1024);
		this.#rows += piece.length;
		return piece.length;
	}
}
