// What scanners share: the flags of a field's span, as src/data/codecs/delimited/block.ts has them.

export const PLAIN: i32 = 0;
export const QUOTED: i32 = 1;
export const ESCAPED: i32 = 2;
export const MALFORMED: i32 = 3;

export const LF: u8 = 10;
export const CR: u8 = 13;

/** One bit for each of 64 bytes from `at`: set where the byte is the sign. */
export function maskOf(at: usize, sign: v128): u64 {
	const a = <u64>i8x16.bitmask(i8x16.eq(v128.load(at), sign));
	const b = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 16), sign));
	const c = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 32), sign));
	const d = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 48), sign));
	return a | (b << 16) | (c << 32) | (d << 48);
}

/** As `maskOf`, of two signs. */
export function maskOfTwo(at: usize, one: v128, other: v128): u64 {
	const a = <u64>either(v128.load(at), one, other);
	const b = <u64>either(v128.load(at, 16), one, other);
	const c = <u64>either(v128.load(at, 32), one, other);
	const d = <u64>either(v128.load(at, 48), one, other);
	return a | (b << 16) | (c << 32) | (d << 48);
}

function either(bytes: v128, one: v128, other: v128): i32 {
	return i8x16.bitmask(v128.or(i8x16.eq(bytes, one), i8x16.eq(bytes, other)));
}

/** Bit i is the parity of bits 0 … i. */
export function parity(bits: u64): u64 {
	bits ^= bits << 1;
	bits ^= bits << 2;
	bits ^= bits << 4;
	bits ^= bits << 8;
	bits ^= bits << 16;
	return bits ^ (bits << 32);
}
