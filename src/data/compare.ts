import { isNull } from './access.ts';
import type { Batch } from './batch.ts';
import { toExact } from './exact.ts';
import type { DataType, Value } from './types.ts';
import type { Vector } from './vector.ts';

/**
 * Orders two values of one type, neither null: negative, zero or positive. Text by code point, false before true, bytes as
 * unsigned numbers, NaN after every number and equal to itself, -0 equal to 0.
 */
export function compareValues(type: DataType, a: Exclude<Value, null>, b: Exclude<Value, null>): number {
	switch (type.kind) {
		case 'string':
		case 'json':
			return compareText(a as string, b as string);
		case 'binary':
			return compareBytes(a as Uint8Array, b as Uint8Array);
		default:
			return compareNumbers(a as number, b as number);
	}
}

function compareNumbers(a: number, b: number): number {
	if (a < b) return -1;
	if (a > b) return 1;
	if (a === b) return 0;
	// At least one is NaN.
	return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : -1;
}

/** By code point: JavaScript's own order is by code unit, which puts U+FF5E behind U+1F600. */
export function compareText(a: string, b: string): number {
	const length = Math.min(a.length, b.length);
	for (let at = 0; at < length; at++) {
		const x = a.charCodeAt(at);
		const y = b.charCodeAt(at);
		if (x !== y) return x >= 0xd800 && y >= 0xd800 ? rank(x) - rank(y) : x - y;
	}
	return a.length - b.length;
}

/** Surrogates stand for code points above every other code unit. */
function rank(unit: number): number {
	return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
	const length = Math.min(a.length, b.length);
	for (let at = 0; at < length; at++) {
		const difference = (a[at] as number) - (b[at] as number);
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
}

/**
 * A Map key for the values of some columns (by index) in a row: the same for equal values of the same types, in whatever
 * batch, different otherwise; null is a value of its own. Datetimes are equal by moment, whatever their offset.
 */
export function keyOf(batch: Batch, columns: readonly number[], row: number): string | number {
	if (columns.length === 1) return singleKey(batch.columns[columns[0] as number] as Vector, row);
	let key = '';
	for (let i = 0; i < columns.length; i++) {
		const part = singleKey(batch.columns[columns[i] as number] as Vector, row);
		// Lengths before texts: no text can pretend to be two. Null is the key of the other primitive type, see below.
		key += typeof part === 'string' ? `${part.length}:${part}` : `${part};`;
	}
	return key;
}

/** Texts are themselves and numbers are themselves (a Map takes NaN as equal to itself and -0 as 0); null is of the other type. */
function singleKey(vector: Vector, row: number): string | number {
	switch (vector.layout) {
		case 'text':
			return isNull(vector, row) ? 0 : (vector.values[row] as string);
		case 'bytes':
			return isNull(vector, row) ? 0 : latin1(vector.values[row] as Uint8Array);
		case 'bigint': {
			if (isNull(vector, row)) return 'null';
			const value = toExact(vector.values[row] as bigint);
			return typeof value === 'number' ? value : String(value);
		}
		default:
			return isNull(vector, row) ? 'null' : (vector.values[row] as number);
	}
}

function latin1(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at++) text += String.fromCharCode(bytes[at] as number);
	return text;
}
