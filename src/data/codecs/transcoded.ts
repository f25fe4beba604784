import { AppError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import { markedUtf16 } from './byte-order-mark.ts';
import { ByteQueue } from './byte-queue.ts';
import type { DecodedBatch, DecoderPosition, StreamDecoder } from './codec.ts';

const encoder = new TextEncoder();

/** What comes before the records: the longest byte order mark. */
const MARK_BYTES = 3;

/** The position's own state, beside that of the decoder inside. */
interface State {
	/** Null: the file's beginning was not seen yet. */
	readonly encoding: string | null;
	readonly inner: Json;
}

/**
 * Feeds a decoder of UTF-8 from a file in UTF-16, in the byte order that its mark tells or else the one it is said to have. Offsets are translated back: a character of one to three bytes in UTF-8 is two
 * bytes there, one of four bytes is four.
 */
export function transcoded(encoding: string, position: DecoderPosition | null, make: (position: DecoderPosition | null) => StreamDecoder): StreamDecoder {
	return new Transcoded(encoding, position, make);
}

class Transcoded implements StreamDecoder {
	readonly #inner: StreamDecoder;
	readonly #said: string;
	#text: TextDecoder | null = null;
	/** Bytes of the file's beginning, while there are too few to see a mark. */
	#beginning: Uint8Array = new Uint8Array(0);
	/** UTF-8 given to the inner decoder that it has not used up. */
	readonly #pending: ByteQueue;
	/** Offset in the file that belongs to the beginning of `#pending`. */
	#offset: number;

	constructor(encoding: string, position: DecoderPosition | null, make: (position: DecoderPosition | null) => StreamDecoder) {
		const state = position?.state as unknown as State | undefined;
		this.#said = encoding;
		this.#offset = position?.byteOffset ?? 0;
		this.#inner = make(position === null || state === undefined ? null : { ...position, state: state.inner });
		this.#pending = new ByteQueue(this.#offset);
		if (state?.encoding) this.#text = textDecoder(state.encoding);
	}

	get columns(): readonly string[] | null {
		return this.#inner.columns;
	}

	push(chunk: Uint8Array): DecodedBatch[] {
		const bytes = this.#begun(chunk, false);
		if (bytes === null) return [];
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
		const utf8 = encoder.encode(this.#decode(this.#begun(new Uint8Array(0), true) ?? new Uint8Array(0), false));
		this.#pending.push(utf8);
		return [...this.#inner.push(utf8), ...this.#inner.finish()];
	}

	position(): DecoderPosition {
		this.#settle();
		const position = this.#inner.position();
		const state: State = { encoding: this.#text?.encoding ?? null, inner: position.state };
		return { ...position, byteOffset: this.#offset, state: state as unknown as Json };
	}

	/** The bytes to decode, once the beginning of the file has told its byte order; null before. */
	#begun(chunk: Uint8Array, final: boolean): Uint8Array | null {
		if (this.#text !== null) return chunk;
		const bytes = new Uint8Array(this.#beginning.length + chunk.length);
		bytes.set(this.#beginning);
		bytes.set(chunk, this.#beginning.length);
		this.#beginning = bytes;
		if (bytes.length < MARK_BYTES && !final) return null;
		this.#text = textDecoder(markedUtf16(bytes, this.#said));
		this.#beginning = new Uint8Array(0);
		return bytes;
	}

	#decode(bytes: Uint8Array, stream: boolean): string {
		const text = this.#text as TextDecoder;
		try {
			return text.decode(bytes, { stream });
		} catch {
			throw new AppError('invalid_input', `the file is not ${text.encoding} behind record ${this.#inner.position().recordNumber - 1}`, {
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

/** Keeping the mark keeps the count of bytes right; the decoder inside drops it. */
function textDecoder(encoding: string): TextDecoder {
	return new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
}
