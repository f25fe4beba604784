const SLOTS = 4096;
const LONGEST = 16;

/**
 * Short texts seen lately, by their bytes: a text that repeats is one string, found without decoding it, whose hash later maps
 * need not compute again. Four 32-bit words cover 1–16 bytes exactly (the last ones overlapping), so equal words and length are
 * equal bytes.
 */
export class TextCache {
	readonly #words = new Int32Array(SLOTS * 4);
	readonly #lengths = new Uint8Array(SLOTS);
	readonly #texts: string[] = new Array<string>(SLOTS).fill('');
	#slot = 0;
	#w0 = 0;
	#w1 = 0;
	#w2 = 0;
	#w3 = 0;
	#length = 0;

	/** The text of those bytes, or undefined: then `keep` may be called with it. 1–16 bytes. */
	find(bytes: Uint8Array, start: number, stop: number): string | undefined {
		const length = stop - start;
		let w0 = 0;
		let w1 = 0;
		let w2 = 0;
		let w3 = 0;
		if (length >= 4) {
			w0 = word(bytes, start);
			w1 = word(bytes, stop - 4);
			if (length > 8) {
				w2 = word(bytes, start + 4);
				w3 = word(bytes, stop - 8);
			}
		} else {
			w0 = bytes[start] as number;
			w1 = bytes[start + (length >> 1)] as number;
			w2 = bytes[stop - 1] as number;
		}
		let hash = Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35) ^ Math.imul(w3, 0x27d4eb2f) ^ length;
		hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
		const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
		const at = slot * 4;
		const words = this.#words;
		if (this.#lengths[slot] === length && words[at] === w0 && words[at + 1] === w1 && words[at + 2] === w2 && words[at + 3] === w3) return this.#texts[slot];
		this.#slot = slot;
		this.#length = length;
		this.#w0 = w0;
		this.#w1 = w1;
		this.#w2 = w2;
		this.#w3 = w3;
		return undefined;
	}

	/** Remembers the text of the bytes last asked for. */
	keep(text: string): void {
		const slot = this.#slot;
		this.#words[slot * 4] = this.#w0;
		this.#words[slot * 4 + 1] = this.#w1;
		this.#words[slot * 4 + 2] = this.#w2;
		this.#words[slot * 4 + 3] = this.#w3;
		this.#lengths[slot] = this.#length;
		this.#texts[slot] = text;
	}
}

export function isCacheable(length: number): boolean {
	return length > 0 && length <= LONGEST;
}

function word(bytes: Uint8Array, at: number): number {
	return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
}
