import { AsciiText } from '../../data/ascii-text.ts';
import { Coded } from '../../data/coded.ts';
import { toExact } from '../../data/exact.ts';
import type { Vector } from '../../data/vector.ts';
import { hashNumber } from './number-table.ts';

const NULL_HASH = 0x5bd1e995;

/** A 32-bit hash of each row's values; rows that are equal as keys have equal hashes, in whatever batch and layout. */
export function hashRows(columns: readonly Vector[], rows: number, seed: number): Int32Array {
	const hashes = new Int32Array(rows).fill(seed);
	for (const column of columns) {
		const words = column instanceof Coded && column.words.length <= rows ? hashesOf(column) : null;
		for (let row = 0; row < rows; row++) {
			const bits = Math.imul(hashes[row] as number, 31) ^ (words === null ? hashValue(column, row) : (words[row] as number));
			hashes[row] = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
		}
	}
	return hashes;
}

/** The hash of each row of a coded column, made once a word. */
function hashesOf({ words, indexes, nulls, length }: Coded): Int32Array {
	const of = Int32Array.from({ length: words.length }, (_, word) => hashValue(words, word));
	const hashes = new Int32Array(length);
	for (let row = 0; row < length; row++) hashes[row] = nulls !== null && nulls[row] === 1 ? NULL_HASH : (of[indexes[row] as number] as number);
	return hashes;
}

/** The hash of one value that is not null, the same as `hashRows` works with. */
function hashValue(vector: Vector, row: number): number {
	if (vector.nulls !== null && vector.nulls[row] === 1) return NULL_HASH;
	switch (vector.layout) {
		case 'text':
			return vector instanceof AsciiText ? hashAscii(vector, row) : hashText(vector.values[row] as string);
		case 'bytes':
			return hashBytes(vector.values[row] as Uint8Array);
		case 'bigint': {
			const exact = toExact(vector.values[row] as bigint);
			return typeof exact === 'number' ? hashNumber(exact) : hashText(String(exact));
		}
		default:
			return hashNumber(vector.values[row] as number);
	}
}

export function hashText(text: string): number {
	let bits = 0x811c9dc5;
	for (let at = 0; at < text.length; at++) bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193);
	return mixed(bits);
}

/** As `hashText` of the same text. */
export function hashAscii({ bytes, ends }: AsciiText, row: number): number {
	let bits = 0x811c9dc5;
	for (let at = ends[row] as number, to = ends[row + 1] as number; at < to; at++) bits = Math.imul(bits ^ (bytes[at] as number), 0x01000193);
	return mixed(bits);
}

function hashBytes(bytes: Uint8Array): number {
	let bits = 0x811c9dc5;
	for (let at = 0; at < bytes.length; at++) bits = Math.imul(bits ^ (bytes[at] as number), 0x01000193);
	return mixed(bits);
}

function mixed(hash: number): number {
	let bits = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
	bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
	return bits ^ (bits >>> 16);
}
