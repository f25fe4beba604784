import type { Batch } from '../../data/batch.ts';
import type { Vector } from '../../data/vector.ts';
import { keyBits } from './key-bits.ts';
import { radixOrder } from './radix.ts';
import { compareRows, type KeyColumn } from './row-order.ts';

/** Below this many rows a comparing sort beats the radix sort's fixed cost. */
const SMALL = 2048;

/** The rows of a batch in order of the keys, stable. */
export function sortRows(batch: Batch, keys: readonly KeyColumn[]): Int32Array {
	const rows = Int32Array.from({ length: batch.length }, (_, row) => row);
	sortRange(batch, keys, rows);
	return rows;
}

/** Sorts row numbers that are ascending now, in place. */
function sortRange(batch: Batch, keys: readonly KeyColumn[], rows: Int32Array): void {
	const [key, ...rest] = keys;
	if (key === undefined || rows.length < 2) return;
	if (rows.length < SMALL) {
		compareSort(batch, keys, rows);
		return;
	}
	const vector = batch.columns[key.column] as Vector;
	const present = separateNulls(vector, key, rows);
	const nulls = present === rows ? null : rows.subarray(key.nullsFirst ? 0 : present.length, key.nullsFirst ? rows.length - present.length : rows.length);
	if (nulls !== null) sortRange(batch, rest, nulls);
	const bits = keyBits(vector, present, key.descending);
	if (bits === null) {
		compareSort(batch, keys, present);
		return;
	}
	const order = radixOrder(bits);
	const sorted = order.map((at) => present[at] as number);
	present.set(sorted);
	const tied = bits.exact ? rest : keys;
	if (tied.length === 0) return;
	for (let from = 0; from < order.length; ) {
		let to = from + 1;
		const first = order[from] as number;
		while (to < order.length && bits.high[order[to] as number] === bits.high[first] && bits.low[order[to] as number] === bits.low[first]) to++;
		if (to - from > 1) sortTied(batch, tied, bits.exact, present.subarray(from, to));
		from = to;
	}
}

/** Rows whose bits agree: by the keys that are left, or by the whole of a key that the bits only begin. */
function sortTied(batch: Batch, keys: readonly KeyColumn[], exact: boolean, rows: Int32Array): void {
	if (exact) sortRange(batch, keys, rows);
	else if (!allEqual(batch.columns[(keys[0] as KeyColumn).column] as Vector, rows)) compareSort(batch, keys, rows);
	else sortRange(batch, keys.slice(1), rows);
}

function allEqual(vector: Vector, rows: Int32Array): boolean {
	if (vector.layout === 'bytes') return false;
	const first = vector.values[rows[0] as number];
	for (let i = 1; i < rows.length; i++) if (vector.values[rows[i] as number] !== first) return false;
	return true;
}

function compareSort(batch: Batch, keys: readonly KeyColumn[], rows: Int32Array): void {
	rows.sort((a, b) => compareRows(keys, batch, a, batch, b) || a - b);
}

/** Moves rows whose key is null to where they belong, stable; gives the part of `rows` that holds the others. */
function separateNulls(vector: Vector, key: KeyColumn, rows: Int32Array): Int32Array {
	const { nulls } = vector;
	if (nulls === null) return rows;
	const absent: number[] = [];
	let count = 0;
	const present = new Int32Array(rows.length);
	for (const row of rows) {
		if (nulls[row] === 1) absent.push(row);
		else present[count++] = row;
	}
	if (absent.length === 0) return rows;
	rows.set(absent, key.nullsFirst ? 0 : count);
	rows.set(present.subarray(0, count), key.nullsFirst ? absent.length : 0);
	return key.nullsFirst ? rows.subarray(absent.length) : rows.subarray(0, count);
}
