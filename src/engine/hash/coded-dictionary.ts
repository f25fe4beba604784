import { Coded, type Picked } from '../../data/coded.ts';
import { gatherVector } from '../../data/gather.ts';
import type { DataType, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { type Dictionary, NULL_CODE, UNKNOWN_CODE } from './dictionary.ts';

/** Of a word that was not asked for yet. No value has the code of null. */
const UNSEEN = NULL_CODE;

/** What is known of the words of one coded column: the code of each. */
interface KnownWords {
	readonly codes: Int32Array;
	/** A word that was unknown stays so only until something is learnt. */
	age: number;
}

/** A dictionary that is asked once a word of a coded column, not once a row. Only words that rows have are learnt. */
export class CodedDictionary implements Dictionary {
	readonly #inner: Dictionary;
	readonly #learnt = new WeakMap<Vector, KnownWords>();
	readonly #found = new WeakMap<Vector, KnownWords>();
	/** Room for the numbers of rows whose word has no code yet. */
	#rows = new Int32Array(0);
	/** Grows whenever something may have been learnt. */
	#age = 0;

	constructor(inner: Dictionary) {
		this.#inner = inner;
	}

	encode(vector: Vector, codes: Int32Array): void {
		if (vector instanceof Coded) this.#look(vector, codes, this.#learnt, true);
		else {
			this.#age++;
			this.#inner.encode(vector, codes);
		}
	}

	find(vector: Vector, codes: Int32Array): void {
		if (vector instanceof Coded) this.#look(vector, codes, this.#found, false);
		else this.#inner.find(vector, codes);
	}

	value(code: number): Value {
		return this.#inner.value(code);
	}

	column(type: DataType, codes: Int32Array, count: number): Vector | null {
		return this.#inner.column?.(type, codes, count) ?? null;
	}

	get bytes(): number {
		return this.#inner.bytes;
	}

	#look(vector: Coded, codes: Int32Array, all: WeakMap<Vector, KnownWords>, learn: boolean): void {
		const { words } = vector;
		let known = all.get(words);
		if (known === undefined || (!learn && known.age !== this.#age)) {
			known = { codes: new Int32Array(words.length), age: this.#age };
			all.set(words, known);
		}
		if (this.#rows.length < vector.length) this.#rows = new Int32Array(vector.length);
		const of = known.codes;
		const missing = this.#rows.subarray(0, translated(of, vector, codes, this.#rows));
		if (missing.length === 0) return;
		const { indexes } = vector;
		this.#ask(words, unseen(of, indexes, missing), of, learn);
		for (const row of missing) codes[row] = of[indexes[row] as number] as number;
	}

	#ask(words: Vector, places: Int32Array, of: Int32Array, learn: boolean): void {
		const asked = gatherVector(words, places);
		const answers = new Int32Array(places.length);
		if (learn) {
			this.#age++;
			this.#inner.encode(asked, answers);
		} else this.#inner.find(asked, answers);
		for (let i = 0; i < places.length; i++) of[places[i] as number] = answers[i] as number;
	}
}

/** Puts the codes of rows whose word has one; gives how many rows are left, and their numbers in `missing`. */
function translated(of: Int32Array, vector: Coded, codes: Int32Array, missing: Int32Array): number {
	const { nulls, picked } = vector;
	if (nulls !== null) return translatedSome(of, vector.indexes, nulls, codes, missing);
	return picked === null ? translatedAll(of, vector.indexes, codes, missing) : translatedPicked(of, picked, vector.length, codes, missing);
}

function translatedAll(of: Int32Array, indexes: Int32Array, codes: Int32Array, missing: Int32Array): number {
	let left = 0;
	for (let row = 0; row < indexes.length; row++) {
		const code = of[indexes[row] as number] as number;
		codes[row] = code;
		if (code === UNSEEN) missing[left++] = row;
	}
	return left;
}

function translatedPicked(of: Int32Array, { indexes, rows }: Picked, length: number, codes: Int32Array, missing: Int32Array): number {
	let left = 0;
	for (let row = 0; row < length; row++) {
		const code = of[indexes[rows[row] as number] as number] as number;
		codes[row] = code;
		if (code === UNSEEN) missing[left++] = row;
	}
	return left;
}

function translatedSome(of: Int32Array, indexes: Int32Array, nulls: Uint8Array, codes: Int32Array, missing: Int32Array): number {
	let left = 0;
	for (let row = 0; row < indexes.length; row++) {
		if (nulls[row] === 1) {
			codes[row] = NULL_CODE;
			continue;
		}
		const code = of[indexes[row] as number] as number;
		codes[row] = code;
		if (code === UNSEEN) missing[left++] = row;
	}
	return left;
}

/** The words of those rows, in the order in which they come. */
function unseen(of: Int32Array, indexes: Int32Array, rows: Int32Array): Int32Array {
	const places: number[] = [];
	for (const row of rows) {
		const index = indexes[row] as number;
		if (of[index] !== UNSEEN) continue;
		of[index] = UNKNOWN_CODE;
		places.push(index);
	}
	return Int32Array.from(places);
}
