import type { Json } from '../../../lib/json.ts';

/** Takes a compressed file's bytes and gives what they hold, piece by piece; can be left at some places and gone on with. */
export interface Decompressor {
	push(bytes: Uint8Array): void;
	/** The next piece, or null where more bytes are needed, or nothing is left. `final`: no more bytes follow. Throws `AppError` for a damaged file. */
	next(final: boolean): Piece | null;
}

export interface Piece {
	readonly bytes: Uint8Array;
	/** Where to go on behind this piece; null where that is not possible. */
	readonly checkpoint: Checkpoint | null;
}

/** A decompressor made with it and fed the file from `byteOffset` on gives what comes behind. Plain JSON. */
export interface Checkpoint {
	readonly byteOffset: number;
	readonly state: Json;
}

/** A checkpoint costs 44 kB of state: one for so many bytes of output. */
export const CHECKPOINT_BYTES = 524_288;
