import type { Schema } from '../../data/types.ts';
import { bytesVector } from '../../data/vector.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';

/** Encoded bytes that wait for a whole part; landed at every checkpoint, so that no row has to be encoded twice. */
export class ByteBuffer {
	static readonly schema: Schema = [{ name: 'bytes', type: { kind: 'binary' } }];
	readonly #landed: ChunkStream;
	#pieces: Uint8Array[] = [];
	/** Pieces from here on are not landed. */
	#fresh = 0;
	/** Bytes were taken since the last landing. */
	#taken = false;
	length = 0;

	constructor(landed: ChunkStream) {
		this.#landed = landed;
		for (const batch of landed.batches()) {
			const column = batch.columns[0];
			if (column?.layout === 'bytes') for (const piece of column.values) this.add(piece);
		}
		this.#fresh = this.#pieces.length;
	}

	add(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.#pieces.push(bytes);
		this.length += bytes.length;
	}

	/** The first `length` bytes, which must be there. */
	take(length: number): Uint8Array {
		const taken = new Uint8Array(length);
		let at = 0;
		while (at < length) {
			const piece = this.#pieces.shift() as Uint8Array;
			const part = piece.subarray(0, length - at);
			taken.set(part, at);
			at += part.length;
			if (part.length < piece.length) this.#pieces.unshift(piece.subarray(part.length));
		}
		this.length -= length;
		this.#taken = true;
		return taken;
	}

	save(): void {
		if (this.#taken) {
			this.#landed.clear();
			this.#fresh = 0;
			this.#taken = false;
		}
		for (; this.#fresh < this.#pieces.length; this.#fresh++) {
			const values = [this.#pieces[this.#fresh] as Uint8Array];
			this.#landed.append({ schema: ByteBuffer.schema, length: 1, columns: [bytesVector({ kind: 'binary' }, values, null)] });
		}
	}
}
