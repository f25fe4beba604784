import type { ByteQueue } from '../byte-queue.ts';
import { damaged, truncated } from './damage.ts';
import type { PrefixCode } from './prefix-code.ts';

/** Bits from the lowest of each byte, as DEFLATE has them; for block headers, where speed does not matter. */
export class LsbBits {
	/** In bits, from the queue's first byte. */
	at: number;
	readonly #queue: ByteQueue;

	constructor(queue: ByteQueue, bit: number) {
		this.#queue = queue;
		this.at = bit;
	}

	#peek(): number {
		const { bytes, from, end } = this.#queue;
		const at = from + (this.at >> 3);
		let value = 0;
		for (let i = 0; i < 3; i++) if (at + i < end) value |= (bytes[at + i] as number) << (8 * i);
		return value >> (this.at & 7);
	}

	read(count: number): number {
		const value = this.#peek() & ((1 << count) - 1);
		this.at += count;
		return value;
	}

	symbol(code: PrefixCode): number {
		const entry = code.table[this.#peek() & ((1 << code.bits) - 1)] as number;
		if (entry === 0) throw this.at > this.#queue.length * 8 ? truncated() : damaged('an unknown code');
		this.at += entry & 15;
		return entry >> 4;
	}

	align(): void {
		this.at = (this.at + 7) & ~7;
	}

	/** Uses up the whole bytes; gives the bits used of the next. */
	settle(): number {
		this.#queue.consume(this.#queue.from + (this.at >> 3));
		return this.at & 7;
	}
}
