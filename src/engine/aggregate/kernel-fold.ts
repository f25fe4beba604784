import { Coded } from '../../data/coded.ts';
import { type Kernel, kernel, MOST_INDEXES, PLACES } from '../../data/kernel/kernel.ts';
import type { Vector } from '../../data/vector.ts';

/** Fewer rows are not worth the way into the kernel, nor are more groups or words than rows. */
const WORTH_A_CALL = 64;
const MOST_WORDS = 8192;
const MOST_GROUPS = 4096;
/** Where the kernel finds what a fold is about. */
const IDS = PLACES.texts;
const INDEXES = IDS + MOST_INDEXES * 4;
const PICKED = INDEXES + MOST_INDEXES * 4;
const NULLS = PICKED + MOST_INDEXES * 4;
const NUMBERS = NULLS + MOST_INDEXES;
const HELD = NUMBERS + MOST_INDEXES * 8;

/** Where in the kernel a column is: 0 for what it has not. */
interface Placed {
	readonly indexes: number;
	readonly picked: number;
	readonly nulls: number;
}

/**
 * Adds the whole numbers of a column, none past 2^53, to what is held for the groups `ids`: of each group the sum, and behind it how
 * many they are. Gives how many rows it did: none where there is no kernel or it is not worth it, and not those from one on whose sum
 * would pass 2^53. The caller does the rest.
 */
export function addWholes(ids: Int32Array, column: Vector, rows: number, held: Float64Array): number {
	const own = kernel();
	const placed = own === null ? null : place(own, ids, column, rows, held.length / 2);
	if (own === null || placed === null) return 0;
	own.doubles.set(held, HELD >> 3);
	const done = own.exports.addWholes(IDS, NUMBERS, placed.indexes, placed.picked, placed.nulls, rows, HELD);
	held.set(own.doubles.subarray(HELD >> 3, (HELD >> 3) + held.length));
	return done;
}

/** Counts rows that are not null, group by group. False where the caller has to. */
export function addOnes(ids: Int32Array, nulls: Uint8Array | null, rows: number, counts: Float64Array): boolean {
	const own = kernel();
	if (own === null || !isWorthIt(rows, counts.length)) return false;
	placeRows(own, ids, nulls, rows);
	own.doubles.set(counts, HELD >> 3);
	own.exports.addOnes(IDS, nulls === null ? 0 : NULLS, rows, HELD);
	counts.set(own.doubles.subarray(HELD >> 3, (HELD >> 3) + counts.length));
	return true;
}

/** Puts the largest number of a column (or the smallest) and of what is held into `best`, group by group. False where the caller has to. */
export function takeExtremes(ids: Int32Array, column: Vector, rows: number, best: Float64Array, largest: boolean): boolean {
	const own = kernel();
	const placed = own === null ? null : place(own, ids, column, rows, best.length);
	if (own === null || placed === null) return false;
	own.doubles.set(best, HELD >> 3);
	own.exports.extremes(IDS, NUMBERS, placed.indexes, placed.picked, placed.nulls, rows, HELD, largest);
	best.set(own.doubles.subarray(HELD >> 3, (HELD >> 3) + best.length));
	return true;
}

/** Copies ids and column into the kernel; null where that is not worth it. */
function place(own: Kernel, ids: Int32Array, column: Vector, rows: number, groups: number): Placed | null {
	if (!isWorthIt(rows, groups)) return null;
	const { ints, doubles } = own;
	const { nulls } = column;
	let indexes: Int32Array | null = null;
	let picked: Uint32Array | null = null;
	if (column instanceof Coded) {
		const { words, picked: from } = column as Coded;
		const { values } = words;
		indexes = from === null ? (column as Coded).indexes : from.indexes;
		picked = from?.rows ?? null;
		if (words.length > Math.min(rows, MOST_WORDS) || indexes.length > MOST_INDEXES || !(values instanceof Float64Array)) return null;
		doubles.set(values, NUMBERS >> 3);
		ints.set(indexes, INDEXES >> 2);
		if (picked !== null) ints.set(picked.subarray(0, rows), PICKED >> 2);
	} else if (column.layout === 'safeint') doubles.set(column.values.subarray(0, rows), NUMBERS >> 3);
	else return null;
	placeRows(own, ids, nulls, rows);
	return { indexes: indexes === null ? 0 : INDEXES, picked: picked === null ? 0 : PICKED, nulls: nulls === null ? 0 : NULLS };
}

function isWorthIt(rows: number, groups: number): boolean {
	return rows >= WORTH_A_CALL && rows <= MOST_INDEXES && groups <= Math.min(rows, MOST_GROUPS);
}

function placeRows({ bytes, ints }: Kernel, ids: Int32Array, nulls: Uint8Array | null, rows: number): void {
	ints.set(ids.subarray(0, rows), IDS >> 2);
	if (nulls !== null) bytes.set(nulls.subarray(0, rows), NULLS);
}
