import type { Json } from '../../../lib/json.ts';
import type { DecoderPosition } from '../codec.ts';
import type { Checkpoint, Decompressor } from './decompressor.ts';
import { checkExpansion, type Decompression, decompressor, EXPANSION_LIMITS, type ExpansionLimits } from './index.ts';

/** A checkpoint and how many bytes had come out there. */
interface Mark {
	readonly bytesOut: number;
	readonly checkpoint: Checkpoint | null;
}

interface SavedState {
	/** Of the decoder of what came out. */
	readonly inner: DecoderPosition;
	readonly bytesOut: number;
	readonly checkpoint: Json;
	readonly compression: Decompression;
}

/** How a file was compressed that a position is in; null for a position in one that was not. */
export function compressionAt(position: DecoderPosition): Decompression | null {
	const { state } = position;
	return typeof state === 'object' && state !== null && 'compression' in state ? (state['compression'] as Decompression) : null;
}

/**
 * What a compressed file holds, piece by piece. A position in it is the last checkpoint of the decompression before the record to
 * go on at, and how far that record is behind it.
 */
export class CompressedBytes {
	/** Where to feed the file from. */
	readonly from: number;
	/** Where the decoder of what comes out is to go on. */
	readonly inner: DecoderPosition | null;
	readonly #compression: Decompression;
	readonly #decompressor: Decompressor;
	readonly #limits: ExpansionLimits;
	/** Ascending; the first is the one that would be gone on from. */
	readonly #marks: Mark[];
	#bytesIn: number;
	#bytesOut: number;
	/** Output whose records were given before. */
	#skip: number;

	constructor(compression: Decompression, position: DecoderPosition | null, limits: ExpansionLimits = EXPANSION_LIMITS) {
		const saved = (position?.state ?? null) as SavedState | null;
		const checkpoint = position === null || saved === null || saved.checkpoint === null ? null : { byteOffset: position.byteOffset, state: saved.checkpoint };
		this.from = checkpoint?.byteOffset ?? 0;
		this.inner = saved?.inner ?? null;
		this.#compression = compression;
		this.#decompressor = decompressor(compression, checkpoint);
		this.#limits = limits;
		this.#bytesIn = this.from;
		this.#bytesOut = checkpoint === null ? 0 : (saved?.bytesOut ?? 0);
		this.#marks = [{ bytesOut: this.#bytesOut, checkpoint }];
		this.#skip = (saved?.inner.byteOffset ?? 0) - this.#bytesOut;
	}

	push(bytes: Uint8Array): void {
		this.#bytesIn += bytes.length;
		this.#decompressor.push(bytes);
	}

	/** The next bytes that came out, or null where more are needed, or the file has ended. */
	next(final: boolean): Uint8Array | null {
		for (let piece = this.#decompressor.next(final); piece !== null; piece = this.#decompressor.next(final)) {
			this.#bytesOut += piece.bytes.length;
			checkExpansion(this.#bytesIn, this.#bytesOut, this.#limits);
			if (piece.checkpoint !== null) this.#marks.push({ bytesOut: this.#bytesOut, checkpoint: piece.checkpoint });
			const skipped = Math.min(this.#skip, piece.bytes.length);
			this.#skip -= skipped;
			if (skipped < piece.bytes.length) return piece.bytes.subarray(skipped);
		}
		return null;
	}

	/** The position that belongs to one of the decoder of what came out. */
	position(inner: DecoderPosition): DecoderPosition {
		this.forget(inner.byteOffset);
		const { bytesOut, checkpoint } = this.#marks[0] as Mark;
		return {
			byteOffset: checkpoint?.byteOffset ?? 0,
			recordNumber: inner.recordNumber,
			state: { inner: { ...inner }, bytesOut, checkpoint: checkpoint?.state ?? null, compression: this.#compression },
		};
	}

	/** Nothing that came out before `offset` will be asked for: of the marks up to there only the last is kept. */
	forget(offset: number): void {
		while (this.#marks.length > 1 && (this.#marks[1] as Mark).bytesOut <= offset) this.#marks.shift();
	}
}
