import type { Schema } from '../../data/types.ts';
import { bytesVector } from '../../data/vector.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';

/** A block begins with so many bytes and doubles, so that small files take little memory. */
const FIRST_BYTES = 64 * 1024;

/** Most bytes that are landed as one row. */
const LANDED_BYTES = 1024 * 1024;

interface Block {
	bytes: Uint8Array<ArrayBuffer>;
	length: number;
	/** How many of its bytes are landed. */
	landed: number;
}

/** Encoded bytes, gathered into blocks of the size of a part; landed at every checkpoint, so that no row has to be encoded twice. */
export class ByteBuffer {
	static readonly schema: Schema = [{ name: 'bytes', type: { kind: 'binary' } }];
	readonly #landed: ChunkStream;
	/** Bytes of a part, known once an upload has begun. */
	readonly #partBytes: () => number;
	/** All but the last are full. */
	#blocks: Block[] = [];
	/** Bytes were taken since the last landing. */
	#taken = false;
	/** Memory of a part that was uploaded, for the next: new memory costs more than what is written into it. */
	#kept: Uint8Array<ArrayBuffer> | null = null;
	length = 0;

	constructor(landed: ChunkStream, partBytes: () => number) {
		this.#landed = landed;
		this.#partBytes = partBytes;
		for (const batch of landed.batches()) {
			const column = batch.columns[0];
			if (column?.layout === 'bytes') for (const piece of column.values) this.add(piece);
		}
		for (const block of this.#blocks) block.landed = block.length;
	}

	/** Copies the bytes: whoever gave them may write over them. */
	add(bytes: Uint8Array): void {
		for (let from = 0; from < bytes.length; ) {
			const block = this.#open();
			const room = this.#partBytes() - block.length;
			const part = bytes.subarray(from, from + room);
			reserve(block, block.length + part.length, this.#partBytes());
			block.bytes.set(part, block.length);
			block.length += part.length;
			from += part.length;
		}
		this.length += bytes.length;
	}

	/** The next part: a whole one, or what there is. */
	take(): Uint8Array<ArrayBuffer> {
		const block = this.#blocks.shift();
		if (block === undefined) return new Uint8Array(0);
		this.length -= block.length;
		this.#taken = true;
		return block.bytes.subarray(0, block.length);
	}

	/** Nobody reads a part any more that was taken: its memory is written over. */
	giveBack(part: Uint8Array<ArrayBuffer>): void {
		this.#kept = new Uint8Array(part.buffer);
	}

	save(): void {
		if (this.#taken) {
			this.#landed.clear();
			for (const block of this.#blocks) block.landed = 0;
			this.#taken = false;
		}
		for (const block of this.#blocks) {
			while (block.landed < block.length) {
				const piece = block.bytes.subarray(block.landed, Math.min(block.length, block.landed + LANDED_BYTES));
				this.#landed.append({ schema: ByteBuffer.schema, length: 1, columns: [bytesVector({ kind: 'binary' }, [piece], null)] });
				block.landed += piece.length;
			}
		}
	}

	#open(): Block {
		const last = this.#blocks.at(-1);
		if (last !== undefined && last.length < this.#partBytes()) return last;
		const block = { bytes: this.#kept ?? new Uint8Array(Math.min(FIRST_BYTES, this.#partBytes())), length: 0, landed: 0 };
		this.#kept = null;
		this.#blocks.push(block);
		return block;
	}
}

function reserve(block: Block, length: number, most: number): void {
	if (length <= block.bytes.length) return;
	const larger = new Uint8Array(Math.min(most, Math.max(length, block.bytes.length * 2)));
	larger.set(block.bytes.subarray(0, block.length));
	block.bytes = larger;
}
