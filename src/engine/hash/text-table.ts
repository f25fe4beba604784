import { AsciiText } from '../../data/ascii-text.ts';
import type { DataType } from '../../data/types.ts';
import { hashAscii, hashText } from './hash-rows.ts';

/** What `find` gives for a text that is not there. */
export const NO_TEXT = -1;
/** Words in front of a record's bytes. */
const RECORD = 2;

/**
 * Texts to dense ids (0, 1, 2 … in order of first sight), a batch at a time.
 *
 * A `Map` would ask the runtime for the hash of every string that a decoder just made, and then wait for memory once per row.
 * Here hashing, looking up slots and comparing are passes of their own, so that the processor fetches for many rows at once:
 * twice as fast from some thousand texts on. Texts that came as bytes are kept as bytes, those that came as strings as strings.
 *
 * What is known of a text is found by its entry: above 0 the place of a record in the arena (id, length, bytes), so that one look
 * at memory tells all; below 0 a string, -1 the first.
 */
export class TextTable {
	/** Pairs of hash and entry; entry 0 is a free slot. */
	#slots = new Int32Array(128);
	#mask = 63;
	/** By id. */
	#entries = new Int32Array(64);
	#size = 0;
	readonly #texts: string[] = [];
	#idsOfTexts = new Int32Array(64);
	#characters = 0;
	#words = new Int32Array(256);
	#arena = new Uint8Array(this.#words.buffer);
	/** Words of the arena; the first is no record's. */
	#used = 1;
	#hashes = new Int32Array(0);
	#found = new Int32Array(0);

	get size(): number {
		return this.#size;
	}

