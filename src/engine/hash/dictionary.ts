import { AsciiText } from '../../data/ascii-text.ts';
import { vectorBuilder } from '../../data/builder.ts';
import { toExact } from '../../data/exact.ts';
import type { DataType, Value } from '../../data/types.ts';
import { layoutOf, type Vector } from '../../data/vector.ts';
import { NumberTable } from './number-table.ts';
import { NO_TEXT, TextTable } from './text-table.ts';

/** The code of null in every dictionary; values have 1, 2, 3 … in order of first sight. */
export const NULL_CODE = 0;
/** What `find` gives for a value that was never encoded. */
export const UNKNOWN_CODE = -1;

/** The distinct values of one column as small integers: equal values have equal codes, across batches. */
export interface Dictionary {
	/** Codes of rows 0…vector.length-1, learning new values. */
	encode(vector: Vector, codes: Int32Array): void;
	/** Codes of known values; learns nothing. */
	find(vector: Vector, codes: Int32Array): void;
	/** The value of a code. */
	value(code: number): Value;
	readonly bytes: number;
	/** The values of codes as a column, where there is a quicker way than one by one. */
	column?(type: DataType, codes: Int32Array, count: number): Vector | null;
}

export function dictionary(type: DataType): Dictionary {
	switch (layoutOf(type)) {
		case 'text':
			return new TextDictionary();
		case 'bytes':
			return new BytesDictionary();
		case 'bool':
			return new BooleanDictionary();
		default:
			return new NumberDictionary();
	}
}

/** The values of `codes` as a column of that type. */
export function decodeColumn(source: Dictionary, type: DataType, codes: Int32Array, count: number): Vector {
	const column = source.column?.(type, codes, count) ?? null;
	if (column !== null) return column;
	const builder = vectorBuilder(type, count);
	for (let i = 0; i < count; i++) builder.push(source.value(codes[i] as number));
	return builder.finish();
}

class NumberDictionary implements Dictionary {
	readonly #table = new NumberTable();
	/** Integers past 2^53: they take ids from the same sequence, where the table holds a NaN that is never asked for by value. */
	#bigs: Map<bigint, number> | null = null;
	#bigOf: Map<number, bigint> | null = null;

	encode(vector: Vector, codes: Int32Array): void {
		const { nulls } = vector;
		const table = this.#table;
		if (vector.layout === 'bigint') {
			for (let i = 0; i < vector.length; i++) codes[i] = nulls !== null && nulls[i] === 1 ? NULL_CODE : this.#exact(vector.values[i] as bigint, true);
			return;
		}
		const { values } = vector as Vector & { values: Float64Array | Int32Array };
		if (nulls === null) for (let i = 0; i < vector.length; i++) codes[i] = table.insert(values[i] as number) + 1;
		else for (let i = 0; i < vector.length; i++) codes[i] = nulls[i] === 1 ? NULL_CODE : table.insert(values[i] as number) + 1;
	}

	find(vector: Vector, codes: Int32Array): void {
		const { nulls } = vector;
		const table = this.#table;
		if (vector.layout === 'bigint') {
			for (let i = 0; i < vector.length; i++) codes[i] = nulls !== null && nulls[i] === 1 ? NULL_CODE : this.#exact(vector.values[i] as bigint, false);
			return;
		}
		const { values } = vector as Vector & { values: Float64Array | Int32Array };
		for (let i = 0; i < vector.length; i++) {
			if (nulls !== null && nulls[i] === 1) codes[i] = NULL_CODE;
			else {
				const id = table.find(values[i] as number);
				codes[i] = id < 0 ? UNKNOWN_CODE : id + 1;
			}
		}
	}

	value(code: number): Value {
		if (code === NULL_CODE) return null;
		return this.#bigOf?.get(code) ?? this.#table.key(code - 1);
	}

	get bytes(): number {
		return this.#table.bytes + (this.#bigs?.size ?? 0) * 150;
	}

	#exact(value: bigint, learn: boolean): number {
		const exact = toExact(value);
		if (typeof exact === 'number') {
			const id = learn ? this.#table.insert(exact) : this.#table.find(exact);
			return id < 0 ? UNKNOWN_CODE : id + 1;
		}
		const known = this.#bigs?.get(exact);
		if (known !== undefined) return known;
		if (!learn) return UNKNOWN_CODE;
		this.#bigs ??= new Map();
		this.#bigOf ??= new Map();
		const code = this.#table.reserve() + 1;
		this.#bigs.set(exact, code);
		this.#bigOf.set(code, exact);
		return code;
	}
}

