import { vectorBuilder } from '../../builder.ts';
import { type Kernel, type KernelExports, PLACES } from '../../kernel/kernel.ts';
import { parseValue } from '../../text.ts';
import type { DataType, Value } from '../../types.ts';
import { float64Vector, int32Vector, safeIntVector, type Vector } from '../../vector.ts';
import { type Block, ESCAPED, MALFORMED } from './block.ts';
import type { ColumnReader } from './column-reader.ts';
import type { FieldTexts } from './field-texts.ts';

/**
 * Reads the usual spelling of a type straight from the bytes: its value, or NaN for "look at the text". Only spellings whose
 * value is exact may be answered.
 */
export type QuickParse = (bytes: Uint8Array, start: number, stop: number) => number;

/** A column of the block that the kernel holds, read by it: how many rows it could not read. */
export type KernelScan = (exports: KernelExports, spans: number, step: number, rows: number) => number;

/** integer, date, long, decimal, float, double: numbers in one typed array. */
export class NumberReader implements ColumnReader {
	readonly #type: DataType;
	readonly #quick: QuickParse;
	readonly #scan: KernelScan;

	constructor(type: DataType, quick: QuickParse, scan: KernelScan) {
		this.#type = type;
		this.#quick = quick;
		this.#scan = scan;
	}

	read(block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector {
		if (block.kernel !== null) return this.#readInKernel(block.kernel, block, texts, slot, fail);
		const { rows, width, spans } = block;
		const { bytes, base } = texts;
		const { kind } = this.#type;
		const quick = this.#quick;
		const values = kind === 'integer' || kind === 'date' ? new Int32Array(rows) : new Float64Array(rows);
		let nulls: Uint8Array | null = null;
		let large: Map<number, bigint> | null = null;
		for (let row = 0, at = slot * 2; row < rows; row++, at += width * 2) {
			const start = spans[at] as number;
			const to = spans[at + 1] as number;
			if (start >= 0 && start >> 2 !== to) {
				let value = (start & 3) < ESCAPED ? quick(bytes, base + (start >> 2), base + to) : Number.NaN;
				if (Number.isNaN(value)) {
					const slow = this.#slow(texts, start, row, slot);
					if (slow === undefined) {
						fail(row);
						nulls ??= new Uint8Array(rows);
						nulls[row] = 1;
						continue;
					}
					if (typeof slow === 'bigint') {
						large ??= new Map();
						large.set(row, slow);
						continue;
					}
					value = slow as number;
				}
				values[row] = value;
			} else {
				nulls ??= new Uint8Array(rows);
				nulls[row] = 1;
			}
		}
		return this.#vector(values, nulls, large);
	}

	#readInKernel(kernel: Kernel, block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector {
		const { rows, width } = block;
		const { kind } = this.#type;
		const missed = this.#scan(kernel.exports, PLACES.spans + slot * 8, width * 8, rows);
		const values = kind === 'integer' || kind === 'date' ? kernel.intsAt(PLACES.values, rows) : kernel.doublesAt(PLACES.values, rows);
		let nulls = kernel.exports.empty.value > 0 ? kernel.bytesAt(PLACES.nulls, rows) : null;
		let large: Map<number, bigint> | null = null;
		for (let miss = 0; miss < missed; miss++) {
			const row = kernel.ints[(PLACES.misses >> 2) + miss] as number;
			const slow = this.#slow(texts, block.spans[(row * width + slot) * 2] as number, row, slot);
			if (typeof slow === 'bigint') {
				large ??= new Map();
				large.set(row, slow);
			} else if (slow === undefined) {
				fail(row);
				nulls ??= new Uint8Array(rows);
				nulls[row] = 1;
			} else values[row] = slow as number;
		}
		return this.#vector(values, nulls, large);
	}

	#vector(values: Float64Array | Int32Array, nulls: Uint8Array | null, large: ReadonlyMap<number, bigint> | null): Vector {
		const { kind } = this.#type;
		if (large !== null) return this.#withLarge(values, nulls, large);
		if (values instanceof Int32Array) return int32Vector(this.#type, values, nulls);
		return kind === 'long' || kind === 'decimal' ? safeIntVector(this.#type, values, nulls) : float64Vector(this.#type, values, nulls);
	}

	#slow(texts: FieldTexts, start: number, row: number, slot: number): Value | undefined {
		if ((start & 3) === MALFORMED) return undefined;
		const text = texts.alone(row, slot);
		return text === null ? undefined : parseValue(this.#type, text);
	}

	#withLarge(values: Float64Array | Int32Array, nulls: Uint8Array | null, large: ReadonlyMap<number, bigint>): Vector {
		const builder = vectorBuilder(this.#type, values.length);
		for (let row = 0; row < values.length; row++) builder.push(nulls?.[row] === 1 ? null : (large.get(row) ?? (values[row] as number)));
		return builder.finish();
	}
}

const ZERO = 48;
const MINUS = 45;
const POINT = 46;

/** Up to 9 digits for integers, up to 15 for longs: no range check is needed. */
export function quickWhole(mostDigits: number): QuickParse {
	return (bytes, start, stop) => {
		const negative = bytes[start] === MINUS;
		let at = negative ? start + 1 : start;
		const digits = stop - at;
		if (digits < 1 || digits > mostDigits) return Number.NaN;
		let value = 0;
		for (; at < stop; at++) {
			const digit = (bytes[at] as number) - ZERO;
			if (digit < 0 || digit > 9) return Number.NaN;
			value = value * 10 + digit;
		}
		return negative ? 0 - value : value;
	};
}

const POWERS: Float64Array = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * Up to 15 digits with or without a point. Digits and the power of ten are both exact doubles, so their quotient is rounded
 * once: it is the nearest double (Clinger 1990).
 */
export function quickDouble(bytes: Uint8Array, start: number, stop: number): number {
	const negative = bytes[start] === MINUS;
	let at = negative ? start + 1 : start;
	if (stop - at > 16 || stop === at) return Number.NaN;
	let value = 0;
	let point = -1;
	for (; at < stop; at++) {
		const byte = bytes[at] as number;
		const digit = byte - ZERO;
		if (digit >= 0 && digit <= 9) value = value * 10 + digit;
		else if (byte === POINT && point < 0) point = at;
		else return Number.NaN;
	}
	if (point < 0) {
		if (stop - start > 15) return Number.NaN;
	} else {
		const fraction = stop - point - 1;
		if (fraction === 0 || fraction > 15 || point === (negative ? start + 1 : start)) return Number.NaN;
		value /= POWERS[fraction] as number;
	}
	return negative ? -value : value;
}

export function quickFloat(bytes: Uint8Array, start: number, stop: number): number {
	return Math.fround(quickDouble(bytes, start, stop));
}

/** Up to 15 digits in all, no more behind the point than the scale. */
export function quickDecimal(precision: number, scale: number): QuickParse {
	const whole = Math.min(15, precision) - scale;
	return (bytes, start, stop) => {
		const negative = bytes[start] === MINUS;
		const first = negative ? start + 1 : start;
		let value = 0;
		let point = stop;
		for (let at = first; at < stop; at++) {
			const byte = bytes[at] as number;
			const digit = byte - ZERO;
			if (digit >= 0 && digit <= 9) value = value * 10 + digit;
			else if (byte === POINT && point === stop) point = at;
			else return Number.NaN;
		}
		const fraction = point === stop ? 0 : stop - point - 1;
		if (point === first || point - first > whole || fraction > scale) return Number.NaN;
		value *= POWERS[scale - fraction] as number;
		return negative ? 0 - value : value;
	};
}
