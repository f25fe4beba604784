// Integers packed in bits, as Parquet has indexes and levels.

/** A value this wide, wherever in a byte it begins, lies within four bytes. */
const MOST_IN_FOUR: i32 = 25;
/** Values that begin at the same bit of a byte again. */
const GROUP: i32 = 8;

/**
 * Unpacks `count` integers of `width` bits, at most 32, from bit `bit` behind `from`, and gives the largest, unsigned. Up to 32 bytes
 * behind the last are read.
 */
export function unpack(from: usize, bit: i32, width: i32, count: i32, target: usize): u32 {
	const grouped = width <= MOST_IN_FOUR ? count & -GROUP : 0;
	let most = grouped > 0 ? unpackGroups(from, bit, width, grouped, target) : 0;
	const mask = ((<u64>1) << (<u64>width)) - 1;
	const stop = target + ((<usize>count) << 2);
	const step = <usize>width;
	let at = <usize>bit + <usize>grouped * step;
	for (target += (<usize>grouped) << 2; target < stop; target += 4) {
		const value = <u32>((load<u64>(from + (at >> 3)) >> <u64>(at & 7)) & mask);
		store<u32>(target, value);
		most = max(most, value);
		at += step;
	}
	return most;
}

/**
 * Eight at a time: the bytes of four values are put into four lanes, where a multiplication shifts each value to the top of its
 * lane and one shift brings all of them down.
 */
function unpackGroups(from: usize, bit: i32, width: i32, count: i32, target: usize): u32 {
	const half = bit + width * 4;
	const second = <usize>(half >> 3);
	const bytesA = bytesOf(bit, width);
	const bytesB = bytesOf(half & 7, width);
	const upA = factorsOf(bit, width);
	const upB = factorsOf(half & 7, width);
	const down = 32 - width;
	let largest = i32x4.splat(0);
	const stop = target + ((<usize>count) << 2);
	for (; target < stop; target += GROUP * 4) {
		const a = i32x4.shr_u(i32x4.mul(i8x16.swizzle(v128.load(from), bytesA), upA), down);
		const b = i32x4.shr_u(i32x4.mul(i8x16.swizzle(v128.load(from + second), bytesB), upB), down);
		v128.store(target, a);
		v128.store(target, b, 16);
		largest = i32x4.max_u(largest, i32x4.max_u(a, b));
		from += <usize>width;
	}
	return max(
		max(<u32>i32x4.extract_lane(largest, 0), <u32>i32x4.extract_lane(largest, 1)),
		max(<u32>i32x4.extract_lane(largest, 2), <u32>i32x4.extract_lane(largest, 3)),
	);
}

/** For each of four values the bytes that it lies in, the first beginning at bit `bit`. */
function bytesOf(bit: i32, width: i32): v128 {
	const first = i32x4.splat(0x03_02_01_00);
	let from = i32x4.splat((bit >> 3) * 0x01_01_01_01);
	from = i32x4.replace_lane(from, 1, ((bit + width) >> 3) * 0x01_01_01_01);
	from = i32x4.replace_lane(from, 2, ((bit + width * 2) >> 3) * 0x01_01_01_01);
	from = i32x4.replace_lane(from, 3, ((bit + width * 3) >> 3) * 0x01_01_01_01);
	return i8x16.add(first, from);
}

/** For each of four values what moves it from where it is within four bytes to their upper end. */
function factorsOf(bit: i32, width: i32): v128 {
	const room = 32 - width;
	let factors = i32x4.splat(1 << (room - (bit & 7)));
	factors = i32x4.replace_lane(factors, 1, 1 << (room - ((bit + width) & 7)));
	factors = i32x4.replace_lane(factors, 2, 1 << (room - ((bit + width * 2) & 7)));
	return i32x4.replace_lane(factors, 3, 1 << (room - ((bit + width * 3) & 7)));
}
