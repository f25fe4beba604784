import { Coded } from '../../data/coded.ts';
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

	#look({ words, indexes, nulls }: Coded, codes: Int32Array, all: WeakMap<Vector, KnownWords>, learn: boolean): void {
		let known = all.get(words);
		if (known === undefined || (!learn && known.age !== this.#age)) {
			known = { codes: new Int32Array(words.length), age: this.#age };
			all.set(words, known);
		}
		const of = known.codes;
		if (nulls === null) {
			if (translate(of, indexes, codes)) return;
		} else if (translateSome(of, indexes, nulls, codes)) return;
		this.#ask(words, unseen(of, indexes, nulls), of, learn);
		if (nulls === null) translate(of, indexes, codes);
		else translateSome(of, indexes, nulls, codes);
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

/** False where the code of a word is missing. */
function translate(of: Int32Array, indexes: Int32Array, codes: Int32Array): boolean {
	let complete = true;
	for (let row = 0; row < indexes.length; row++) {
		const code = of[indexes[row] as number] as number;
		codes[row] = code;
		if (code === UNSEEN) complete = false;
	}
	return complete;
}

function translateSome(of: Int32Array, indexes: Int32Array, nulls: Uint8Array, codes: Int32Array): boolean {
	let complete = true;
	for (let row = 0; row < indexes.length; row++) {
		const code = nulls[row] === 1 ? NULL_CODE : (of[indexes[row] as number] as number);
		codes[row] = code;
		if (code === UNSEEN && nulls[row] === 0) complete = false;
	}
	return complete;
}

/** The words that rows have and whose code is missing, in the order in which they come. */
function unseen(of: Int32Array, indexes: Int32Array, nulls: Uint8Array | null): Int32Array {
	const places: number[] = [];
	for (let row = 0; row < indexes.length; row++) {
		const index = indexes[row] as number;
		if (of[index] !== UNSEEN || (nulls !== null && nulls[row] === 1)) continue;
		of[index] = UNKNOWN_CODE;
		places.push(index);
	}
	return Int32Array.from(places);
}
