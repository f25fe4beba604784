import { hashText } from './hash-rows.ts';

/** What `find` gives for a text that is not there. */
export const NO_TEXT = -1;

/**
 * Texts to dense ids (0, 1, 2 … in order of first sight), a batch at a time.
 *
 * A `Map` would ask the runtime for the hash of every string that a decoder just made, and then wait for memory once per row.
 * Here hashing, looking up slots and comparing are passes of their own, so that the processor fetches for many rows at once:
 * twice as fast from some thousand texts on.
 */
export class TextTable {
	/** Pairs of hash and id + 1; id 0 is a free slot. */
	#slots = new Int32Array(128);
	#mask = 63;
	readonly #texts: string[] = [];
	#characters = 0;
	#hashes = new Int32Array(0);
	#found = new Int32Array(0);

	get size(): number {
		return this.#texts.length;
	}

	text(id: number): string {
		return this.#texts[id] as string;
	}

	/** Ids of `count` texts, new ones learnt; rows whose `nulls` is 1 are passed over. */
	insert(texts: readonly string[], nulls: Uint8Array | null, count: number, ids: Int32Array): void {
		this.#lookUp(texts, nulls, count);
		for (let i = 0; i < count; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const text = texts[i] as string;
			const id = (this.#found[i] as number) - 1;
			// A text that was not there may have come in by an earlier row of this very batch.
			ids[i] = id >= 0 && this.#texts[id] === text ? id : this.#insertOne(text, this.#hashes[i] as number);
		}
	}

	/** Ids of texts that are known, `NO_TEXT` for others. */
	find(texts: readonly string[], nulls: Uint8Array | null, count: number, ids: Int32Array): void {
		this.#lookUp(texts, nulls, count);
		for (let i = 0; i < count; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const text = texts[i] as string;
			const id = (this.#found[i] as number) - 1;
			ids[i] = id < 0 ? NO_TEXT : this.#texts[id] === text ? id : this.#findOne(text, this.#hashes[i] as number);
		}
	}

	/** A string's header and padding and its slots: about 50 bytes in V8. */
	get bytes(): number {
		return this.#slots.byteLength + this.#texts.length * 32 + this.#characters;
	}

	/** The first entry of the same hash for every row, as id + 1. */
	#lookUp(texts: readonly string[], nulls: Uint8Array | null, count: number): void {
		if (this.#hashes.length < count) {
			this.#hashes = new Int32Array(count);
			this.#found = new Int32Array(count);
		}
		const hashes = this.#hashes;
		const found = this.#found;
		const slots = this.#slots;
		const mask = this.#mask;
		for (let i = 0; i < count; i++) hashes[i] = nulls !== null && nulls[i] === 1 ? 0 : hashText(texts[i] as string);
		for (let i = 0; i < count; i++) {
			const hash = hashes[i] as number;
			let slot = hash & mask;
			while (slots[slot * 2 + 1] !== 0 && slots[slot * 2] !== hash) slot = (slot + 1) & mask;
			found[i] = slots[slot * 2 + 1] as number;
		}
	}

	#findOne(text: string, hash: number): number {
		for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
			const entry = this.#slots[slot * 2 + 1] as number;
			if (entry === 0) return NO_TEXT;
			if (this.#slots[slot * 2] === hash && this.#texts[entry - 1] === text) return entry - 1;
		}
	}

	#insertOne(text: string, hash: number): number {
		const known = this.#findOne(text, hash);
		if (known !== NO_TEXT) return known;
		this.#texts.push(detached(text));
		this.#characters += text.length;
		this.#occupy(hash, this.#texts.length);
		if (this.#texts.length * 2 > this.#mask) this.#grow();
		return this.#texts.length - 1;
	}

	#occupy(hash: number, entry: number): void {
		let slot = hash & this.#mask;
		while (this.#slots[slot * 2 + 1] !== 0) slot = (slot + 1) & this.#mask;
		this.#slots[slot * 2] = hash;
		this.#slots[slot * 2 + 1] = entry;
	}

	#grow(): void {
		const before = this.#slots;
		this.#slots = new Int32Array(before.length * 2);
		this.#mask = this.#mask * 2 + 1;
		for (let at = 0; at < before.length; at += 2) if (before[at + 1] !== 0) this.#occupy(before[at] as number, before[at + 1] as number);
	}
}

/**
 * The same text in memory of its own. V8's `slice` of 13 characters and more keeps the whole parent alive: one kept key
 * would hold the megabyte of file it was cut from.
 */
export function detached(text: string): string {
	return text.length < 13 ? text : [text.slice(0, 1), text.slice(1)].join('');
}
