import type { DataType } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { CodedDictionary } from './coded-dictionary.ts';
import { type Dictionary, decodeColumn, dictionary, NULL_CODE, UNKNOWN_CODE } from './dictionary.ts';
import { PairTable } from './pair-table.ts';

/**
 * The distinct keys of one or more columns as dense ids 0, 1, 2 … in order of first sight. Each column becomes codes of its own
 * dictionary, and codes are paired column by column, so that no key is ever built as a text.
 */
export class KeyTable {
	readonly #types: readonly DataType[];
	readonly #dictionaries: readonly Dictionary[];
	/** `#pairs[i]` joins what stands for columns 0…i with the code of column i+1. */
	readonly #pairs: readonly PairTable[];
	/** Of one column the id of null: ids and codes are both given in order of first sight, but null has its code before it is seen. -1 until then. */
	#nullId = -1;
	#codesOf: Int32Array = new Int32Array(0);
	#result: Int32Array = new Int32Array(0);
	size = 0;

	constructor(types: readonly DataType[]) {
		this.#types = types;
		this.#dictionaries = types.map((type) => new CodedDictionary(dictionary(type)));
		this.#pairs = types.slice(1).map(() => new PairTable());
		// Without key columns every row is of one group.
		if (types.length === 0) this.size = 1;
	}

	/** Ids of `rows` rows, new keys learnt. The array is reused by the next call. */
	insert(columns: readonly Vector[], rows: number): Int32Array {
		const result = this.#room(rows);
		const first = this.#dictionaries[0];
		if (first === undefined) return result.fill(0, 0, rows);
		first.encode(columns[0] as Vector, result);
		if (this.#pairs.length === 0) {
			this.#putIds(result, rows);
			return result;
		}
		for (let column = 1; column < columns.length; column++) {
			const table = this.#pairs[column - 1] as PairTable;
			(this.#dictionaries[column] as Dictionary).encode(columns[column] as Vector, this.#codesOf);
			table.insertAll(result, this.#codesOf, rows);
		}
		this.size = (this.#pairs.at(-1) as PairTable).size;
		return result;
	}

	/**
	 * Ids of keys that are known, -1 for others. `nullsMatch` false: a row with a null in any column is -1, as in a join.
	 * The array is reused by the next call.
	 */
	find(columns: readonly Vector[], rows: number, nullsMatch: boolean): Int32Array {
		const result = this.#room(rows);
		const first = this.#dictionaries[0];
		if (first === undefined) return result.fill(0, 0, rows);
		first.find(columns[0] as Vector, result);
		if (!nullsMatch) forbidNulls(result, rows);
		if (this.#pairs.length === 0) {
			for (let i = 0; i < rows; i++) result[i] = this.#idOf(result[i] as number);
			return result;
		}
		for (let column = 1; column < columns.length; column++) {
			const table = this.#pairs[column - 1] as PairTable;
			const codes = this.#codesOf;
			(this.#dictionaries[column] as Dictionary).find(columns[column] as Vector, codes);
			if (!nullsMatch) forbidNulls(codes, rows);
			for (let i = 0; i < rows; i++) {
				const left = result[i] as number;
				const right = codes[i] as number;
				result[i] = left < 0 || right < 0 ? -1 : table.find(left, right);
			}
		}
		return result;
	}

	/** The key columns of ids `from` up to `to`. */
	keys(from: number, to: number): Vector[] {
		const count = to - from;
		const columns = this.#types.length;
		if (columns === 0) return [];
		const codes = Array.from({ length: columns }, () => new Int32Array(count));
		for (let i = 0; i < count; i++) {
			let id = from + i;
			for (let column = columns - 1; column > 0; column--) {
				const table = this.#pairs[column - 1] as PairTable;
				(codes[column] as Int32Array)[i] = table.right(id);
				id = table.left(id);
			}
			(codes[0] as Int32Array)[i] = columns === 1 ? this.#codeOf(id) : id;
		}
		return codes.map((of, column) => decodeColumn(this.#dictionaries[column] as Dictionary, this.#types[column] as DataType, of, count));
	}

	get bytes(): number {
		let sum = 0;
		for (const each of this.#dictionaries) sum += each.bytes;
		for (const pairs of this.#pairs) sum += pairs.bytes;
		return sum;
	}

	/** Puts ids in the place of the codes of one column, which are learnt. */
	#putIds(codes: Int32Array, rows: number): void {
		let row = 0;
		if (this.#nullId < 0) {
			let most = this.size;
			for (; row < rows; row++) {
				const code = codes[row] as number;
				if (code === NULL_CODE) break;
				if (code > most) most = code;
				codes[row] = code - 1;
			}
			this.size = most;
			if (row === rows) return;
			this.#nullId = this.size++;
		}
		for (; row < rows; row++) {
			const id = this.#idOf(codes[row] as number);
			if (id >= this.size) this.size = id + 1;
			codes[row] = id;
		}
	}

	/** -1 for null that was not seen, and for what is not known. */
	#idOf(code: number): number {
		if (code === NULL_CODE) return this.#nullId;
		return code === UNKNOWN_CODE || (this.#nullId >= 0 && code > this.#nullId) ? code : code - 1;
	}

	#codeOf(id: number): number {
		if (id === this.#nullId) return NULL_CODE;
		return this.#nullId >= 0 && id > this.#nullId ? id : id + 1;
	}

	#room(rows: number): Int32Array {
		if (this.#result.length < rows) {
			this.#result = new Int32Array(rows);
			this.#codesOf = new Int32Array(rows);
		}
		return this.#result;
	}
}

function forbidNulls(codes: Int32Array, rows: number): void {
	for (let i = 0; i < rows; i++) if (codes[i] === NULL_CODE) codes[i] = UNKNOWN_CODE;
}
