import { AsciiText } from '../../data/ascii-text.ts';
import { toExact } from '../../data/exact.ts';
import type { TextVector, Vector } from '../../data/vector.ts';

/**
 * Sort keys as pairs of unsigned 32-bit numbers whose order is the order of the values. `exact`: equal pairs mean equal values;
 * a long text's pair is its beginning only.
 */
export interface KeyBits {
	readonly high: Uint32Array;
	readonly low: Uint32Array;
	readonly exact: boolean;
}

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);

/** The bits of every row of a column; what stands for nulls means nothing. Null where a type has no such form. */
export function keyBits(vector: Vector, descending: boolean): KeyBits | null {
	const bits = rawBits(vector);
	if (bits !== null && descending) {
		for (let row = 0; row < vector.length; row++) {
			bits.high[row] = ~(bits.high[row] as number);
			bits.low[row] = ~(bits.low[row] as number);
		}
	}
	return bits;
}

function rawBits(vector: Vector): KeyBits | null {
	const { length } = vector;
	const high = new Uint32Array(length);
	const low = new Uint32Array(length);
	switch (vector.layout) {
		case 'int32':
			for (let row = 0; row < length; row++) high[row] = (vector.values[row] as number) ^ 0x80000000;
			return { high, low, exact: true };
		case 'bool':
			for (let row = 0; row < length; row++) high[row] = vector.values[row] as number;
			return { high, low, exact: true };
		case 'float64':
		case 'safeint':
			for (let row = 0; row < length; row++) setDouble(high, low, row, vector.values[row] as number);
			return { high, low, exact: true };
		case 'bigint':
			// Doubles keep the order of integers but not their difference past 2^53.
			for (let row = 0; row < length; row++) setDouble(high, low, row, Number(toExact(vector.values[row] as bigint)));
			return { high, low, exact: false };
		case 'text':
			return { high, low, exact: vector instanceof AsciiText ? asciiBits(vector, high, low) : textBits(vector, high, low) };
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

/**
 * Eight characters behind what all texts begin with where those are Latin-1, else four code units ranked by code point. True where
 * that is all there is to every text.
 */
function textBits(vector: TextVector, high: Uint32Array, low: Uint32Array): boolean {
	const { values, nulls, length } = vector;
	const skip = commonPrefix(vector);
	let exact = true;
	for (let row = 0; row < length; row++) {
		if (nulls !== null && nulls[row] === 1) continue;
		const text = values[row] as string;
		const end = Math.min(skip + 8, text.length);
		if (text.length > skip + 8) exact = false;
		let a = 0;
		let b = 0;
		for (let at = skip; at < end; at++) {
			const unit = text.charCodeAt(at);
			if (unit > 255) return wideBits(values, skip, high, low);
			// A NUL would look like the end.
			if (unit === 0) exact = false;
			const place = at - skip;
			if (place < 4) a |= unit << (24 - place * 8);
			else b |= unit << (56 - place * 8);
		}
		high[row] = a;
		low[row] = b;
	}
	return exact;
}

/** As `textBits`, of texts that are bytes. */
function asciiBits({ bytes, ends, nulls, length }: AsciiText, high: Uint32Array, low: Uint32Array): boolean {
	let skip = -1;
	let first = 0;
	for (let row = 0; row < length && skip !== 0; row++) {
		if (nulls !== null && nulls[row] === 1) continue;
		const start = ends[row] as number;
		const size = (ends[row + 1] as number) - start;
		if (skip < 0) {
			first = start;
			skip = size;
		}
		let common = 0;
		while (common < skip && common < size && bytes[start + common] === bytes[first + common]) common++;
		skip = common;
	}
	let exact = true;
	for (let row = 0; row < length; row++) {
		if (nulls !== null && nulls[row] === 1) continue;
		const from = (ends[row] as number) + skip;
		const size = (ends[row + 1] as number) - from;
		if (size > 8) exact = false;
		let a = 0;
		let b = 0;
		for (let place = 0; place < size && place < 8; place++) {
			const byte = bytes[from + place] as number;
			// A NUL would look like the end.
			if (byte === 0) exact = false;
			if (place < 4) a |= byte << (24 - place * 8);
			else b |= byte << (56 - place * 8);
		}
		high[row] = a;
		low[row] = b;
	}
	return exact;
}

/** How many code units all texts that are not null have in common at their beginning. */
function commonPrefix({ values, nulls, length }: TextVector): number {
	let first: string | null = null;
	let common = 0;
	for (let row = 0; row < length; row++) {
		if (nulls !== null && nulls[row] === 1) continue;
		const text = values[row] as string;
		if (first === null) {
			first = text;
			common = text.length;
			continue;
		}
		if (text.length < common) common = text.length;
		let at = 0;
		while (at < common && text.charCodeAt(at) === first.charCodeAt(at)) at++;
		common = at;
		if (common === 0) break;
	}
	return common;
}

function wideBits(values: readonly string[], skip: number, high: Uint32Array, low: Uint32Array): false {
	for (let row = 0; row < high.length; row++) {
		const text = values[row] as string;
		high[row] = (rankedUnit(text, skip) << 16) | rankedUnit(text, skip + 1);
		low[row] = (rankedUnit(text, skip + 2) << 16) | rankedUnit(text, skip + 3);
	}
	return false;
}

/** Surrogates stand for code points above every other code unit. */
function rankedUnit(text: string, at: number): number {
	if (at >= text.length) return 0;
	const unit = text.charCodeAt(at);
	if (unit < 0xd800) return unit;
	return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
