import { canBeWords, codedVector } from '../../coded.ts';
import { gatherVector, sliceVector } from '../../gather.ts';
import type { ReadRows } from './column-cursor.ts';
import type { HybridReader } from './hybrid.ts';
import type { LeafValues } from './leaf-values.ts';

/** The rows of a data page, front to back. */
export interface PageRows {
	readonly length: number;
	/** The next `count` rows, at most what is left. `room`: memory of as many indexes that they may be in. */
	next(count: number, room: Int32Array | null): ReadRows;
}

const NONE: readonly number[] = [];

/** Which of the next rows of a page have a value. */
export class Presence {
	/** Null where every row has one. */
	readonly #levels: HybridReader | null;
	#flags = new Uint8Array(0);

	constructor(levels: HybridReader | null) {
		this.#levels = levels;
	}

	/** 1 for each of the next rows that has a value; null: all of them have. The array is reused by the next call. */
	next(count: number): Uint8Array | null {
		const levels = this.#levels;
		if (levels === null || levels.passes(1, count)) return null;
		if (this.#flags.length < count) this.#flags = new Uint8Array(count);
		levels.read(this.#flags, count);
		const absent = this.#flags.indexOf(0);
		return absent >= 0 && absent < count ? this.#flags : null;
	}
}

/** A page whose values are all there, one behind another. */
export class PlainRows implements PageRows {
	readonly length: number;
	readonly #presence: Presence;
	readonly #values: LeafValues;
	/** Values given so far. */
	#place = 0;

	constructor(length: number, presence: Presence, values: LeafValues) {
		this.length = length;
		this.#presence = presence;
		this.#values = values;
	}

	next(count: number): ReadRows {
		const { vector, invalid } = this.#values;
		const present = this.#presence.next(count);
		const from = this.#place;
		if (present === null) {
			this.#place += count;
			return { vector: sliceVector(vector, from, this.#place), invalid: invalid === null ? NONE : placesOfOnes(invalid.subarray(from, this.#place)) };
		}
		const rows = new Int32Array(count);
		for (let row = 0; row < count; row++) rows[row] = present[row] === 1 ? this.#place++ : -1;
		return { vector: gatherVector(vector, rows), invalid: invalidRows(invalid, rows) };
	}
}

/** How many of a page's rows have a value: as many values does it hold. */
export function countPresent(levels: HybridReader, rows: number): number {
	if (rows === 0 || levels.passes(1, rows)) return rows;
	const flags = new Uint8Array(Math.min(rows, 8192));
	let present = 0;
	for (let left = rows; left > 0; ) {
		const take = Math.min(left, flags.length);
		levels.read(flags, take);
		for (let row = 0; row < take; row++) present += flags[row] as number;
		left -= take;
	}
	return present;
}

/** A page of indexes into the dictionary of its column. */
export class DictionaryRows implements PageRows {
	readonly length: number;
	readonly #presence: Presence;
	readonly #words: LeafValues;
	readonly #indexes: HybridReader;
	/** The rows stay indexes. */
	readonly #coded: boolean;

	constructor(length: number, presence: Presence, words: LeafValues, indexes: HybridReader) {
		this.length = length;
		this.#presence = presence;
		this.#words = words;
		this.#indexes = indexes;
		this.#coded = canBeWords(words.vector);
	}

	next(count: number, room: Int32Array | null): ReadRows {
		const { vector: words, invalid } = this.#words;
		const present = this.#presence.next(count);
		const indexes = room ?? new Int32Array(count);
		if (present === null) {
			refuseBeyond(this.#indexes.read(indexes, count), words.length);
			if (this.#coded) return { vector: codedVector(words, indexes, null), invalid: NONE };
			return { vector: gatherVector(words, indexes), invalid: invalidRows(invalid, indexes) };
		}
		let some = 0;
		for (let row = 0; row < count; row++) some += present[row] as number;
		refuseBeyond(this.#indexes.read(indexes, some), words.length);
		// From the back, so that no index is overwritten before it was moved.
		const absent = this.#coded ? 0 : -1;
		for (let row = count - 1, at = some - 1; row >= 0; row--) indexes[row] = present[row] === 1 ? (indexes[at--] as number) : absent;
		if (!this.#coded) return { vector: gatherVector(words, indexes), invalid: invalidRows(invalid, indexes) };
		const nulls = new Uint8Array(count);
		for (let row = 0; row < count; row++) nulls[row] = 1 - (present[row] as number);
		return { vector: codedVector(words, indexes, nulls), invalid: NONE };
	}
}

function invalidRows(invalid: Uint8Array | null, places: Int32Array): readonly number[] {
	if (invalid === null) return NONE;
	const rows: number[] = [];
	for (let row = 0; row < places.length; row++) if (invalid[places[row] as number] === 1) rows.push(row);
	return rows;
}

function placesOfOnes(flags: Uint8Array): readonly number[] {
	const places: number[] = [];
	for (let at = 0; at < flags.length; at++) if (flags[at] === 1) places.push(at);
	return places;
}

function refuseBeyond(index: number, size: number): void {
	if (index >= size) throw new RangeError(`a page names entry ${index} of a dictionary of ${size}`);
}
