import type { KeyBits } from './key-bits.ts';

/** 2,048 places to write to at once stay within the processor's nearest memory; 65,536 took twice as long. */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const MASK = DIGITS - 1;

/**
 * Sorts row numbers by their bits, stable and in place: least significant digit first, passes in which all digits agree left
 * out. Four times as fast as a comparing sort from some thousand rows on. What every pass has to count is counted in one.
 */
export function radixOrder({ high, low }: KeyBits, rows: Int32Array): void {
	const { length } = rows;
	if (length < 2) return;
	const counts = new Int32Array(DIGITS * 6);
	for (let i = 0; i < length; i++) {
		const row = rows[i] as number;
		const a = low[row] as number;
		const b = high[row] as number;
		count(counts, a & MASK);
		count(counts, DIGITS + ((a >>> DIGIT_BITS) & MASK));
		count(counts, DIGITS * 2 + (a >>> (DIGIT_BITS * 2)));
		count(counts, DIGITS * 3 + (b & MASK));
		count(counts, DIGITS * 4 + ((b >>> DIGIT_BITS) & MASK));
		count(counts, DIGITS * 5 + (b >>> (DIGIT_BITS * 2)));
	}
	let order: Int32Array = rows;
	let spare: Int32Array | null = null;
	for (let pass = 0; pass < 6; pass++) {
		const keys = pass < 3 ? low : high;
		const shift = (pass % 3) * DIGIT_BITS;
		const places = counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
		if (places[((keys[order[0] as number] as number) >>> shift) & MASK] === length) continue;
		let sum = 0;
		for (let digit = 0; digit < DIGITS; digit++) {
			const many = places[digit] as number;
			places[digit] = sum;
			sum += many;
		}
		spare ??= new Int32Array(length);
		for (let i = 0; i < length; i++) {
			const row = order[i] as number;
			const digit = ((keys[row] as number) >>> shift) & MASK;
			const to = places[digit] as number;
			places[digit] = to + 1;
			spare[to] = row;
		}
		[order, spare] = [spare, order];
	}
	if (order !== rows) rows.set(order);
}

function count(counts: Int32Array, at: number): void {
	counts[at] = (counts[at] as number) + 1;
}
