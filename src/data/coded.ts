import type { RowIndexes } from './gather.ts';
import type { DataType } from './types.ts';
import type { Layout, Vector } from './vector.ts';

/** Layouts that rows may have by index; flags and single bytes are no smaller that way, and big integers are rare. */
type CodedLayout = Exclude<Layout, 'bool' | 'bytes' | 'bigint'>;

/** With more words than this for each of its rows a column is no longer worth its dictionary. */
const MOST_WORDS = 8;

/** Rows of a column that are still where they were: row i has the word `indexes[rows[i]]`. */
export interface Picked {
	readonly indexes: Int32Array;
	readonly rows: Uint32Array;
}

/**
 * A column whose rows are indexes into a dictionary of `words`, as Parquet has columns that repeat. Batches of one row group share
 * the dictionary, so what is done to a column (a condition, a key, a text that is written) is done once a word and then looked up
 * by index. Whoever wants the rows themselves finds them in `values`, made when first asked for.
 */
export class Coded {
	readonly layout: CodedLayout;
	readonly type: DataType;
	readonly length: number;
	readonly nulls: Uint8Array | null;
	/** None is null, and there is at least one; two may be equal. */
	readonly words: Vector;
	readonly offsets = null;
	/** Null until somebody asks for them, where they are picked. */
	#indexes: Int32Array | null;
	readonly picked: Picked | null;
	#values: unknown = null;

	constructor(words: Vector, rows: Int32Array | Picked, length: number, nulls: Uint8Array | null) {
		this.layout = words.layout as CodedLayout;
		this.type = words.type;
		this.length = length;
		this.nulls = nulls;
		this.words = words;
		this.#indexes = rows instanceof Int32Array ? rows : null;
		this.picked = rows instanceof Int32Array ? null : rows;
	}

	/** All of them name a word; a null's means nothing. */
	get indexes(): Int32Array {
		this.#indexes ??= pickedIndexes(this.picked as Picked, this.length);
		return this.#indexes;
	}

	/** The word of one row, without making the indexes of all. */
	indexOf(row: number): number {
		const { picked } = this;
		return picked === null ? (this.indexes[row] as number) : (picked.indexes[picked.rows[row] as number] as number);
	}

	get values(): unknown {
		this.#values ??= expanded(this.words, this.indexes);
		return this.#values;
	}

	/** The rows of those indexes; a negative one is null in `nulls`. Null where plain rows are better. */
	gather(rows: RowIndexes, count: number, nulls: Uint8Array | null): Vector | null {
		if (this.words.length > count * MOST_WORDS) return null;
		const own = this.indexes;
		const indexes = new Int32Array(count);
		if (nulls === null) for (let i = 0; i < count; i++) indexes[i] = own[rows[i] as number] as number;
		else
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				indexes[i] = row < 0 ? 0 : (own[row] as number);
			}
		return codedVector(this.words, indexes, nulls);
	}

	/** As `gather` of rows that are there, but nothing is copied: good until this column's memory or `rows` is used again. */
	pick(rows: Uint32Array, count: number, nulls: Uint8Array | null): Vector {
		return new Coded(this.words, { indexes: this.indexes, rows }, count, nulls) as unknown as Vector;
	}

	slice(from: number, to: number, nulls: Uint8Array | null): Vector {
		return codedVector(this.words, this.indexes.subarray(from, to), nulls);
	}

	/** The row of each index of `rows`, -1 for a null: what `gatherVector` takes to make these rows of the words. */
	places(): Int32Array {
		const { nulls, indexes } = this;
		if (nulls === null) return indexes;
		return indexes.map((index, row) => (nulls[row] === 1 ? -1 : index));
	}
}

/** Rows as indexes into `words`; see `Coded` for what both must be. */
export function codedVector(words: Vector, indexes: Int32Array, nulls: Uint8Array | null): Vector {
	return new Coded(words, indexes, indexes.length, nulls) as unknown as Vector;
}

/** Whether rows of these words may be coded: none is null, no datetime has an offset of its own. */
export function canBeWords(words: Vector): boolean {
	if (words.nulls !== null || words.length === 0) return false;
	return words.layout === 'text' || words.layout === 'int32' || words.layout === 'safeint' || (words.layout === 'float64' && !words.offsets);
}

/** One behind another, where all are of the same words. */
export function concatCoded(vectors: readonly Vector[], length: number, nulls: Uint8Array | null): Vector | null {
	const [first] = vectors;
	if (!(first instanceof Coded)) return null;
	const { words } = first;
	const indexes = new Int32Array(length);
	let at = 0;
	for (const vector of vectors) {
		if (!(vector instanceof Coded) || vector.words !== words) return null;
		indexes.set(vector.indexes, at);
		at += vector.length;
	}
	return codedVector(words, indexes, nulls);
}

let scratch = new Float64Array(0);

/** The numbers of a column's rows; those of a coded one only until the next call. Of layouts that hold numbers, bigints left out. */
export function numbersOf(vector: Vector): Float64Array | Int32Array {
	if (!(vector instanceof Coded)) return vector.values as Float64Array | Int32Array;
	const { words, picked, length } = vector as Coded;
	if (scratch.length < length) scratch = new Float64Array(length);
	const of = words.values as Float64Array | Int32Array;
	const numbers = scratch;
	if (picked === null) {
		const { indexes } = vector as Coded;
		for (let row = 0; row < length; row++) numbers[row] = of[indexes[row] as number] as number;
	} else {
		const { indexes, rows } = picked;
		for (let row = 0; row < length; row++) numbers[row] = of[indexes[rows[row] as number] as number] as number;
	}
	return numbers;
}

function pickedIndexes({ indexes, rows }: Picked, length: number): Int32Array {
	const own = new Int32Array(length);
	for (let row = 0; row < length; row++) own[row] = indexes[rows[row] as number] as number;
	return own;
}

function expanded(words: Vector, indexes: Int32Array): unknown {
	const { length } = indexes;
	switch (words.layout) {
		case 'text': {
			const of = words.values;
			const texts = new Array<string>(length);
			for (let row = 0; row < length; row++) texts[row] = of[indexes[row] as number] as string;
			return texts;
		}
		case 'int32': {
			const of = words.values;
			const numbers = new Int32Array(length);
			for (let row = 0; row < length; row++) numbers[row] = of[indexes[row] as number] as number;
			return numbers;
		}
		default: {
			const of = words.values as Float64Array;
			const numbers = new Float64Array(length);
			for (let row = 0; row < length; row++) numbers[row] = of[indexes[row] as number] as number;
			return numbers;
		}
	}
}
