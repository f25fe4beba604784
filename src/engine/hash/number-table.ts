/**
 * Numbers to dense ids (0, 1, 2 … in order of first sight), by open addressing over typed arrays: about 10 bytes an entry
 * and no object per key, where a `Map` costs five times that.
 *
 * 0 and -0 are one key, and so are all NaNs.
 */
export class NumberTable {
	#slots = new Int32Array(64);
	#mask = 63;
	#keys = new Float64Array(32);
	readonly #reserved = new Set<number>();
	size = 0;

	/** The id of `key`, new where it was not seen. */
	insert(key: number): number {
		const slots = this.#slots;
		const keys = this.#keys;
		let slot = hashNumber(key) & this.#mask;
		for (;;) {
			const entry = slots[slot] as number;
			if (entry === 0) break;
			const found = keys[entry - 1] as number;
			// biome-ignore lint/suspicious/noSelfCompare: NaN is the one value that differs from itself
			if (found === key || (key !== key && found !== found)) return entry - 1;
			slot = (slot + 1) & this.#mask;
		}
		const id = this.size++;
		if (id >= keys.length) this.#growKeys();
		this.#keys[id] = key + 0;
		slots[slot] = id + 1;
		if (this.size * 2 > this.#mask) this.#rehash();
		return id;
	}

	/** The id of `key`, or -1. */
	find(key: number): number {
		const keys = this.#keys;
		let slot = hashNumber(key) & this.#mask;
		for (;;) {
			const entry = this.#slots[slot] as number;
			if (entry === 0) return -1;
			const found = keys[entry - 1] as number;
			// biome-ignore lint/suspicious/noSelfCompare: NaN is the one value that differs from itself
			if (found === key || (key !== key && found !== found)) return entry - 1;
			slot = (slot + 1) & this.#mask;
		}
	}

	/** Takes an id that no number has. */
	reserve(): number {
		const id = this.size++;
		if (id >= this.#keys.length) this.#growKeys();
		this.#keys[id] = Number.NaN;
		this.#reserved.add(id);
		return id;
	}

	key(id: number): number {
		return this.#keys[id] as number;
	}

	get bytes(): number {
		return this.#slots.byteLength + this.#keys.byteLength;
	}

	#growKeys(): void {
		const larger = new Float64Array(this.#keys.length * 2);
		larger.set(this.#keys);
		this.#keys = larger;
	}

	#rehash(): void {
		const length = this.#slots.length * 2;
		const slots = new Int32Array(length);
		const mask = length - 1;
		for (let id = 0; id < this.size; id++) {
			if (this.#reserved.size > 0 && this.#reserved.has(id)) continue;
			let slot = hashNumber(this.#keys[id] as number) & mask;
			while (slots[slot] !== 0) slot = (slot + 1) & mask;
			slots[slot] = id + 1;
		}
		this.#slots = slots;
		this.#mask = mask;
	}
}

const scratch = new Float64Array(1);
const words = new Int32Array(scratch.buffer);

/** 32 well-mixed bits; equal numbers (0 and -0, NaN and NaN) give equal bits. */
export function hashNumber(key: number): number {
	let bits = key | 0;
	if (bits !== key) {
		scratch[0] = key;
		// biome-ignore lint/suspicious/noSelfCompare: every NaN must give the same bits, whatever its payload
		bits = key !== key ? 0x7ff8 : Math.imul(words[0] as number, 0x85ebca6b) ^ (words[1] as number);
	}
	bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
	bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
	return bits ^ (bits >>> 16);
}
