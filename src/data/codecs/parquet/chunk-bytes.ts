import type { RandomAccessFile } from '../codec.ts';

const READ_AHEAD = 1_048_576;

export interface Stretch {
	readonly from: number;
	readonly end: number;
}

/** Who reads a stretch of a file together with others. */
interface Whole {
	bytes(stretch: Stretch): Promise<Uint8Array>;
}

/** A stretch of a file, read front to back in pieces of about 1 MiB, or whole with its neighbours. */
export class ChunkBytes {
	readonly #file: RandomAccessFile;
	readonly #end: number;
	/** Null where it is read in pieces. */
	readonly #whole: Whole | null;
	/** Offset in the file of the next byte. */
	#offset: number;
	#buffer: Uint8Array = new Uint8Array(0);

	constructor(file: RandomAccessFile, { from, end }: Stretch, whole: Whole | null) {
		this.#file = file;
		this.#offset = from;
		this.#end = end;
		this.#whole = whole;
	}

	get left(): number {
		return this.#end - this.#offset;
	}

	/** The next `count` bytes or more, fewer only where the stretch ends. They stay to be read. */
	async peek(count: number): Promise<Uint8Array> {
		if (this.#buffer.length < count && this.#buffer.length < this.left) {
			if (this.#whole !== null) {
				this.#buffer = await this.#whole.bytes({ from: this.#offset, end: this.#end });
				if (this.#buffer.length < this.left) throw new RangeError('the file ends too early');
				return this.#buffer;
			}
			const missing = Math.min(this.left, Math.max(count, READ_AHEAD)) - this.#buffer.length;
			const more = await this.#file.read(this.#offset + this.#buffer.length, missing);
			if (more.length < missing) throw new RangeError('the file ends too early');
			if (this.#buffer.length === 0) {
				// Not as it comes: a Buffer's `slice` copies nothing, and who reads values relies on a copy.
				this.#buffer = new Uint8Array(more.buffer, more.byteOffset, more.byteLength);
				return this.#buffer;
			}
			const joined = new Uint8Array(this.#buffer.length + more.length);
			joined.set(this.#buffer);
			joined.set(more, this.#buffer.length);
			this.#buffer = joined;
		}
		return this.#buffer;
	}

	skip(count: number): void {
		this.#offset += count;
		this.#buffer = count < this.#buffer.length ? this.#buffer.subarray(count) : new Uint8Array(0);
	}
}
