import { ESCAPED, MALFORMED, PLAIN } from './signs';

// Columns of texts: as bytes one behind another, and as codes of few distinct ones.

/** Rows without a text, of the last column that was read. */
export let absent: i32 = 0;

/**
 * The texts of a column as bytes, row i up to `ends[i + 1]`; a field of two quotes for one is undoubled. Gives their size, -1 where
 * one is malformed or has a byte above 127. Up to 15 bytes behind the last are written.
 */
export function asciiTexts(base: usize, spans: usize, step: usize, rows: i32, quote: i32, target: usize, ends: usize, nulls: usize): i32 {
	let to = target;
	let seen = i8x16.splat(0);
	let odd: u8 = 0;
	absent = 0;
	store<i32>(ends, 0);
	for (let row: i32 = 0; row < rows; row++, spans += step) {
		const start = load<i32>(spans);
		const flag = start & 3;
		let from = base + (start >> 2);
		const stop = base + load<i32>(spans, 4);
		const isNull = start < 0 || (flag === PLAIN && from === stop);
		store<u8>(nulls + row, <u8>isNull);
		absent += <i32>isNull;
		if (!isNull) {
			if (flag < ESCAPED) {
				const length = stop - from;
				let at: usize = 0;
				for (; at + 16 <= length; at += 16) {
					const piece = v128.load(from + at);
					seen = v128.or(seen, piece);
					v128.store(to + at, piece);
				}
				if (at < length) {
					v128.store(to + at, v128.load(from + at));
					// What is behind the text does not count.
					for (; at < length; at++) odd |= load<u8>(from + at);
				}
				to += length;
			} else {
				if (flag === MALFORMED || quote < 0) return -1;
				while (from < stop) {
					const byte = load<u8>(from++);
					odd |= byte;
					store<u8>(to++, byte);
					// The tokenizer has seen to it that a quote inside is one of two.
					if (byte === quote) from++;
				}
			}
		}
		store<i32>(ends + ((<usize>row) << 2), <i32>(to - target), 4);
	}
	return odd > 127 || i8x16.bitmask(seen) !== 0 ? -1 : <i32>(to - target);
}

/**
 * Codes 0, 1, 2 … of the distinct fields of a column, by their bytes; nulls have -1. `firsts` has the first row of each. Gives how many there
 * are; -1 where there are more than `most`, -2 where one is escaped or malformed. `table` has room for 4 × `slots` bytes, a power of two above `most`.
 */
export function textCodes(base: usize, spans: usize, step: usize, rows: i32, most: i32, table: usize, slots: i32, codes: usize, firsts: usize): i32 {
	memory.fill(table, 0xff, (<usize>slots) << 2);
	const mask = slots - 1;
	const column = spans;
	let count: i32 = 0;
	for (let row: i32 = 0; row < rows; row++, spans += step) {
		const start = load<i32>(spans);
		const flag = start & 3;
		const from = base + (start >> 2);
		const stop = base + load<i32>(spans, 4);
		if (start < 0 || (flag === PLAIN && from === stop)) {
			store<i32>(codes + ((<usize>row) << 2), -1);
			continue;
		}
		if (flag >= ESCAPED) return -2;
		let slot = hashOf(from, stop) & mask;
		let code: i32 = -1;
		while (true) {
			code = load<i32>(table + ((<usize>slot) << 2));
			if (code < 0) {
				if (count === most) return -1;
				code = count++;
				store<i32>(table + ((<usize>slot) << 2), code);
				store<i32>(firsts + ((<usize>code) << 2), row);
				break;
			}
			const other = column + <usize>load<i32>(firsts + ((<usize>code) << 2)) * step;
			const begin = base + (load<i32>(other) >> 2);
			if (isSame(from, stop - from, begin, base + load<i32>(other, 4) - begin)) break;
			slot = (slot + 1) & mask;
		}
		store<i32>(codes + ((<usize>row) << 2), code);
	}
	return count;
}

/** Texts alike in length and bytes. */
function isSame(one: usize, length: usize, other: usize, otherLength: usize): bool {
	if (length !== otherLength) return false;
	let at: usize = 0;
	for (; at + 8 <= length; at += 8) if (load<u64>(one + at) !== load<u64>(other + at)) return false;
	const rest = length - at;
	if (rest === 0) return true;
	return (load<u64>(one + at) ^ load<u64>(other + at)) << ((8 - rest) << 3) === 0;
}

/** Hash of bytes, eight at a time; up to 7 bytes behind them are read. */
function hashOf(from: usize, stop: usize): u32 {
	let hash: u64 = 0x9e37_79b9_7f4a_7c15 ^ <u64>(stop - from);
	for (; from + 8 <= stop; from += 8) hash = mixed(hash ^ load<u64>(from));
	const rest = stop - from;
	if (rest > 0) hash = mixed(hash ^ (load<u64>(from) << ((8 - rest) << 3)));
	return <u32>(hash ^ (hash >> 32));
}

function mixed(bits: u64): u64 {
	bits *= 0xff51_afd7_ed55_8ccd;
	return bits ^ (bits >> 32);
}
