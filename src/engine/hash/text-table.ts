import { AsciiText } from '../../data/ascii-text.ts';
import type { DataType } from '../../data/types.ts';
import { hashAscii, hashText } from './hash-rows.ts';

/** What `find` gives for a text that is not there. */
export const NO_TEXT = -1;

/**
 * Texts to dense ids (0, 1, 2 … in order of first sight), a batch at a time.
 *
 * A `Map` would ask the runtime for the hash of every string that a decoder just made, and then wait for memory once per row.
 * Here hashing, looking up slots and comparing are passes of their own, so that the processor fetches for many rows at once:
 * twice as fast from some thousand texts on. Texts that came as bytes are kept as bytes, those that came as strings as strings.
 */
export class TextTable {
	/** Pairs of hash and id + 1; id 0 is a free slot. */
	#slots = new Int32Array(128);
	#mask = 63;
	/** Null where the text is in the arena. */
	readonly #texts: (string | null)[] = [];
	#characters = 0;
	#arena = new Uint8Array(1024);
	#used = 0;
	/** By id: where in the arena the text begins and ends. */
	#places = new Int32Array(64);
	#hashes = new Int32Array(0);
	#found = new Int32Array(0);

	get size(): number {
		return this.#texts.length;
	}

	text(id: number): string {
		const text = this.#texts[id];
		if (typeof text === 'string') return text;
		let made = '';
		for (let at = this.#places[id * 2] as number; at < (this.#places[id * 2 + 1] as number); at++) made += String.fromCharCode(this.#arena[at] as number);
		return made;
	}

	/** Ids of `count` texts, new ones learnt; rows whose `nulls` is 1 are passed over. */
	insert(texts: readonly string[], nulls: Uint8Array | null, count: number, ids: Int32Array): void {
		this.#hashStrings(texts, nulls, count);
		this.#lookUp(count);
		for (let i = 0; i < count; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const text = texts[i] as string;
			const id = (this.#found[i] as number) - 1;
			// A text that was not there may have come in by an earlier row of this very batch.
			ids[i] = id >= 0 && this.#isText(id, text) ? id : this.#insertOne(text, this.#hashes[i] as number);
		}
	}

	/** Ids of texts that are known, `NO_TEXT` for others. */
	find(texts: readonly string[], nulls: Uint8Array | null, count: number, ids: Int32Array): void {
		this.#hashStrings(texts, nulls, count);
		this.#lookUp(count);
		for (let i = 0; i < count; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const text = texts[i] as string;
			const id = (this.#found[i] as number) - 1;
			ids[i] = id < 0 ? NO_TEXT : this.#isText(id, text) ? id : this.#findOne(text, this.#hashes[i] as number);
		}
	}

	/** As `insert`, of texts that are bytes. */
	insertAscii(texts: AsciiText, ids: Int32Array): void {
		const { nulls, length } = texts;
		this.#hashAscii(texts);
		this.#lookUp(length);
		for (let i = 0; i < length; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const id = (this.#found[i] as number) - 1;
			ids[i] = id >= 0 && this.#isAscii(id, texts, i) ? id : this.#insertOneAscii(texts, i);
		}
	}

	findAscii(texts: AsciiText, ids: Int32Array): void {
		const { nulls, length } = texts;
		this.#hashAscii(texts);
		this.#lookUp(length);
		for (let i = 0; i < length; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const id = (this.#found[i] as number) - 1;
			ids[i] = id < 0 ? NO_TEXT : this.#isAscii(id, texts, i) ? id : this.#findOneAscii(texts, i);
		}
	}

	/** The texts of codes (id + 1, 0 for null) as bytes; null where most of them are kept as strings. */
	column(type: DataType, codes: Int32Array, count: number): AsciiText | null {
		const ends = new Int32Array(count + 1);
		let nulls: Uint8Array | null = null;
		let size = 0;
		for (let i = 0; i < count; i++) {
			const id = (codes[i] as number) - 1;
			if (id < 0) {
				nulls ??= new Uint8Array(count);
				nulls[i] = 1;
			} else if (this.#texts[id] !== null) return null;
			else size += (this.#places[id * 2 + 1] as number) - (this.#places[id * 2] as number);
			ends[i + 1] = size;
		}
		const bytes = new Uint8Array(size);
		let to = 0;
		for (let i = 0; i < count; i++) {
			const id = (codes[i] as number) - 1;
			if (id < 0) continue;
			for (let at = this.#places[id * 2] as number; at < (this.#places[id * 2 + 1] as number); at++) bytes[to++] = this.#arena[at] as number;
		}
		return new AsciiText(type, bytes, ends, nulls);
	}

	/** A string's header and padding and its slots: about 50 bytes in V8. */
	get bytes(): number {
		return this.#slots.byteLength + this.#texts.length * 8 + this.#characters + this.#arena.length + this.#places.byteLength;
	}

	#hashStrings(texts: readonly string[], nulls: Uint8Array | null, count: number): void {
		const hashes = this.#room(count);
		for (let i = 0; i < count; i++) hashes[i] = nulls !== null && nulls[i] === 1 ? 0 : hashText(texts[i] as string);
	}

	#hashAscii(texts: AsciiText): void {
		const hashes = this.#room(texts.length);
		for (let i = 0; i < texts.length; i++) hashes[i] = hashAscii(texts, i);
	}

	#room(count: number): Int32Array {
		if (this.#hashes.length < count) {
			this.#hashes = new Int32Array(count);
			this.#found = new Int32Array(count);
		}
		return this.#hashes;
	}

	/** The first entry of the same hash for every row, as id + 1. */
	#lookUp(count: number): void {
		const hashes = this.#hashes;
		const found = this.#found;
		const slots = this.#slots;
		const mask = this.#mask;
		for (let i = 0; i < count; i++) {
			const hash = hashes[i] as number;
			let slot = hash & mask;
			while (slots[slot * 2 + 1] !== 0 && slots[slot * 2] !== hash) slot = (slot + 1) & mask;
			found[i] = slots[slot * 2 + 1] as number;
		}
	}

	#isText(id: number, text: string): boolean {
		const known = this.#texts[id];
		if (typeof known === 'string') return known === text;
		const from = this.#places[id * 2] as number;
		if ((this.#places[id * 2 + 1] as number) - from !== text.length) return false;
		for (let i = 0; i < text.length; i++) if (this.#arena[from + i] !== text.charCodeAt(i)) return false;
		return true;
	}

	#isAscii(id: number, { bytes, ends }: AsciiText, row: number): boolean {
		const start = ends[row] as number;
		const length = (ends[row + 1] as number) - start;
		const known = this.#texts[id];
		if (typeof known === 'string') {
			if (known.length !== length) return false;
			for (let i = 0; i < length; i++) if (known.charCodeAt(i) !== bytes[start + i]) return false;
			return true;
		}
		const from = this.#places[id * 2] as number;
		if ((this.#places[id * 2 + 1] as number) - from !== length) return false;
		const arena = this.#arena;
		for (let i = 0; i < length; i++) if (arena[from + i] !== bytes[start + i]) return false;
		return true;
	}

	#findOne(text: string, hash: number): number {
		for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
			const entry = this.#slots[slot * 2 + 1] as number;
			if (entry === 0) return NO_TEXT;
			if (this.#slots[slot * 2] === hash && this.#isText(entry - 1, text)) return entry - 1;
		}
	}

	#findOneAscii(texts: AsciiText, row: number): number {
		const hash = this.#hashes[row] as number;
		for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
			const entry = this.#slots[slot * 2 + 1] as number;
			if (entry === 0) return NO_TEXT;
			if (this.#slots[slot * 2] === hash && this.#isAscii(entry - 1, texts, row)) return entry - 1;
		}
	}

	#insertOne(text: string, hash: number): number {
		const known = this.#findOne(text, hash);
		if (known !== NO_TEXT) return known;
		this.#texts.push(detached(text));
		this.#characters += text.length + 24;
		return this.#added(hash);
	}

	#insertOneAscii(texts: AsciiText, row: number): number {
		const known = this.#findOneAscii(texts, row);
		if (known !== NO_TEXT) return known;
		const { bytes, ends } = texts;
		const start = ends[row] as number;
		const length = (ends[row + 1] as number) - start;
		if (this.#used + length > this.#arena.length) {
			const larger = new Uint8Array(Math.max(this.#arena.length * 2, this.#used + length));
			larger.set(this.#arena.subarray(0, this.#used));
			this.#arena = larger;
		}
		const id = this.#texts.push(null) - 1;
		if (id * 2 >= this.#places.length) {
			const larger = new Int32Array(Math.max(this.#places.length * 2, id * 2 + 2));
			larger.set(this.#places);
			this.#places = larger;
		}
		for (let i = 0; i < length; i++) this.#arena[this.#used + i] = bytes[start + i] as number;
		this.#places[id * 2] = this.#used;
		this.#used += length;
		this.#places[id * 2 + 1] = this.#used;
		return this.#added(this.#hashes[row] as number);
	}

	#added(hash: number): number {
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