	text(id: number): string {
		const entry = this.#entries[id] as number;
		if (entry < 0) return this.#texts[-1 - entry] as string;
		let made = '';
		const from = (entry + RECORD) * 4;
		for (let at = from; at < from + (this.#words[entry + 1] as number); at++) made += String.fromCharCode(this.#arena[at] as number);
		return made;
	}

	/** Ids of `count` texts, new ones learnt; rows whose `nulls` is 1 are passed over. */
	insert(texts: readonly string[], nulls: Uint8Array | null, count: number, ids: Int32Array): void {
		this.#hashStrings(texts, nulls, count);
		this.#lookUp(count);
		for (let i = 0; i < count; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const text = texts[i] as string;
			const entry = this.#found[i] as number;
			// A text that was not there may have come in by an earlier row of this very batch.
			ids[i] = entry !== 0 && this.#isText(entry, text) ? this.#idOf(entry) : this.#insertOne(text, this.#hashes[i] as number);
		}
	}

	/** Ids of texts that are known, `NO_TEXT` for others. */
	find(texts: readonly string[], nulls: Uint8Array | null, count: number, ids: Int32Array): void {
		this.#hashStrings(texts, nulls, count);
		this.#lookUp(count);
		for (let i = 0; i < count; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const text = texts[i] as string;
			const entry = this.#found[i] as number;
			ids[i] = entry === 0 ? NO_TEXT : this.#isText(entry, text) ? this.#idOf(entry) : this.#findOne(text, this.#hashes[i] as number);
		}
	}

	/** As `insert`, of texts that are bytes. */
	insertAscii(texts: AsciiText, ids: Int32Array): void {
		const { nulls, length } = texts;
		this.#hashAscii(texts);
		this.#lookUp(length);
		for (let i = 0; i < length; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const entry = this.#found[i] as number;
			ids[i] = entry !== 0 && this.#isAscii(entry, texts, i) ? this.#idOf(entry) : this.#insertOneAscii(texts, i);
		}
	}

	findAscii(texts: AsciiText, ids: Int32Array): void {
		const { nulls, length } = texts;
		this.#hashAscii(texts);
		this.#lookUp(length);
		for (let i = 0; i < length; i++) {
			if (nulls !== null && nulls[i] === 1) continue;
			const entry = this.#found[i] as number;
			ids[i] = entry === 0 ? NO_TEXT : this.#isAscii(entry, texts, i) ? this.#idOf(entry) : this.#findOneAscii(texts, i);
		}
	}

	/** The texts of codes (id + 1, 0 for null) as bytes; null where some of them are kept as strings. */
	column(type: DataType, codes: Int32Array, count: number): AsciiText | null {
		const ends = new Int32Array(count + 1);
		let nulls: Uint8Array | null = null;
		let size = 0;
		for (let i = 0; i < count; i++) {
			const id = (codes[i] as number) - 1;
			const entry = id < 0 ? 0 : (this.#entries[id] as number);
			if (entry < 0) return null;
			if (entry > 0) size += this.#words[entry + 1] as number;
			else {
				nulls ??= new Uint8Array(count);
				nulls[i] = 1;
			}
			ends[i + 1] = size;
		}
		const bytes = new Uint8Array(size);
		const arena = this.#arena;
		for (let i = 0, to = 0; i < count; i++) {
			const id = (codes[i] as number) - 1;
			if (id < 0) continue;
			const end = ends[i + 1] as number;
			for (let at = ((this.#entries[id] as number) + RECORD) * 4; to < end; at++) bytes[to++] = arena[at] as number;
		}
		return new AsciiText(type, bytes, ends, nulls);
	}

	/** A string's header and padding and its slots: about 50 bytes in V8. */
	get bytes(): number {
		return this.#slots.byteLength + this.#entries.byteLength + this.#texts.length * 8 + this.#characters + this.#idsOfTexts.byteLength + this.#words.byteLength;
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

	/** The first entry of the same hash for every row. */
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

	#idOf(entry: number): number {
		return (entry > 0 ? this.#words[entry] : this.#idsOfTexts[-1 - entry]) as number;
	}

	#isText(entry: number, text: string): boolean {
		if (entry < 0) return this.#texts[-1 - entry] === text;
		if (this.#words[entry + 1] !== text.length) return false;
		const from = (entry + RECORD) * 4;
		for (let i = 0; i < text.length; i++) if (this.#arena[from + i] !== text.charCodeAt(i)) return false;
		return true;
	}

	#isAscii(entry: number, { bytes, ends }: AsciiText, row: number): boolean {
		const start = ends[row] as number;
		const length = (ends[row + 1] as number) - start;
		if (entry < 0) {
			const known = this.#texts[-1 - entry] as string;
			if (known.length !== length) return false;
			for (let i = 0; i < length; i++) if (known.charCodeAt(i) !== bytes[start + i]) return false;
			return true;
		}
		if (this.#words[entry + 1] !== length) return false;
		const from = (entry + RECORD) * 4;
		const arena = this.#arena;
		for (let i = 0; i < length; i++) if (arena[from + i] !== bytes[start + i]) return false;
		return true;
	}

	#findOne(text: string, hash: number): number {
		for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
			const entry = this.#slots[slot * 2 + 1] as number;
			if (entry === 0) return NO_TEXT;
			if (this.#slots[slot * 2] === hash && this.#isText(entry, text)) return this.#idOf(entry);
		}
	}

	#findOneAscii(texts: AsciiText, row: number): number {
		const hash = this.#hashes[row] as number;
		for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
			const entry = this.#slots[slot * 2 + 1] as number;
			if (entry === 0) return NO_TEXT;
			if (this.#slots[slot * 2] === hash && this.#isAscii(entry, texts, row)) return this.#idOf(entry);
		}
	}

	#insertOne(text: string, hash: number): number {
		const known = this.#findOne(text, hash);
		if (known !== NO_TEXT) return known;
		const index = this.#texts.push(detached(text)) - 1;
		this.#characters += text.length + 24;
		if (index >= this.#idsOfTexts.length) this.#idsOfTexts = grown(this.#idsOfTexts, index + 1);
		this.#idsOfTexts[index] = this.#size;
		return this.#added(hash, -1 - index);
	}

	#insertOneAscii(texts: AsciiText, row: number): number {
		const known = this.#findOneAscii(texts, row);
		if (known !== NO_TEXT) return known;
		const { bytes, ends } = texts;
		const start = ends[row] as number;
		const length = (ends[row + 1] as number) - start;
		const entry = this.#used;
		this.#used += RECORD + ((length + 3) >> 2);
		if (this.#used > this.#words.length) {
			this.#words = grown(this.#words, this.#used);
			this.#arena = new Uint8Array(this.#words.buffer);
		}
		this.#words[entry] = this.#size;
		this.#words[entry + 1] = length;
		const from = (entry + RECORD) * 4;
		for (let i = 0; i < length; i++) this.#arena[from + i] = bytes[start + i] as number;
		return this.#added(this.#hashes[row] as number, entry);
	}

	#added(hash: number, entry: number): number {
		const id = this.#size++;
		if (id >= this.#entries.length) this.#entries = grown(this.#entries, id + 1);
		this.#entries[id] = entry;
		this.#occupy(hash, entry);
		if (this.#size * 2 > this.#mask) this.#grow();
		return id;
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

/** The same numbers with room for at least so many, and mostly for twice as many as before. */
function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
	const larger = new Int32Array(Math.max(array.length * 2, length));
	larger.set(array);
	return larger;
}

/**
 * The same text in memory of its own. V8's `slice` of 13 characters and more keeps the whole parent alive: one kept key
 * would hold the megabyte of file it was cut from.
 */
export function detached(text: string): string {
	return text.length < 13 ? text : [text.slice(0, 1), text.slice(1)].join('');
}
