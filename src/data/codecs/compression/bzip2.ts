import type { Json } from '../../../lib/json.ts';
import { ByteQueue } from '../byte-queue.ts';
import { Bzip2Block } from './bzip2-block.ts';
import { damaged, notCompressed, truncated } from './damage.ts';
import type { Decompressor, Piece } from './decompressor.ts';
import { MsbBits } from './msb-bits.ts';

/** A block's size is not told: it is tried with this much of it, then with twice as much. Blocks of data are mostly smaller. */
const FIRST_TRY_BYTES = 262_144;
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;

interface Bzip2State {
	/** Bits of the first byte that are used. */
	readonly bit: number;
	/** 1–9, hundred thousands of bytes a block; 0 between streams. */
	readonly level: number;
	readonly streams: number;
}

/** bzip2, of any number of streams. Blocks stand alone, so every one of them is a place to go on from. */
export class Bzip2Decompressor implements Decompressor {
	readonly #queue: ByteQueue;
	#bit: number;
	#level: number;
	#streams: number;
	#block: Bzip2Block | null = null;
	/** Bytes to wait for. */
	#tryAt = FIRST_TRY_BYTES;

	constructor(byteOffset: number, state: Json | null) {
		const saved = state as unknown as Bzip2State | null;
		this.#queue = new ByteQueue(byteOffset);
		this.#bit = saved?.bit ?? 0;
		this.#level = saved?.level ?? 0;
		this.#streams = saved?.streams ?? 0;
	}

	push(bytes: Uint8Array): void {
		this.#queue.push(bytes);
	}

	next(final: boolean): Piece | null {
		const queue = this.#queue;
		while (final || queue.length >= this.#tryAt) {
			if (this.#level === 0) {
				if (queue.length === 0 && this.#streams > 0) return null;
				this.#header();
			}
			const bits = new MsbBits(queue.bytes, queue.from, queue.end, this.#bit);
			const bytes = this.#blockOrEnd(bits, final);
			if (bytes === 'more') {
				this.#tryAt = queue.length * 2;
				return null;
			}
			this.#tryAt = FIRST_TRY_BYTES;
			if (bytes === 'end') {
				queue.consume(bits.byteEnd());
				this.#bit = 0;
				this.#level = 0;
				continue;
			}
			queue.consume(bits.byte());
			this.#bit = bits.bit();
			const state: Bzip2State = { bit: this.#bit, level: this.#level, streams: this.#streams };
			return { bytes, checkpoint: { byteOffset: queue.offset, state: state as unknown as Json } };
		}
		return null;
	}

	/** The next block's bytes, the end of the stream, or that not all of it is there. */
	#blockOrEnd(bits: MsbBits, final: boolean): Uint8Array | 'end' | 'more' {
		try {
			const magic = [bits.read(24), bits.read(24)] as const;
			if (isMagic(magic, END_MAGIC)) {
				bits.read(16);
				bits.read(16);
				if (!bits.overrun) return 'end';
			} else if (isMagic(magic, BLOCK_MAGIC)) {
				if (this.#block === null || this.#block.size !== this.#level * 100_000) this.#block = new Bzip2Block(this.#level * 100_000);
				const bytes = this.#block.decode(bits);
				if (!bits.overrun) return bytes;
			} else if (!bits.overrun) throw damaged('a block');
		} catch (error) {
			// Behind the end there are zeros, which make no block.
			if (!bits.overrun) throw error;
		}
		if (final) throw truncated();
		return 'more';
	}

	#header(): void {
		const queue = this.#queue;
		const [b, z, h, digit = 0] = queue.rest();
		if (queue.length < 4 && (b === undefined || b === 0x42)) throw truncated();
		if (b !== 0x42 || z !== 0x5a || h !== 0x68 || digit < 0x31 || digit > 0x39)
			throw this.#streams === 0 ? notCompressed('bzip2') : damaged('what comes behind the compressed data');
		this.#level = digit - 0x30;
		this.#streams++;
		queue.consume(queue.from + 4);
	}
}

function isMagic(read: readonly [number, number], magic: readonly [number, number]): boolean {
	return read[0] === magic[0] && read[1] === magic[1];
}
