// Integers packed in bits, as Parquet has indexes and levels.

/**
 * Unpacks `count` integers of `width` bits, at most 32, from bit `bit` behind `from`, and gives the largest, unsigned. Up to 7 bytes
 * behind the last are read.
 */
export function unpack(from: usize, bit: i32, width: i32, count: i32, target: usize): u32 {
	const mask = ((<u64>1) << (<u64>width)) - 1;
	const stop = target + ((<usize>count) << 2);
	const step = <usize>width;
	let at = <usize>bit;
	let most: u32 = 0;
	for (; target < stop; target += 4) {
		const value = <u32>((load<u64>(from + (at >> 3)) >> <u64>(at & 7)) & mask);
		store<u32>(target, value);
		most = max(most, value);
		at += step;
	}
	return most;
}
