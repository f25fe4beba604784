/** Pairs of small non-negative integers to dense ids, by open addressing; how keys of several columns become one number. */
export class PairTable {
	#slots = new Int32Array(64);
	#mask = 63;
	/** Left and right of each entry side by side: one look at memory for both. */
	#pairs = new Int32Array(64);
	size = 0;

	/** The id of the pair, new where it was not seen. */
	insert(left: number, right: number): number {
		const slots = this.#slots;
		let slot = hashPair(left, right) & this.#mask;
		for (;;) {
			const entry = slots[slot] as number;
			if (entry === 0) break;
			if (this.#pairs[entry * 2 - 2] === left && this.#pairs[entry * 2 - 1] === right) return entry - 1;
			slot = (slot + 1) & this.#mask;
		}
		const id = this.size++;
		if (id * 2 >= this.#pairs.length) this.#pairs = doubled(this.#pairs);
		this.#pairs[id * 2] = left;
		this.#pairs[id * 2 + 1] = right;
		slots[slot] = id + 1;
		if (this.size * 2 > this.#mask) this.#rehash();
		return id;
	}

	/** The id of the pair, or -1. */
	find(left: number, right: number): number {
		let slot = hashPair(left, right) & this.#mask;
		for (;;) {
			const entry = this.#slots[slot] as number;
			if (entry === 0) return -1;
			if (this.#pairs[entry * 2 - 2] === left && this.#pairs[entry * 2 - 1] === right) return entry - 1;
			slot = (slot + 1) & this.#mask;
		}
	}

	left(id: number): number {
		return this.#pairs[id * 2] as number;
	}

	right(id: number): number {
		return this.#pairs[id * 2 + 1] as number;
	}

	get bytes(): number {
		return this.#slots.byteLength + this.#pairs.byteLength;
	}

	#rehash(): void {
		const slots = new Int32Array(this.#slots.length * 2);
		const mask = slots.length - 1;
		for (let id = 0; id < this.size; id++) {
			let slot = hashPair(this.left(id), this.right(id)) & mask;
			while (slots[slot] !== 0) slot = (slot + 1) & mask;
			slots[slot] = id + 1;
		}
		this.#slots = slots;
		this.#mask = mask;
	}
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
	const larger = new Int32Array(array.length * 2);
	larger.set(array);
	return larger;
}

function hashPair(left: number, right: number): number {
	let bits = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
	bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
	return bits ^ (bits >>> 13);
}
