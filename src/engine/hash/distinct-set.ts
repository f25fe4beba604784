import type { Batch } from '../../data/batch.ts';
import { BATCH_ROWS } from '../../data/batch.ts';
import { gatherBatch } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { Json } from '../../lib/json.ts';
import type { NodeChunks } from '../storage/chunk-store.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import { PARTITIONS, Partitions } from '../storage/partitions.ts';
import { KeyTable } from './key-table.ts';

interface SavedSet {
	readonly spilled: boolean;
	/** Where `drain` stands: a partition and a chunk of what is new in it. */
	readonly partition: number;
	readonly seq: number;
}

/**
 * Tells rows that are seen for the first time. While its keys fit in memory it answers at once; once spilled it lands keys by
 * partition, and what is new among them comes out of `drain` after the input has ended.
 */
export class DistinctSet {
	readonly #chunks: NodeChunks;
	readonly #name: string;
	readonly #schema: Schema;
	readonly #known: ChunkStream;
	/** Keys that were told as new before the spill, and keys that came after it. */
	readonly #told: Partitions;
	readonly #later: Partitions;
	#table: KeyTable;
	#spilled: boolean;
	#partition: number;
	#seq: number;
	/** Keys of the partition being drained. */
	#draining: KeyTable | null = null;

	constructor(chunks: NodeChunks, name: string, schema: Schema, saved: Json | undefined) {
		const state = saved as unknown as SavedSet | undefined;
		this.#chunks = chunks;
		this.#name = name;
		this.#schema = schema;
		this.#known = chunks.stream(`${name}.known`, schema);
		const keys = schema.map((_, index) => index);
		this.#told = new Partitions(chunks, `${name}.told`, schema, keys);
		this.#later = new Partitions(chunks, `${name}.later`, schema, keys);
		this.#spilled = state?.spilled ?? false;
		this.#partition = state?.partition ?? 0;
		this.#seq = state?.seq ?? -1;
		this.#table = this.#newTable();
		for (const batch of this.#known.batches()) this.#table.insert(batch.columns, batch.length);
	}

	/** Indexes of rows that are new, or null: it will be known after the end. */
	add(columns: readonly Vector[], rows: number): Int32Array | null {
		const before = this.#table.size;
		const ids = this.#table.insert(columns, rows);
		return this.#spilled ? null : firstSeen(ids, rows, before, this.#table.size - before);
	}

	/** After the end of input: the next rows that are new, null when there are no more. May give an empty batch. */
	drain(): Batch | null {
		if (!this.#spilled) return null;
		this.#flush();
		while (this.#partition < PARTITIONS) {
			const later = this.#later.stream(this.#partition);
			this.#draining ??= this.#openPartition(later);
			if (this.#seq < later.to) {
				const batch = later.read(this.#seq++);
				const before = this.#draining.size;
				const ids = this.#draining.insert(batch.columns, batch.length);
				return gatherBatch(batch, firstSeen(ids, batch.length, before, this.#draining.size - before));
			}
			later.clear();
			this.#told.stream(this.#partition).clear();
			this.#partition++;
			this.#seq = -1;
			this.#draining = null;
		}
		return null;
	}

	get bytes(): number {
		return this.#table.bytes + this.#later.bytes + (this.#draining?.bytes ?? 0);
	}

	spill(): void {
		if (this.#spilled) {
			this.#flush();
			return;
		}
		for (let from = 0; from < this.#table.size; from += BATCH_ROWS) this.#told.write(this.#keys(this.#table, from));
		this.#told.flush();
		this.#known.clear();
		this.#spilled = true;
		this.#table = this.#newTable();
	}

	save(): Json {
		if (this.#spilled) {
			this.#flush();
			this.#later.flush();
		} else {
			for (let from = this.#known.rows; from < this.#table.size; from += BATCH_ROWS) this.#known.append(this.#keys(this.#table, from));
		}
		const state: SavedSet = { spilled: this.#spilled, partition: this.#partition, seq: this.#seq };
		return state as unknown as Json;
	}

	/** Forgets everything, landed or not, and leaves its name to another set. */
	vacate(): void {
		this.#chunks.vacate(`${this.#name}.known`);
		this.#told.vacate();
		this.#later.vacate();
	}

	#newTable(): KeyTable {
		return new KeyTable(this.#schema.map((field) => field.type));
	}

	#keys(table: KeyTable, from: number): Batch {
		const to = Math.min(from + BATCH_ROWS, table.size);
		return { schema: this.#schema, length: to - from, columns: table.keys(from, to) };
	}

	#flush(): void {
		if (this.#table.size === 0) return;
		for (let from = 0; from < this.#table.size; from += BATCH_ROWS) this.#later.write(this.#keys(this.#table, from));
		this.#table = this.#newTable();
	}

	/** What is known of a partition: told before the spill, and the chunks that were drained before a restart. */
	#openPartition(later: ChunkStream): KeyTable {
		this.#later.flush();
		const table = this.#newTable();
		for (const batch of this.#told.stream(this.#partition).batches()) table.insert(batch.columns, batch.length);
		if (this.#seq < 0) this.#seq = later.from;
		for (let seq = later.from; seq < this.#seq; seq++) {
			const batch = later.read(seq);
			table.insert(batch.columns, batch.length);
		}
		return table;
	}
}

/** Ids are given in order of first sight, so a row is new exactly where its id is the next one. `most`: how many are new. */
function firstSeen(ids: Int32Array, rows: number, known: number, most: number): Int32Array {
	const fresh = new Int32Array(most);
	let count = 0;
	for (let row = 0; row < rows && count < most; row++) {
		if (ids[row] === known + count) fresh[count++] = row;
	}
	return fresh.subarray(0, count);
}
