import type { Batch } from '../../data/batch.ts';
import { concatBatches, gatherBatch } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import { hashRows } from '../hash/hash-rows.ts';
import { columnsAt } from '../operators/narrow.ts';
import { batchBytes } from './batch-bytes.ts';
import type { NodeChunks } from './chunk-store.ts';
import type { ChunkStream } from './chunk-stream.ts';

/** 64 partitions of 8 MB each: half a gigabyte of state passes through memory of one partition at a time. */
export const PARTITIONS = 64;
const SEED = 0x9747b28c;
/** A partition's rows wait in memory up to this, so that chunks are worth their row in SQLite. */
const BUFFER_BYTES = 32 * 1024;

/** Rows divided by the hash of some columns: equal keys are in the same partition, whatever else is. */
export class Partitions {
	readonly #chunks: NodeChunks;
	readonly #name: string;
	readonly #schema: Schema;
	readonly #keys: readonly number[];
	readonly #buffers: Batch[][] = Array.from({ length: PARTITIONS }, () => []);
	readonly #sizes = new Float64Array(PARTITIONS);
	#buffered = 0;

	constructor(chunks: NodeChunks, name: string, schema: Schema, keys: readonly number[]) {
		this.#chunks = chunks;
		this.#name = name;
		this.#schema = schema;
		this.#keys = keys;
	}

	write(batch: Batch): void {
		const hashes = hashRows(columnsAt(batch, this.#keys), batch.length, SEED);
		const starts = new Int32Array(PARTITIONS + 1);
		for (let row = 0; row < batch.length; row++)
			starts[partitionOf(hashes[row] as number) + 1] = (starts[partitionOf(hashes[row] as number) + 1] as number) + 1;
		for (let partition = 0; partition < PARTITIONS; partition++) starts[partition + 1] = (starts[partition + 1] as number) + (starts[partition] as number);
		const rows = new Int32Array(batch.length);
		const next = starts.slice();
		for (let row = 0; row < batch.length; row++) {
			const partition = partitionOf(hashes[row] as number);
			rows[next[partition] as number] = row;
			next[partition] = (next[partition] as number) + 1;
		}
		for (let partition = 0; partition < PARTITIONS; partition++) {
			const from = starts[partition] as number;
			const to = starts[partition + 1] as number;
			if (to > from) this.#keep(partition, gatherBatch(batch, rows.subarray(from, to)));
		}
	}

	/** Lands what still waits; before a checkpoint. */
	flush(): void {
		for (let partition = 0; partition < PARTITIONS; partition++) this.#land(partition);
	}

	/** Forgets all rows, and leaves its name to others. */
	vacate(): void {
		for (let partition = 0; partition < PARTITIONS; partition++) this.#chunks.vacate(`${this.#name}:${partition}`);
	}

	stream(partition: number): ChunkStream {
		return this.#chunks.stream(`${this.#name}:${partition}`, this.#schema);
	}

	get bytes(): number {
		return this.#buffered;
	}

	#keep(partition: number, batch: Batch): void {
		const bytes = batchBytes(batch);
		this.#buffers[partition]?.push(batch);
		this.#sizes[partition] = (this.#sizes[partition] as number) + bytes;
		this.#buffered += bytes;
		if ((this.#sizes[partition] as number) > BUFFER_BYTES) this.#land(partition);
	}

	#land(partition: number): void {
		const batches = this.#buffers[partition] as Batch[];
		if (batches.length === 0) return;
		this.stream(partition).append(concatBatches(batches));
		this.#buffers[partition] = [];
		this.#buffered -= this.#sizes[partition] as number;
		this.#sizes[partition] = 0;
	}
}

function partitionOf(hash: number): number {
	return hash >>> 26;
}