class TextDictionary implements Dictionary {
	readonly #table = new TextTable();

	encode(vector: Vector, codes: Int32Array): void {
		const { nulls } = vector;
		if (vector instanceof AsciiText) this.#table.insertAscii(vector, codes);
		else this.#table.insert(vector.values as readonly string[], nulls, vector.length, codes);
		for (let i = 0; i < vector.length; i++) codes[i] = nulls !== null && nulls[i] === 1 ? NULL_CODE : (codes[i] as number) + 1;
	}

	find(vector: Vector, codes: Int32Array): void {
		const { nulls } = vector;
		if (vector instanceof AsciiText) this.#table.findAscii(vector, codes);
		else this.#table.find(vector.values as readonly string[], nulls, vector.length, codes);
		for (let i = 0; i < vector.length; i++) {
			const id = codes[i] as number;
			codes[i] = nulls !== null && nulls[i] === 1 ? NULL_CODE : id === NO_TEXT ? UNKNOWN_CODE : id + 1;
		}
	}

	value(code: number): Value {
		return code === NULL_CODE ? null : this.#table.text(code - 1);
	}

	column(type: DataType, codes: Int32Array, count: number): Vector | null {
		return this.#table.column(type, codes, count);
	}

	get bytes(): number {
		return this.#table.bytes;
	}
}

class BooleanDictionary implements Dictionary {
	/** Of false and of true. */
	readonly #codes = [UNKNOWN_CODE, UNKNOWN_CODE];
	/** What was seen first, which has code 1. */
	#first = 0;

	encode(vector: Vector, codes: Int32Array): void {
		const { nulls, values } = vector as Vector & { values: Uint8Array };
		for (let i = 0; i < vector.length; i++) codes[i] = nulls !== null && nulls[i] === 1 ? NULL_CODE : this.#learnt(values[i] as number);
	}

	find(vector: Vector, codes: Int32Array): void {
		const { nulls, values } = vector as Vector & { values: Uint8Array };
		for (let i = 0; i < vector.length; i++) codes[i] = nulls !== null && nulls[i] === 1 ? NULL_CODE : (this.#codes[values[i] as number] as number);
	}

	value(code: number): Value {
		return code === NULL_CODE ? null : (code === 1) === (this.#first === 1);
	}

	#learnt(value: number): number {
		const known = this.#codes[value] as number;
		if (known !== UNKNOWN_CODE) return known;
		const other = this.#codes[1 - value] as number;
		if (other === UNKNOWN_CODE) this.#first = value;
		const code = other === UNKNOWN_CODE ? 1 : 2;
		this.#codes[value] = code;
		return code;
	}

	readonly bytes = 0;
}

class BytesDictionary implements Dictionary {
	readonly #codes = new Map<string, number>();
	readonly #values: Uint8Array[] = [];
	#size = 0;

	encode(vector: Vector, codes: Int32Array): void {
		const { nulls, values } = vector as Vector & { values: readonly Uint8Array[] };
		for (let i = 0; i < vector.length; i++) {
			if (nulls !== null && nulls[i] === 1) {
				codes[i] = NULL_CODE;
				continue;
			}
			const bytes = values[i] as Uint8Array;
			const key = latin1(bytes);
			let code = this.#codes.get(key);
			if (code === undefined) {
				this.#values.push(bytes.slice());
				this.#size += bytes.length;
				code = this.#values.length;
				this.#codes.set(key, code);
			}
			codes[i] = code;
		}
	}

	find(vector: Vector, codes: Int32Array): void {
		const { nulls, values } = vector as Vector & { values: readonly Uint8Array[] };
		for (let i = 0; i < vector.length; i++) {
			codes[i] = nulls !== null && nulls[i] === 1 ? NULL_CODE : (this.#codes.get(latin1(values[i] as Uint8Array)) ?? UNKNOWN_CODE);
		}
	}

	value(code: number): Value {
		return code === NULL_CODE ? null : (this.#values[code - 1] as Uint8Array);
	}

	get bytes(): number {
		return this.#values.length * 200 + this.#size * 2;
	}
}

function latin1(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at++) text += String.fromCharCode(bytes[at] as number);
	return text;
}
