/** Bits from the highest of each byte, as bzip2 has them. Behind the end there are zeros, and `overrun` is true. */
export class MsbBits {
	readonly #bytes: Uint8Array;
	readonly #end: number;
	#at: number;
	#bit: number;

	/** `bit`: bits of the byte at `from` that are used. */
	constructor(bytes: Uint8Array, from: number, end: number, bit: number) {
		this.#bytes = bytes;
		this.#at = from;
		this.#end = end;
		this.#bit = bit;
	}

	get overrun(): boolean {
		return this.#at > this.#end || (this.#at === this.#end && this.#bit > 0);
	}

	/** The next 1–24 bits without using them. */
	peek(count: number): number {
		const bytes = this.#bytes;
		const at = this.#at;
		const word =
			at + 3 < this.#end
				? ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
				: this.#tail(at);
		return (word << this.#bit) >>> (32 - count);
	}

	skip(count: number): void {
		const bit = this.#bit + count;
		this.#at += bit >> 3;
		this.#bit = bit & 7;
	}

	read(count: number): number {
		const value = this.peek(count);
		this.skip(count);
		return value;
	}

	/** Index of the byte the next bit is in, and how many of its bits are used. */
	byte(): number {
		return this.#at;
	}

	bit(): number {
		return this.#bit;
	}

	/** Index of the first byte of which no bit is used. */
	byteEnd(): number {
		return this.#bit === 0 ? this.#at : this.#at + 1;
	}

	#tail(at: number): number {
		let word = 0;
		for (let i = 0; i < 4; i++) word = (word << 8) | (at + i < this.#end ? (this.#bytes[at + i] as number) : 0);
		return word;
	}
}
