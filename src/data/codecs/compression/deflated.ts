import { crc32 } from 'node:zlib';
import type { ByteQueue } from '../byte-queue.ts';
import { truncated } from './damage.ts';
import { CHECKPOINT_BYTES } from './decompressor.ts';
import { Inflate, type InflateState } from './inflate.ts';

/** Where one DEFLATE stream inside a container is; at a block boundary. */
export interface DeflatedState {
	readonly inflate: InflateState;
	/** Of the output so far, with its size modulo 2^32. */
	readonly crc: number;
	readonly size: number;
}

/** One DEFLATE stream with the checksum and size that its container tells at the end. */
export class Deflated {
	crc: number;
	size: number;
	ended = false;
	readonly #inflate: Inflate;
	#sinceCheckpoint = 0;

	constructor(state: DeflatedState | null) {
		this.#inflate = new Inflate(state?.inflate ?? null);
		this.crc = state?.crc ?? 0;
		this.size = state?.size ?? 0;
	}

	/** The next output, with the state behind it at some block boundaries; null where more bytes are needed, or at the end. */
	next(queue: ByteQueue, final: boolean): { readonly bytes: Uint8Array; readonly state: DeflatedState | null } | null {
		while (!this.ended) {
			const step = this.#inflate.step(queue, final);
			if (step === 'more') {
				if (final) throw truncated();
				return null;
			}
			if (step === 'end') {
				this.#inflate.alignToByte(queue);
				this.ended = true;
			}
			const due = step === 'block' && this.#sinceCheckpoint + this.#inflate.pending >= CHECKPOINT_BYTES;
			if (step === 'block' && !due) continue;
			const bytes = this.#inflate.take();
			this.crc = crc32(bytes, this.crc);
			this.size = (this.size + bytes.length) >>> 0;
			this.#sinceCheckpoint = due ? 0 : this.#sinceCheckpoint + bytes.length;
			return { bytes, state: due ? { inflate: this.#inflate.state(), crc: this.crc, size: this.size } : null };
		}
		return null;
	}
}
