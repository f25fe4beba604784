import { type BytePieces, bytePieces, piecesOf } from '../byte-pieces.ts';
import type { DecodedBatch, DecodeRequest, DecoderPosition, StreamDecoder, StreamFormat } from './codec.ts';
import { CompressedBytes } from './compression/compressed-bytes.ts';
import { BEGINNING_BYTES, compressionIn, type Decompression } from './compression/index.ts';
import { streamDecoder } from './index.ts';
import type { FileBytes, FileDecoder } from './open-file.ts';

/** Compressed bytes taken at a time: DEFLATE makes at most a thousand times as many of them. */
const COMPRESSED_STEP = 65_536;

/** Read from the file at a time. */
const PIECE_BYTES = 524_288;

/** A format that is read front to back, through a decompression where there is one. */
export class StreamedFile implements FileDecoder {
	readonly #file: FileBytes;
	readonly #decoder: StreamDecoder;
	#compressed: CompressedBytes | null;
	/** Told by the file's first bytes, which were not read yet. */
	#unknown: boolean;
	readonly #from: number;
	#reader: BytePieces | null = null;
	/** Read from the file and not yet given to the decompression. */
	#rest: Uint8Array = new Uint8Array(0);
	#ended = false;
	#finished = false;

	constructor(file: FileBytes, format: StreamFormat, compression: Decompression | 'unknown' | null, request: DecodeRequest, position: DecoderPosition | null) {
		this.#file = file;
		this.#unknown = compression === 'unknown';
		this.#compressed = compression === null || compression === 'unknown' ? null : new CompressedBytes(compression, position);
		this.#decoder = streamDecoder(format, request, this.#compressed === null ? position : this.#compressed.inner);
		this.#from = this.#compressed === null ? (position?.byteOffset ?? 0) : this.#compressed.from;
	}

	async next(): Promise<{ readonly batches: readonly DecodedBatch[]; readonly bytes: number } | null> {
		if (this.#finished) return null;
		const output = this.#compressed?.next(this.#ended && this.#rest.length === 0) ?? null;
		if (output !== null) return { batches: this.#decoded(output), bytes: 0 };
		if (this.#ended && this.#rest.length === 0) {
			this.#finished = true;
			return { batches: this.#decoder.finish(), bytes: 0 };
		}
		const bytes = await this.#read();
		if (this.#compressed === null) return { batches: this.#decoder.push(bytes), bytes: bytes.length };
		this.#compressed.push(bytes);
		return { batches: [], bytes: bytes.length };
	}

	position(): DecoderPosition {
		const position = this.#decoder.position();
		return this.#compressed === null ? position : this.#compressed.position(position);
	}

	columns(): readonly string[] | null {
		return this.#decoder.columns;
	}

	close(): void {
		// The stream may be gone already; nobody waits for how it ends.
		this.#reader?.cancel().catch(() => {});
		this.#reader = null;
		this.#finished = true;
	}

	#decoded(bytes: Uint8Array): DecodedBatch[] {
		const batches = this.#decoder.push(bytes);
		this.#compressed?.forget(this.#decoder.position().byteOffset);
		return batches;
	}

	#look(beginning: Uint8Array): void {
		const found = compressionIn(beginning);
		if (found !== null) this.#compressed = new CompressedBytes(found, null);
		this.#unknown = false;
	}

	/** Some bytes of the file; none at its end. */
	async #read(): Promise<Uint8Array> {
		if (this.#rest.length === 0 && !this.#ended) {
			this.#reader ??= bytePieces(await this.#file.stream(this.#from), PIECE_BYTES, PIECE_BYTES);
			const piece = this.#unknown ? await piecesOf(this.#reader, BEGINNING_BYTES) : await this.#reader.next();
			if (piece === null) this.#ended = true;
			else this.#rest = piece;
			if (this.#unknown) this.#look(this.#rest);
		}
		const count = this.#compressed === null ? this.#rest.length : Math.min(this.#rest.length, COMPRESSED_STEP);
		const bytes = this.#rest.subarray(0, count);
		this.#rest = this.#rest.subarray(count);
		return bytes;
	}
}
