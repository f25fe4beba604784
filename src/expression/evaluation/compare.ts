import { compareText, compareValues } from '../../data/compare.ts';
import { powerOfTen } from '../../data/exact.ts';
import { nullVector } from '../../data/gather.ts';
import type { DataType, Value } from '../../data/types.ts';
import { booleanVector, type Vector } from '../../data/vector.ts';
import { isNullConstant, maskOf, type Operand, slotsOf, unitedNulls } from './operand.ts';

export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

const BOOLEAN: DataType = { kind: 'boolean' };

/**
 * Compares row by row; null where either side is. Both sides are of one type, but decimals may differ in scale. NaN is equal to
 * itself and above every number, as everywhere (data/compare.ts).
 */
export function compare(comparison: Comparison, left: Operand, right: Operand, length: number): Vector {
	if (isNullConstant(left) || isNullConstant(right)) return nullVector(BOOLEAN, length);
	const out = new Uint8Array(length);
	switch (comparison) {
		case 'eq':
		case 'ne':
			fillEqual(out, left, right);
			break;
		case 'lt':
		case 'ge':
			fillLess(out, left, right);
			break;
		case 'gt':
		case 'le':
			fillLess(out, right, left);
			break;
	}
	// Each is the opposite of one that was computed: the order is total.
	if (comparison === 'ne' || comparison === 'ge' || comparison === 'le') for (let row = 0; row < length; row++) out[row] = 1 - (out[row] as number);
	return booleanVector(BOOLEAN, out, unitedNulls([left, right], length));
}

type Numbers = Int32Array | Float64Array | Uint8Array;

/** The slots as numbers that can be compared as they are, or null. */
function comparable(left: Vector, right: Vector): { a: Numbers; b: Numbers } | null {
	if (left.layout === 'text' || left.layout === 'bytes' || left.layout === 'bigint') return null;
	if (right.layout === 'text' || right.layout === 'bytes' || right.layout === 'bigint') return null;
	return scaleOf(left.type) === scaleOf(right.type) ? { a: left.values, b: right.values } : null;
}

function fillEqual(out: Uint8Array, left: Operand, right: Operand): void {
	const numbers = comparable(left.vector, right.vector);
	if (numbers !== null) {
		const { a, b } = numbers;
		if (right.constant) equalToNumber(out, a, maskOf(left), b[0] as number);
		else equalNumbers(out, a, maskOf(left), b);
	} else if (left.vector.layout === 'text' && right.vector.layout === 'text') {
		equalTexts(out, left.vector.values, maskOf(left), right.vector.values, maskOf(right));
	} else compareSlots(out, left, right, (order) => order === 0);
}

function fillLess(out: Uint8Array, left: Operand, right: Operand): void {
	const numbers = comparable(left.vector, right.vector);
	if (numbers !== null) {
		const { a, b } = numbers;
		if (right.constant) lessThanNumber(out, a, maskOf(left), b[0] as number);
		else if (left.constant) greaterThanNumber(out, b, a[0] as number);
		else lessNumbers(out, a, b);
	} else if (left.vector.layout === 'text' && right.vector.layout === 'text') {
		lessTexts(out, left.vector.values, maskOf(left), right.vector.values, maskOf(right));
	} else compareSlots(out, left, right, (order) => order < 0);
}

// In each loop the second half of the condition is for NaN alone.

function equalToNumber(out: Uint8Array, a: Numbers, mask: number, b: number): void {
	if (Number.isNaN(b)) for (let row = 0; row < out.length; row++) out[row] = Number.isNaN(a[row & mask]) ? 1 : 0;
	else for (let row = 0; row < out.length; row++) out[row] = a[row & mask] === b ? 1 : 0;
}

function equalNumbers(out: Uint8Array, a: Numbers, mask: number, b: Numbers): void {
	for (let row = 0; row < out.length; row++) {
		const x = a[row & mask] as number;
		const y = b[row] as number;
		// biome-ignore lint/suspicious/noSelfCompare: the fastest test for NaN
		out[row] = x === y || (x !== x && y !== y) ? 1 : 0;
	}
}

function lessThanNumber(out: Uint8Array, a: Numbers, mask: number, b: number): void {
	if (Number.isNaN(b)) for (let row = 0; row < out.length; row++) out[row] = Number.isNaN(a[row & mask]) ? 0 : 1;
	else for (let row = 0; row < out.length; row++) out[row] = (a[row & mask] as number) < b ? 1 : 0;
}

function greaterThanNumber(out: Uint8Array, a: Numbers, b: number): void {
	if (Number.isNaN(b)) out.fill(0);
	else for (let row = 0; row < out.length; row++) out[row] = (a[row] as number) <= b ? 0 : 1;
}

function lessNumbers(out: Uint8Array, a: Numbers, b: Numbers): void {
	for (let row = 0; row < out.length; row++) {
		const x = a[row] as number;
		const y = b[row] as number;
		// biome-ignore lint/suspicious/noSelfCompare: the fastest test for NaN
		out[row] = x < y || (y !== y && x === x) ? 1 : 0;
	}
}

function equalTexts(out: Uint8Array, a: readonly string[], maskA: number, b: readonly string[], maskB: number): void {
	for (let row = 0; row < out.length; row++) out[row] = a[row & maskA] === b[row & maskB] ? 1 : 0;
}

function lessTexts(out: Uint8Array, a: readonly string[], maskA: number, b: readonly string[], maskB: number): void {
	for (let row = 0; row < out.length; row++) out[row] = compareText(a[row & maskA] ?? '', b[row & maskB] ?? '') < 0 ? 1 : 0;
}

/** Bigints, bytes and decimals of different scales. */
function compareSlots(out: Uint8Array, left: Operand, right: Operand, holds: (order: number) => boolean): void {
	const scale = Math.max(scaleOf(left.vector.type), scaleOf(right.vector.type));
	const rescaled = scaleOf(left.vector.type) !== scaleOf(right.vector.type);
	const a = rescaled ? scaledSlots(left.vector, scale) : slotsOf(left.vector);
	const b = rescaled ? scaledSlots(right.vector, scale) : slotsOf(right.vector);
	const { type } = left.vector;
	const maskA = maskOf(left);
	const maskB = maskOf(right);
	const nulls = unitedNulls([left, right], out.length);
	for (let row = 0; row < out.length; row++) {
		if (nulls !== null && nulls[row] === 1) continue;
		const x = a[row & maskA] as Exclude<Value, null>;
		const y = b[row & maskB] as Exclude<Value, null>;
		out[row] = holds(compareValues(type, x, y)) ? 1 : 0;
	}
}

function scaledSlots(vector: Vector, scale: number): bigint[] {
	const factor = powerOfTen(scale - scaleOf(vector.type));
	const slots = slotsOf(vector) as ArrayLike<number | bigint>;
	return Array.from(slots, (value, row) => (vector.nulls !== null && vector.nulls[row] === 1 ? 0n : BigInt(value) * factor));
}

function scaleOf(type: DataType): number {
	return type.kind === 'decimal' ? type.scale : 0;
}
