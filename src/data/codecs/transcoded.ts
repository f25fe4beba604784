import { AppError } from '../../lib/errors.ts';
import { ByteQueue } from './byte-queue.ts';
import type { DecodedBatch, DecoderPosition, StreamDecoder } from './codec.ts';

const encoder = new TextEncoder();

/**
 * Feeds a decoder of UTF-8 from a file in UTF-16. Offsets are translated back: a character of one to three bytes in UTF-8 is two
 * bytes there, one of four bytes is four.
 */
export function transcoded(encoding: string, position: DecoderPosition | null, make: (position: DecoderPosition | null) => StreamDecoder): StreamDecoder {
	return new Transcoded(encoding, position, make);
}

class Transcoded implements StreamDecoder {
	readonly #inner: StreamDecoder;
	readonly #text: TextDecoder;
	/** UTF-8 given to the inner decoder that it has not used up. */
	readonly #pending: ByteQueue;
	/** Offset in the file that belongs to the beginning of `#pending`. */
	#offset: number;

	constructor(encoding: string, position: DecoderPosition | null, make: (position: DecoderPosition | null) => StreamDecoder) {
		this.#offset = position?.byteOffset ?? 0;
		this.#inner = make(position);
		this.#pending = new ByteQueue(this.#offset);
		// Keeping the mark keeps the count of bytes right; the inner decoder drops it.
		this.#text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
	}

	get columns(): readonly string[] | null {
		return this.#inner.columns;
	}

	push(bytes: Uint8Array): DecodedBatch[] {
		const utf8 = encoder.encode(this.#decode(bytes, true));
		this.#pending.push(utf8);
		const batches = this.#inner.push(utf8);
		this.#settle();
		return batches;
	}

	flush(): DecodedBatch[] {
		return this.#inner.flush();
	}

	finish(): DecodedBatch[] {
		const utf8 = encoder.encode(this.#decode(new Uint8Array(0), false));
		this.#pending.push(utf8);
		return [...this.#inner.push(utf8), ...this.#inner.finish()];
	}

	position(): DecoderPosition {
		this.#settle();
		return { ...this.#inner.position(), byteOffset: this.#offset };
	}

	#decode(bytes: Uint8Array, stream: boolean): string {
		try {
			return this.#text.decode(bytes, { stream });
		} catch {
			throw new AppError('invalid_input', `the file is not ${this.#text.encoding} behind record ${this.#inner.position().recordNumber - 1}`, {
				hint: 'Set char_encoding to the encoding of the file.',
			});
		}
	}

	/** Translates how far the inner decoder has come. */
	#settle(): void {
		const pending = this.#pending;
		const used = this.#inner.position().byteOffset - pending.offset;
		for (let i = 0; i < used; i++) {
			const byte = pending.bytes[pending.from + i] as number;
			if (byte < 0x80 || byte >= 0xc0) this.#offset += byte < 0xf0 ? 2 : 4;
		}
		pending.consume(pending.from + used);
	}
}
