import { type Kernel, kernel, MOST_INDEXES, PLACES } from './kernel/kernel.ts';

/** A coded column with what a condition says of its words. */
export interface WordTruths {
	readonly indexes: Int32Array;
	readonly nulls: Uint8Array | null;
	/** 1 or 0 for each word, and behind them for null. */
	readonly truths: Uint8Array;
}

/** Where the kernel finds a column, and puts rows, one more than there are. */
const INDEXES = PLACES.texts;
const NULLS = INDEXES + MOST_INDEXES * 4;
const ROWS = NULLS + MOST_INDEXES;
const TRUTHS = ROWS + (MOST_INDEXES + 1) * 4;
const MOST_TRUTHS = 65_536;

/** Puts those of the first `length` rows for which all conditions are true in front of `rows`, which has room for `length`, and gives how many they are. */
export function trueRows(conditions: readonly WordTruths[], length: number, rows: Uint32Array): number {
	const own = kernel();
	if (own !== null && length <= MOST_INDEXES && conditions.every(({ truths }) => truths.length <= MOST_TRUTHS))
		return trueRowsFast(own, conditions, length, rows);
	let count = -1;
	for (const condition of conditions) count = count < 0 ? pass(condition, rows, length) : refine(condition, rows, count);
	return count;
}

function trueRowsFast({ exports, bytes, ints }: Kernel, conditions: readonly WordTruths[], length: number, rows: Uint32Array): number {
	let count = -1;
	for (const { indexes, nulls, truths } of conditions) {
		ints.set(indexes, INDEXES >> 2);
		bytes.set(truths, TRUTHS);
		if (nulls !== null) bytes.set(nulls, NULLS);
		const choose = count < 0 ? exports.pass : exports.refine;
		count = choose(INDEXES, nulls === null ? 0 : NULLS, TRUTHS, truths.length - 1, ROWS, count < 0 ? length : count);
	}
	rows.set(ints.subarray(ROWS >> 2, (ROWS >> 2) + count));
	return count;
}

function pass({ indexes, nulls, truths }: WordTruths, rows: Uint32Array, length: number): number {
	const absent = truths.length - 1;
	let count = 0;
	for (let row = 0; row < length; row++) {
		rows[count] = row;
		count += truths[nulls !== null && nulls[row] === 1 ? absent : (indexes[row] as number)] as number;
	}
	return count;
}

function refine({ indexes, nulls, truths }: WordTruths, rows: Uint32Array, before: number): number {
	const absent = truths.length - 1;
	let count = 0;
	for (let at = 0; at < before; at++) {
		const row = rows[at] as number;
		rows[count] = row;
		count += truths[nulls !== null && nulls[row] === 1 ? absent : (indexes[row] as number)] as number;
	}
	return count;
}
