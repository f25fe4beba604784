import { fromBase64, toBase64 } from '../../base64.ts';
import type { ByteQueue } from '../byte-queue.ts';
import { damaged, truncated } from './damage.ts';
import { DISTANCE_BASE, DISTANCE_BITS, FIXED_DISTANCES, FIXED_LENGTHS, LENGTH_BASE, LENGTH_BITS, LENGTH_ORDER } from './deflate-tables.ts';
import { LsbBits } from './lsb-bits.ts';
import { PrefixCode } from './prefix-code.ts';

/**
 * DEFLATE (RFC 1951), written here because the platform's cannot be left in the middle: at every block boundary this one's state
 * is 32 KiB of JSON, so a file of any size goes on where it was rather than from its beginning.
 */
export interface InflateState {
	/** Bits of the first byte that are used already, 0–7. */
	readonly bit: number;
	/** The last 32 KiB, base64. */
	readonly window: string;
}

/** `more`: input is needed. `full`: take the output first. `block`: a boundary. `end`: of the stream. */
export type InflateStep = 'more' | 'full' | 'block' | 'end';

const WINDOW = 32_768;
const ROOM = 262_144;
const LONGEST_COPY = 258;
/** A length and a distance with their extra bits are at most 48 bits; gzip and zip have 64 behind the last. */
const SYMBOL_BITS = 48;
/** A block's header with its code lengths, at most: 14 + 19 × 3 + 316 × 14 bits. */
const HEADER_BITS = 4_500;

export class Inflate {
	readonly #out = new Uint8Array(WINDOW + ROOM + LONGEST_COPY);
	/** Behind the last byte of output. */
	#at = 0;
	/** Output before this was taken. */
	#taken = 0;
	/** Bits used of the queue's first byte. */
	#bit: number;
	#stage: 'header' | 'stored' | 'codes' | 'end' = 'header';
	#last = false;
	/** Bytes left of a stored block. */
	#stored = 0;
	readonly #lengths = new PrefixCode();
	readonly #distances = new PrefixCode();

	constructor(state: InflateState | null) {
		this.#bit = state?.bit ?? 0;
		const window = state === null ? undefined : fromBase64(state.window);
		if (window === undefined) return;
		this.#out.set(window);
		this.#at = window.length;
		this.#taken = window.length;
	}

