import type { Json } from '../../../lib/json.ts';
import { ByteQueue } from '../byte-queue.ts';
import { Bzip2Block } from './bzip2-block.ts';
import type { Decompressor, Piece } from './decompressor.ts';
import { damaged, truncated } from './inflate.ts';
import { MsbBits } from './msb-bits.ts';

/** A compressed block of 900 kB of data is smaller than this, whatever is in it. */
const MOST_BLOCK_BYTES = 1_200_000;
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
		while (final || queue.length >= MOST_BLOCK_BYTES) {
			if (this.#level === 0) {
				if (queue.length === 0 && this.#streams > 0) return null;
				this.#header();
			}
			const bits = new MsbBits(queue.bytes, queue.from, queue.end, this.#bit);
			const magic = [bits.read(24), bits.read(24)] as const;
			if (isMagic(magic, END_MAGIC)) {
				bits.read(16);
				bits.read(16);
				queue.consume(bits.byteEnd());
				this.#bit = 0;
				this.#level = 0;
				continue;
			}
			if (!isMagic(magic, BLOCK_MAGIC)) throw bits.overrun ? truncated() : damaged('a block');
			if (this.#block === null || this.#block.size !== this.#level * 100_000) this.#block = new Bzip2Block(this.#level * 100_000);
			const bytes = this.#block.decode(bits);
			if (bits.overrun) throw truncated();
			queue.consume(bits.byte());
			this.#bit = bits.bit();
			const state: Bzip2State = { bit: this.#bit, level: this.#level, streams: this.#streams };
			return { bytes, checkpoint: { byteOffset: queue.offset, state: state as unknown as Json } };
		}
		return null;
	}

	#header(): void {
		const queue = this.#queue;
		const [b, z, h, digit = 0] = queue.rest();
		if (queue.length < 4) throw truncated();
		if (b !== 0x42 || z !== 0x5a || h !== 0x68 || digit < 0x31 || digit > 0x39) throw damaged('the header');
		this.#level = digit - 0x30;
		this.#streams++;
		queue.consume(queue.from + 4);
	}
}

function isMagic(read: readonly [number, number], magic: readonly [number, number]): boolean {
	return read[0] === magic[0] && read[1] === magic[1];
}
