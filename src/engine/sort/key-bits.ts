import { toExact } from '../../data/exact.ts';
import type { Vector } from '../../data/vector.ts';

/**
 * Sort keys as pairs of unsigned 32-bit numbers whose order is the order of the values. `exact`: equal pairs mean equal values;
 * a text's pair is its beginning only.
 */
export interface KeyBits {
	readonly high: Uint32Array;
	readonly low: Uint32Array;
	readonly exact: boolean;
}

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);

/** The bits of some rows of a column; what stands for nulls means nothing. Null where a column has no such form. */
export function keyBits(vector: Vector, rows: Int32Array, descending: boolean): KeyBits | null {
	const bits = rawBits(vector, rows);
	if (bits !== null && descending) {
		for (let i = 0; i < rows.length; i++) {
			bits.high[i] = ~(bits.high[i] as number);
			bits.low[i] = ~(bits.low[i] as number);
		}
	}
	return bits;
}

function rawBits(vector: Vector, rows: Int32Array): KeyBits | null {
	const high = new Uint32Array(rows.length);
	const low = new Uint32Array(rows.length);
	switch (vector.layout) {
		case 'int32':
			for (let i = 0; i < rows.length; i++) high[i] = (vector.values[rows[i] as number] as number) ^ 0x80000000;
			return { high, low, exact: true };
		case 'bool':
			for (let i = 0; i < rows.length; i++) high[i] = vector.values[rows[i] as number] as number;
			return { high, low, exact: true };
		case 'float64':
		case 'safeint':
			for (let i = 0; i < rows.length; i++) setDouble(high, low, i, vector.values[rows[i] as number] as number);
			return { high, low, exact: true };
		case 'bigint':
			// Doubles keep the order of integers but not their difference past 2^53.
			for (let i = 0; i < rows.length; i++) setDouble(high, low, i, Number(toExact(vector.values[rows[i] as number] as bigint)));
			return { high, low, exact: false };
		case 'text':
			textBits(vector.values, rows, high, low);
			return { high, low, exact: false };
		case 'bytes':
			return null;
	}
}

function setDouble(high: Uint32Array, low: Uint32Array, at: number, value: number): void {
	// + 0 makes -0 the 0 it equals; every NaN is one, behind all numbers.
	scratch[0] = Number.isNaN(value) ? Number.NaN : value + 0;
	const top = words[1] as number;
	if (top >= 0x80000000 && !Number.isNaN(value)) {
		high[at] = ~top;
		low[at] = ~(words[0] as number);
	} else {
		high[at] = (top | 0x80000000) >>> 0;
		low[at] = words[0] as number;
	}
}

/** The first eight characters where all of them are Latin-1, else the first four code units ranked by code point. */
function textBits(values: readonly string[], rows: Int32Array, high: Uint32Array, low: Uint32Array): void {
	for (let i = 0; i < rows.length; i++) {
		const text = values[rows[i] as number] as string;
		const length = Math.min(8, text.length);
		let a = 0;
		let b = 0;
		for (let at = 0; at < length; at++) {
			const unit = text.charCodeAt(at);
			if (unit > 255) return wideBits(values, rows, high, low);
			if (at < 4) a |= unit << (24 - at * 8);
			else b |= unit << (56 - at * 8);
		}
		high[i] = a;
		low[i] = b;
	}
}

function wideBits(values: readonly string[], rows: Int32Array, high: Uint32Array, low: Uint32Array): void {
	for (let i = 0; i < rows.length; i++) {
		const text = values[rows[i] as number] as string;
		high[i] = (rankedUnit(text, 0) << 16) | rankedUnit(text, 1);
		low[i] = (rankedUnit(text, 2) << 16) | rankedUnit(text, 3);
	}
}

/** Surrogates stand for code points above every other code unit. */
function rankedUnit(text: string, at: number): number {
	if (at >= text.length) return 0;
	const unit = text.charCodeAt(at);
	if (unit < 0xd800) return unit;
	return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