	/** At a block boundary only; everything before it must have been taken. */
	state(): InflateState {
		return { bit: this.#bit, window: toBase64(this.#out.subarray(Math.max(0, this.#at - WINDOW), this.#at)) };
	}

	/** Uses up the queue as far as one block goes. */
	step(queue: ByteQueue, final: boolean): InflateStep {
		if (this.#stage === 'end') return 'end';
		if (this.#at > WINDOW + ROOM - 1) return 'full';
		if (this.#stage === 'header' && !this.#header(queue, final)) return 'more';
		if (this.#stage === 'stored') return this.#copyStored(queue);
		return this.#decode(queue, final);
	}

	/** Bytes of output not taken. */
	get pending(): number {
		return this.#at - this.#taken;
	}

	/** The output since the last time, in memory of its own. */
	take(): Uint8Array {
		const output = this.#out.slice(this.#taken, this.#at);
		if (this.#at > WINDOW) {
			this.#out.copyWithin(0, this.#at - WINDOW, this.#at);
			this.#at = WINDOW;
		}
		this.#taken = this.#at;
		return output;
	}

	/** Behind the stream: the rest of its last byte is not used. */
	alignToByte(queue: ByteQueue): void {
		if (this.#bit > 0) queue.consume(queue.from + 1);
		this.#bit = 0;
	}

	#header(queue: ByteQueue, final: boolean): boolean {
		const available = queue.length * 8 - this.#bit;
		if (available < 3 || (available < HEADER_BITS && !final)) return false;
		const bits = new LsbBits(queue, this.#bit);
		this.#last = bits.read(1) === 1;
		const kind = bits.read(2);
		if (kind === 0) {
			bits.align();
			const length = bits.read(16);
			if ((bits.read(16) ^ 0xffff) !== length) throw damaged('a stored block');
			this.#stored = length;
			this.#stage = 'stored';
		} else if (kind === 1) {
			this.#lengths.build(FIXED_LENGTHS, 288);
			this.#distances.build(FIXED_DISTANCES, 30);
			this.#stage = 'codes';
		} else if (kind === 2) {
			this.#readCodes(bits);
			this.#stage = 'codes';
		} else throw damaged('a block of unknown kind');
		if (bits.at > queue.length * 8) throw truncated();
		this.#bit = bits.settle();
		return true;
	}

	#readCodes(bits: LsbBits): void {
		const lengthCodes = bits.read(5) + 257;
		const distanceCodes = bits.read(5) + 1;
		const order = bits.read(4) + 4;
		const lengths = new Uint8Array(320);
		for (let i = 0; i < order; i++) lengths[LENGTH_ORDER[i] as number] = bits.read(3);
		const code = this.#lengths;
		if (!code.build(lengths, 19)) throw damaged('code lengths');
		lengths.fill(0);
		for (let at = 0; at < lengthCodes + distanceCodes; ) {
			const symbol = bits.symbol(code);
			if (symbol < 16) {
				lengths[at++] = symbol;
				continue;
			}
			if (symbol === 16 && at === 0) throw damaged('code lengths');
			const value = symbol === 16 ? (lengths[at - 1] as number) : 0;
			const repeats = symbol === 16 ? 3 + bits.read(2) : symbol === 17 ? 3 + bits.read(3) : 11 + bits.read(7);
			if (at + repeats > lengthCodes + distanceCodes) throw damaged('code lengths');
			lengths.fill(value, at, at + repeats);
			at += repeats;
		}
		const distances = lengths.slice(lengthCodes, lengthCodes + distanceCodes);
		if (!this.#distances.build(distances, distanceCodes) || !this.#lengths.build(lengths, lengthCodes)) throw damaged('codes');
	}

	#copyStored(queue: ByteQueue): InflateStep {
		const count = Math.min(this.#stored, queue.length, WINDOW + ROOM - this.#at);
		this.#out.set(queue.bytes.subarray(queue.from, queue.from + count), this.#at);
		this.#at += count;
		this.#stored -= count;
		queue.consume(queue.from + count);
		if (this.#stored === 0) return this.#endBlock();
		return queue.length === 0 ? 'more' : 'full';
	}

	#endBlock(): InflateStep {
		this.#stage = this.#last ? 'end' : 'header';
		return this.#last ? 'end' : 'block';
	}

	#decode(queue: ByteQueue, final: boolean): InflateStep {
		const { bytes } = queue;
		const out = this.#out;
		const base = queue.from;
		const limit = queue.length * 8 - SYMBOL_BITS;
		const lengthTable = this.#lengths.table;
		const lengthMask = (1 << this.#lengths.bits) - 1;
		const distanceTable = this.#distances.table;
		const distanceMask = (1 << this.#distances.bits) - 1;
		let at = this.#at;
		let bit = this.#bit;
		let step: InflateStep = 'more';
		while (bit <= limit) {
			if (at >= WINDOW + ROOM) {
				step = 'full';
				break;
			}
			let i = base + (bit >> 3);
			let entry = lengthTable[
				(((bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16)) >> (bit & 7)) & lengthMask
			] as number;
			if (entry === 0) throw damaged('an unknown code');
			bit += entry & 15;
			let symbol = entry >> 4;
			if (symbol < 256) {
				out[at++] = symbol;
				continue;
			}
			if (symbol === 256) {
				step = this.#endBlock();
				break;
			}
			symbol -= 257;
			if (symbol > 28) throw damaged('an unknown length');
			i = base + (bit >> 3);
			let extra = LENGTH_BITS[symbol] as number;
			const length = (LENGTH_BASE[symbol] as number) + ((((bytes[i] as number) | ((bytes[i + 1] as number) << 8)) >> (bit & 7)) & ((1 << extra) - 1));
			bit += extra;
			i = base + (bit >> 3);
			entry = distanceTable[
				(((bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16)) >> (bit & 7)) & distanceMask
			] as number;
			if (entry === 0) throw damaged('an unknown code');
			bit += entry & 15;
			symbol = entry >> 4;
			if (symbol > 29) throw damaged('an unknown distance');
			i = base + (bit >> 3);
			extra = DISTANCE_BITS[symbol] as number;
			const distance =
				(DISTANCE_BASE[symbol] as number) +
				((((bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16)) >> (bit & 7)) & ((1 << extra) - 1));
			bit += extra;
			let from = at - distance;
			if (from < 0) throw damaged('a distance before the beginning');
			for (const end = at + length; at < end; ) out[at++] = out[from++] as number;
		}
		if (step === 'more' && final) throw truncated();
		this.#at = at;
		this.#bit = bit & 7;
		queue.consume(base + (bit >> 3));
		return step;
	}
}
