import type { Batch } from '../../data/batch.ts';
import { concatBatches, sliceBatch } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { OperatorContext } from '../operator.ts';
import { batchBytes } from '../storage/batch-bytes.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';

/** So much may wait for the checkpoint that lets it be sent. */
const FULL_BYTES = 2 * 1024 * 1024;

interface SavedOutbox {
	/** Number of the first packet that the destination has not surely got. */
	readonly sent: number;
	/** Rows in front of that packet. */
	readonly row: number;
}

/** Rows that go out together; sending the same number again sends the same rows. */
export interface Packet {
	readonly number: number;
	readonly batch: Batch;
	/** Number of its first row in the sink's input, from 1. */
	readonly firstRow: number;
}

/**
 * Rows for a system that cannot take anything back: they are landed first, cut into packets of a fixed number of rows, and
 * sent only after the checkpoint that landed them. So a restart sends the very same packets under the same numbers, whatever
 * the sources would say a second time.
 */
export class Outbox {
	readonly #context: OperatorContext;
	readonly #rows: number;
	readonly #landed: ChunkStream;
	/** Landed or not, in order; the first rows are those of packet `#sent`. */
	#waiting: Batch[] = [];
	#count = 0;
	#bytes = 0;
	#sent: number;
	#row: number;
	#fresh: Batch[] = [];
	/** Rows that a checkpoint has landed: no others may go out. */
	#durable = 0;

	constructor(context: OperatorContext, schema: Schema, rowsPerPacket: number, saved: Json | undefined) {
		const state = saved as unknown as SavedOutbox | undefined;
		this.#context = context;
		this.#rows = rowsPerPacket;
		this.#landed = context.chunks.stream('outbox', schema);
		this.#sent = state?.sent ?? 0;
		this.#row = state?.row ?? 1;
		for (const batch of this.#landed.batches()) this.#keep(batch);
		this.#durable = this.#count;
	}

	add(batch: Batch): void {
		this.#fresh.push(batch);
		this.#keep(batch);
		if (this.isFull) this.#context.requestCheckpoint();
	}

	/** So much waits that no more should come before some was sent. */
	get isFull(): boolean {
		return this.#bytes > FULL_BYTES;
	}

	get isEmpty(): boolean {
		return this.#count === 0;
	}

	/** `last`: what is left makes a packet too, however small. `deliver` gives false where it is not the time for it yet. */
	async send(last: boolean, deliver: (packet: Packet) => Promise<boolean>): Promise<void> {
		while (this.#durable >= this.#rows || (last && this.#durable > 0)) {
			const batch = this.#first(Math.min(this.#rows, this.#durable));
			if (!(await deliver({ number: this.#sent, batch, firstRow: this.#row }))) return;
			this.#drop(batch.length);
			this.#sent++;
			this.#row += batch.length;
		}
	}

	save(): Json {
		if (this.#fresh.length > 0 || this.#landed.rows !== this.#count) {
			// Chunks do not end where packets do: what is left of a chunk that was sent in part is landed again.
			this.#landed.clear();
			for (const batch of this.#waiting) this.#landed.append(batch);
			this.#fresh = [];
			this.#durable = this.#count;
		}
		const state: SavedOutbox = { sent: this.#sent, row: this.#row };
		return state as unknown as Json;
	}

	#keep(batch: Batch): void {
		this.#waiting.push(batch);
		this.#count += batch.length;
		this.#bytes += batchBytes(batch);
	}

	#first(rows: number): Batch {
		const parts: Batch[] = [];
		let missing = rows;
		for (const batch of this.#waiting) {
			if (missing === 0) break;
			const part = sliceBatch(batch, 0, Math.min(missing, batch.length));
			parts.push(part);
			missing -= part.length;
		}
		return concatBatches(parts);
	}

	#drop(rows: number): void {
		let left = rows;
		this.#count -= rows;
		this.#durable -= rows;
		while (left > 0) {
			const first = this.#waiting[0] as Batch;
			if (first.length > left) {
				this.#waiting[0] = sliceBatch(first, left, first.length);
				break;
			}
			left -= first.length;
			this.#waiting.shift();
		}
		this.#bytes = this.#waiting.reduce((sum, batch) => sum + batchBytes(batch), 0);
	}
}
