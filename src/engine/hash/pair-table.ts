/** Two columns of fewer codes than this are looked up in a square of a megabyte: a power of two. */
const SMALL = 512;
const NOTHING = new Int32Array(0);

/** Pairs of small non-negative integers to dense ids, by open addressing; how keys of several columns become one number. */
export class PairTable {
	#slots = new Int32Array(64);
	#mask = 63;
	/** Left and right of each entry side by side: one look at memory for both. */
	#pairs = new Int32Array(64);
	/** By `left * SMALL + right`: id + 1, while all are that small. */
	#square = NOTHING;
	#small = true;
	/** By left: the right it had last, and the id of the two + 1. */
	#partners = NOTHING;
	#partnersHelp = true;
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
		if (id * 2 >= this.#pairs.length) this.#pairs = grown(this.#pairs, this.#pairs.length * 2);
		this.#pairs[id * 2] = left;
		this.#pairs[id * 2 + 1] = right;
		slots[slot] = id + 1;
		if (this.size * 2 > this.#mask) this.#rehash();
		return id;
	}

	/** Puts the id of each pair in the place of its left. */
	insertAll(lefts: Int32Array, rights: Int32Array, count: number): void {
		if (count === 0) return;
		let done = 0;
		if (this.#fits(lefts, rights, count)) done = this.#insertSmall(lefts, rights, count);
		else if (this.#partnersHelp) done = this.#insertPartners(lefts, rights, count);
		for (let row = done; row < count; row++) lefts[row] = this.insert(lefts[row] as number, rights[row] as number);
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
		return this.#slots.byteLength + this.#pairs.byteLength + this.#square.byteLength + this.#partners.byteLength;
	}

	/** Whether all lefts and rights are below `SMALL`. */
	#fits(lefts: Int32Array, rights: Int32Array, count: number): boolean {
		if (!this.#small) return false;
		let bits = 0;
		for (let row = 0; row < count; row++) bits |= (lefts[row] as number) | (rights[row] as number);
		this.#small = bits >>> 0 < SMALL;
		if (!this.#small) this.#square = NOTHING;
		return this.#small;
	}

	/** One look at memory a row, in which no row waits for another. */
	#insertSmall(lefts: Int32Array, rights: Int32Array, count: number): number {
		if (this.#square.length === 0) {
			this.#square = new Int32Array(SMALL * SMALL);
			for (let id = 0; id < this.size; id++) this.#square[this.left(id) * SMALL + this.right(id)] = id + 1;
		}
		const square = this.#square;
		for (let row = 0; row < count; row++) {
			const at = (lefts[row] as number) * SMALL + (rights[row] as number);
			let entry = square[at] as number;
			if (entry === 0) {
				entry = this.insert(lefts[row] as number, rights[row] as number) + 1;
				square[at] = entry;
			}
			lefts[row] = entry - 1;
		}
		return count;
	}

	/** Where one column follows from another, as a region from its customer, a left has the right that it had the last time. */
	#insertPartners(lefts: Int32Array, rights: Int32Array, count: number): number {
		let most = 0;
		for (let row = 0; row < count; row++) most = Math.max(most, lefts[row] as number);
		if (this.#partners.length <= most * 2) this.#partners = grown(this.#partners, Math.max(most * 2 + 2, this.#partners.length * 2));
		const partners = this.#partners;
		const known = this.size;
		let others = 0;
		for (let row = 0; row < count; row++) {
			const left = lefts[row] as number;
			const right = rights[row] as number;
			let entry = partners[left * 2 + 1] as number;
			if (entry === 0 || partners[left * 2] !== right) {
				others++;
				entry = this.insert(left, right) + 1;
				partners[left * 2] = right;
				partners[left * 2 + 1] = entry;
			}
			lefts[row] = entry - 1;
		}
		// Pairs that are new could not be known.
		if ((others - (this.size - known)) * 4 > count) {
			this.#partnersHelp = false;
			this.#partners = NOTHING;
		}
		return count;
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

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
	const larger = new Int32Array(length);
	larger.set(array);
	return larger;
}

function hashPair(left: number, right: number): number {
	let bits = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
	bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
	return bits ^ (bits >>> 13);
}
