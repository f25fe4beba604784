import { CR, LF } from './signs';
import { datetimeFits, hundredths, NONE, putDate, putDatetime, putDecimal, putWhole } from './spelled';

// Rows of delimited text, written from columns; see src/data/codecs/delimited/kernel-rows.ts, which says what stands in a column's record.

const TEXT: i32 = 0;
const FIELDS: i32 = 1;
const WORDS: i32 = 2;
const INTEGER: i32 = 3;
const SAFEINT: i32 = 4;
const DECIMAL: i32 = 5;
const DOUBLE: i32 = 6;
const DATE: i32 = 7;
const DATETIME: i32 = 8;
// 9: booleans

/** Bytes of a column's record. */
const RECORD: usize = 32;
const NULLS: usize = 4;
const VALUES: usize = 8;
/** TEXT, FIELDS, WORDS: row or word i is from `values + ends[i]` up to `values + ends[i + 1]`. */
const ENDS: usize = 12;
/** WORDS: the word of each row. DECIMAL: digits behind the point. */
const INDEXES: usize = 16;
/** DOUBLE, DATETIME: the rows whose texts are given, in order, and behind them one that there is not; their texts, as those of FIELDS. */
const GIVEN: usize = 20;
const GIVEN_VALUES: usize = 24;
const GIVEN_ENDS: usize = 28;

/** The row that `writeRows` came to. */
export let reached: i32 = 0;

/**
 * Writes rows `row` up to `rows` of the columns whose records are at `columns`, and gives where the last one ends; none is begun that may
 * need more than `most` bytes and would not fit below `limit`. `signs`: delimiter, quote, and one or two signs of a line end, lowest
 * first. Texts are quoted where they have one of them or a line end in them, or nothing at all. Up to 15 bytes behind a text are read and written.
 */
export function writeRows(columns: usize, width: i32, row: i32, rows: i32, to: usize, limit: usize, most: usize, signs: u32): usize {
	const delimiter = <u8>signs;
	const quote = <u8>(signs >> 8);
	const lineEnd = <u16>(signs >> 16);
	const lineBytes: usize = lineEnd > 0xff ? 2 : 1;
	const last = columns + <usize>width * RECORD;
	for (; row < rows && to + most <= limit; row++) {
		for (let column = columns; column < last; column += RECORD) {
			if (column !== columns) store<u8>(to++, delimiter);
			const nulls = load<usize>(column, NULLS);
			if (nulls !== 0 && load<u8>(nulls + row) !== 0) continue;
			const values = load<usize>(column, VALUES);
			switch (load<i32>(column)) {
				case TEXT: {
					const ends = load<usize>(column, ENDS) + ((<usize>row) << 2);
					to = putText(values + load<i32>(ends), values + load<i32>(ends, 4), to, delimiter, quote);
					break;
				}
				case FIELDS:
					to = putField(values, load<usize>(column, ENDS), row, to);
					break;
				case WORDS:
					to = putField(values, load<usize>(column, ENDS), load<i32>(load<usize>(column, INDEXES) + ((<usize>row) << 2)), to);
					break;
				case INTEGER:
					to = putWhole(<i64>load<i32>(values + ((<usize>row) << 2)), to);
					break;
				case SAFEINT:
					to = putWhole(<i64>load<f64>(values + ((<usize>row) << 3)), to);
					break;
				case DECIMAL:
					to = putDecimal(<i64>load<f64>(values + ((<usize>row) << 3)), load<i32>(column, INDEXES), to);
					break;
				case DOUBLE:
					if (load<i32>(load<usize>(column, GIVEN)) === row) to = putGiven(column, to);
					else to = putHundredths(hundredths(load<f64>(values + ((<usize>row) << 3))), to);
					break;
				case DATE:
					to = putDate(load<i32>(values + ((<usize>row) << 2)), to);
					break;
				case DATETIME:
					if (load<i32>(load<usize>(column, GIVEN)) === row) to = putGiven(column, to);
					else to = putDatetime(<i64>load<f64>(values + ((<usize>row) << 3)), to);
					break;
				default:
					// "true" and "fals", "e"
					if (load<u8>(values + row) !== 0) {
						store<u32>(to, 0x6575_7274);
						to += 4;
					} else {
						store<u32>(to, 0x736c_6166);
						store<u8>(to + 4, 101);
						to += 5;
					}
			}
		}
		store<u16>(to, lineEnd);
		to += lineBytes;
	}
	reached = row;
	return to;
}

/** Puts the rows whose double, or datetime, has to be given as a text at `rows`, and gives how many they are. Nulls are none of them. */
export function unspelled(values: usize, nulls: usize, count: i32, isDatetime: bool, rows: usize): i32 {
	let to = rows;
	for (let row: i32 = 0; row < count; row++) {
		if (nulls !== 0 && load<u8>(nulls + row) !== 0) continue;
		const value = load<f64>(values + ((<usize>row) << 3));
		if (isDatetime ? datetimeFits(value) : hundredths(value) !== NONE) continue;
		store<i32>(to, row);
		to += 4;
	}
	return <i32>((to - rows) >> 2);
}

/** Bytes of the longest of `count` texts. */
export function longest(ends: usize, count: i32): i32 {
	let most: i32 = 0;
	let before = load<i32>(ends);
	for (let at = ends + 4, stop = ends + ((<usize>count) << 2); at <= stop; at += 4) {
		const end = load<i32>(at);
		if (end - before > most) most = end - before;
		before = end;
	}
	return most;
}

function putHundredths(value: i64, to: usize): usize {
	if (value % 100 === 0) return putWhole(value / 100, to);
	const end = putDecimal(value, 2, to);
	return load<u8>(end - 1) === 48 ? end - 1 : end;
}

function putGiven(column: usize, to: usize): usize {
	const ends = load<usize>(column, GIVEN_ENDS);
	store<usize>(column, load<usize>(column, GIVEN) + 4, GIVEN);
	store<usize>(column, ends + 4, GIVEN_ENDS);
	return putField(load<usize>(column, GIVEN_VALUES), ends, 0, to);
}

/** Bytes as they are. */
function putField(values: usize, ends: usize, index: i32, to: usize): usize {
	ends += (<usize>index) << 2;
	const begin = load<i32>(ends);
	const length = <usize>(load<i32>(ends, 4) - begin);
	for (let from = values + begin, at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at));
	return to + length;
}

function putText(from: usize, stop: usize, to: usize, delimiter: u8, quote: u8): usize {
	const length = stop - from;
	let isSpecial = length === 0;
	for (let at: usize = 0; at < length; at += 16) {
		const piece = v128.load(from + at);
		v128.store(to + at, piece);
		const ends = v128.or(i8x16.eq(piece, i8x16.splat(LF)), i8x16.eq(piece, i8x16.splat(CR)));
		const own = v128.or(i8x16.eq(piece, i8x16.splat(delimiter)), i8x16.eq(piece, i8x16.splat(quote)));
		let mask = i8x16.bitmask(v128.or(ends, own));
		if (length - at < 16) mask &= (1 << (<i32>(length - at))) - 1;
		if (mask !== 0) {
			isSpecial = true;
			break;
		}
	}
	if (!isSpecial) return to + length;
	store<u8>(to++, quote);
	while (from < stop) {
		const byte = load<u8>(from++);
		if (byte === quote) store<u8>(to++, quote);
		store<u8>(to++, byte);
	}
	store<u8>(to++, quote);
	return to;
}
