import { Coded } from '../../data/coded.ts';
import { gatherVector } from '../../data/gather.ts';
import { type Kernel, kernel, MOST_INDEXES, PLACES } from '../../data/kernel/kernel.ts';
import type { DataType, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { type Dictionary, NULL_CODE, UNKNOWN_CODE } from './dictionary.ts';

/** Fewer rows are not worth the way into the kernel, nor are more words than rows. */
const WORTH_A_CALL = 64;
/** Where the kernel finds codes of words, indexes, rows and nulls, and puts the codes of rows and which have none. */
const TABLE = PLACES.texts;
const INDEXES = TABLE + MOST_INDEXES * 4;
const PICKED = INDEXES + MOST_INDEXES * 4;
const NULLS = PICKED + MOST_INDEXES * 4;
const CODES = NULLS + MOST_INDEXES;
const MISSING = CODES + MOST_INDEXES * 4;

/** Of a word that was not asked for yet. No value has the code of null. */
const UNSEEN = NULL_CODE;

/** What is known of the words of one coded column: the code of each. */
interface KnownWords {
	readonly codes: Int32Array;
	/** Words that no row had yet. */
	unseen: number;
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
			known = { codes: new Int32Array(words.length), unseen: words.length, age: this.#age };
			all.set(words, known);
		}
		if (this.#rows.length < vector.length) this.#rows = new Int32Array(vector.length);
		const of = known.codes;
		const missing = this.#rows.subarray(0, translated(of, vector, codes, this.#rows));
		if (missing.length === 0) return;
		const asked = unseen(of, vector, missing, known.unseen);
		known.unseen -= asked.length;
		this.#ask(words, asked, of, learn);
		for (const row of missing) codes[row] = of[vector.indexOf(row)] as number;
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
	const own = kernel();
	const left = own === null ? -1 : translatedFast(own, of, vector, codes, missing);
	if (left >= 0) return left;
	const { nulls, indexes } = vector;
	return nulls === null ? translatedAll(of, indexes, codes, missing) : translatedSome(of, indexes, nulls, codes, missing);
}

/** -1 where it is not worth the way into the kernel. */
function translatedFast({ exports, bytes, ints }: Kernel, of: Int32Array, vector: Coded, codes: Int32Array, missing: Int32Array): number {
	const { length, nulls, picked } = vector;
	const { indexes } = picked ?? vector;
	if (length < WORTH_A_CALL || indexes.length > MOST_INDEXES || of.length > length) return -1;
	ints.set(of, TABLE >> 2);
	ints.set(indexes, INDEXES >> 2);
	if (picked !== null) ints.set(picked.rows.subarray(0, length), PICKED >> 2);
	if (nulls !== null) bytes.set(nulls.subarray(0, length), NULLS);
	const left = exports.codesOf(TABLE, INDEXES, picked === null ? 0 : PICKED, nulls === null ? 0 : NULLS, length, CODES, MISSING);
	codes.set(ints.subarray(CODES >> 2, (CODES >> 2) + length));
	if (left > 0) missing.set(ints.subarray(MISSING >> 2, (MISSING >> 2) + left));
	return left;
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

/** The words of those rows, in the order in which they come: `most`, or fewer. */
function unseen(of: Int32Array, vector: Coded, rows: Int32Array, most: number): Int32Array {
	const places: number[] = [];
	for (const row of rows) {
		if (places.length === most) break;
		const index = vector.indexOf(row);
		if (of[index] !== UNSEEN) continue;
		of[index] = UNKNOWN_CODE;
		places.push(index);
	}
	return Int32Array.from(places);
}
