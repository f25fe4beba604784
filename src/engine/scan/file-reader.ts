import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import type { DecodedBatch, DecoderPosition, DecodeRequest, StreamDecoder } from '../../data/codecs/codec.ts';
import type { FileSource } from '../../plan/endpoints.ts';

/** One file being read: batch after batch, and where it stands between two. */
export interface FileReader {
	/** The next batches, perhaps none yet; null at the file's end. Tells how many bytes of the file were read for it. */
	next(): Promise<{ readonly batches: readonly DecodedBatch[]; readonly bytes: number } | null>;
	position(): DecoderPosition;
	close(): void;
}

export interface FileToRead {
	readonly store: FileStore;
	readonly source: FileSource;
	readonly file: FileInfo;
	readonly request: DecodeRequest;
	readonly position: DecoderPosition | null;
}

/** Bytes of a file through its decompression, if any, into a decoder. */
export class StreamedFile implements FileReader {
	readonly #decoder: StreamDecoder;
	readonly #open: () => Promise<ReadableStream<Uint8Array>>;
	#reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
	/** Decompressed bytes that an earlier start had read already. */
	#skip: number;
	#ended = false;

	/** `open` gives the bytes the decoder is fed, `skip` how many of them come before its position. */
	constructor(decoder: StreamDecoder, open: () => Promise<ReadableStream<Uint8Array>>, skip: number) {
		this.#decoder = decoder;
		this.#open = open;
		this.#skip = skip;
	}

	async next(): Promise<{ batches: readonly DecodedBatch[]; bytes: number } | null> {
		if (this.#ended) return null;
		this.#reader ??= (await this.#open()).getReader();
		const { value, done } = await this.#reader.read();
		if (done) {
			this.#ended = true;
			return { batches: this.#decoder.finish(), bytes: 0 };
		}
		const skipped = Math.min(this.#skip, value.length);
		this.#skip -= skipped;
		const fresh = skipped === 0 ? value : value.subarray(skipped);
		return { batches: fresh.length === 0 ? [] : this.#decoder.push(fresh), bytes: value.length };
	}

	position(): DecoderPosition {
		return this.#decoder.position();
	}

	close(): void {
		// The stream may be gone already; nobody waits for how it ends.
		this.#reader?.cancel().catch(() => {});
		this.#reader = null;
	}
}
