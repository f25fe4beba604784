import { ESCAPED } from './signs';

// Columns of numbers and dates out of the bytes of fields: the usual spellings, as src/data/codecs/delimited/number-readers.ts has
// them. Each function gives how many rows it could not read, whose indexes are in `misses`; `nulls` has a byte a row.

const ZERO: i32 = 48;
const MINUS: i32 = 45;
const POINT: i32 = 46;
const MS_PER_DAY: i64 = 86_400_000;
/** No number of the column: longer than 15 digits would not be exact. */
const NONE: i64 = i64.MIN_VALUE;

/** 1, 10, 100 … 10^15. */
const POWERS = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);

/** Rows without a value, of the last column that was read. */
export let empty: i32 = 0;

/** Digits behind the point of the number last read by `digits`; -1 where it has no point. */
let fraction: i32 = -1;
let negative: bool = false;

/** Up to 15 digits with or without a point, at least one in front of it, as a whole number; NONE for anything else. */
function digits(from: usize, stop: usize): i64 {
	let at = from;
	negative = load<u8>(at) === MINUS;
	if (negative) at++;
	const first = at;
	fraction = -1;
	if (stop - at > 16 || at === stop) return NONE;
	let value: i64 = 0;
	for (; at < stop; at++) {
		const byte = <i32>load<u8>(at);
		const digit = byte - ZERO;
		if (<u32>digit <= 9) value = value * 10 + digit;
		else if (byte === POINT && fraction < 0 && at > first) fraction = <i32>(stop - at) - 1;
		else return NONE;
	}
	const count = <i32>(stop - first) - (fraction < 0 ? 0 : 1);
	return count > 15 ? NONE : value;
}

/** `integer` as 32-bit numbers of up to 9 digits; `wide`: `long` as doubles of up to 15. */
export function wholes(base: usize, spans: usize, step: usize, rows: i32, wide: bool, values: usize, nulls: usize, misses: usize): i32 {
	let missed: i32 = 0;
	empty = 0;
	const most: usize = wide ? 15 : 9;
	for (let row: i32 = 0; row < rows; row++, spans += step) {
		const start = load<i32>(spans);
		const stop = load<i32>(spans, 4);
		const isNull = start < 0 || start >> 2 === stop;
		store<u8>(nulls + row, <u8>isNull);
		empty += <i32>isNull;
		let value: i64 = 0;
		if (!isNull) {
			const from = base + (start >> 2);
			value = (start & 3) < ESCAPED ? digits(from, base + stop) : NONE;
			if (value === NONE || fraction >= 0 || base + stop - from - <usize>negative > most) {
				store<i32>(misses + ((<usize>missed) << 2), row);
				missed++;
				value = 0;
			} else if (negative) value = -value;
		}
		if (wide) store<f64>(values + ((<usize>row) << 3), <f64>value);
		else store<i32>(values + ((<usize>row) << 2), <i32>value);
	}
	return missed;
}

/** `double`, and `float` where `narrow`. Digits and the power of ten are exact, so their quotient is rounded once (Clinger 1990). */
export function doubles(base: usize, spans: usize, step: usize, rows: i32, narrow: bool, values: usize, nulls: usize, misses: usize): i32 {
	let missed: i32 = 0;
	empty = 0;
	for (let row: i32 = 0; row < rows; row++, spans += step) {
		const start = load<i32>(spans);
		const stop = load<i32>(spans, 4);
		const isNull = start < 0 || start >> 2 === stop;
		store<u8>(nulls + row, <u8>isNull);
		empty += <i32>isNull;
		let value: f64 = 0;
		if (!isNull) {
			const whole = (start & 3) < ESCAPED ? digits(base + (start >> 2), base + stop) : NONE;
			if (whole === NONE || fraction === 0) {
				store<i32>(misses + ((<usize>missed) << 2), row);
				missed++;
			} else {
				value = <f64>whole;
				if (fraction > 0) value /= load<f64>(POWERS + ((<usize>fraction) << 3));
				if (negative) value = -value;
				if (narrow) value = <f64>(<f32>value);
			}
		}
		store<f64>(values + ((<usize>row) << 3), value);
	}
	return missed;
}

/** `decimal` by its unscaled value, of up to 15 digits. */
export function decimals(base: usize, spans: usize, step: usize, rows: i32, precision: i32, scale: i32, values: usize, nulls: usize, misses: usize): i32 {
	let missed: i32 = 0;
	empty = 0;
	const whole = (precision < 15 ? precision : 15) - scale;
	for (let row: i32 = 0; row < rows; row++, spans += step) {
		const start = load<i32>(spans);
		const stop = load<i32>(spans, 4);
		const isNull = start < 0 || start >> 2 === stop;
		store<u8>(nulls + row, <u8>isNull);
		empty += <i32>isNull;
		let value: f64 = 0;
		if (!isNull) {
			const from = base + (start >> 2);
			const read = (start & 3) < ESCAPED ? digits(from, base + stop) : NONE;
			const behind = fraction < 0 ? 0 : fraction;
			const before = <i32>(base + stop - from) - <i32>negative - (fraction < 0 ? 0 : fraction + 1);
			if (read === NONE || before > whole || behind > scale) {
				store<i32>(misses + ((<usize>missed) << 2), row);
				missed++;
			} else {
				value = <f64>read * load<f64>(POWERS + ((<usize>(scale - behind)) << 3));
				if (negative) value = 0 - value;
			}
		}
		store<f64>(values + ((<usize>row) << 3), value);
	}
	return missed;
}

/** `2024-01-31` as days since 1970 */
export function dates(base: usize, spans: usize, step: usize, rows: i32, values: usize, nulls: usize, misses: usize): i32 {
	let missed: i32 = 0;
	empty = 0;
	for (let row: i32 = 0; row < rows; row++, spans += step) {
		const start = load<i32>(spans);
		const stop = load<i32>(spans, 4);
		const isNull = start < 0 || start >> 2 === stop;
		store<u8>(nulls + row, <u8>isNull);
		empty += <i32>isNull;
		let value: i32 = 0;
		if (!isNull) {
			value = (start & 3) < ESCAPED && stop - (start >> 2) === 10 ? dateAt(base + (start >> 2)) : NO_DATE;
			if (value === NO_DATE) {
				store<i32>(misses + ((<usize>missed) << 2), row);
				missed++;
				value = 0;
			}
		}
		store<i32>(values + ((<usize>row) << 2), value);
	}
	return missed;
}

/** `2024-01-31T12:30:00`, blank or T, with or without milliseconds and Z, as ms since 1970 */
export function datetimes(base: usize, spans: usize, step: usize, rows: i32, values: usize, nulls: usize, misses: usize): i32 {
	let missed: i32 = 0;
	empty = 0;
	for (let row: i32 = 0; row < rows; row++, spans += step) {
		const start = load<i32>(spans);
		const stop = load<i32>(spans, 4);
		const isNull = start < 0 || start >> 2 === stop;
		store<u8>(nulls + row, <u8>isNull);
		empty += <i32>isNull;
		let value: i64 = 0;
		if (!isNull) {
			value = (start & 3) < ESCAPED ? datetimeAt(base + (start >> 2), base + stop) : NONE;
			if (value === NONE) {
				store<i32>(misses + ((<usize>missed) << 2), row);
				missed++;
				value = 0;
			}
		}
		store<f64>(values + ((<usize>row) << 3), <f64>value);
	}
	return missed;
}

const NO_DATE: i32 = i32.MIN_VALUE;

/** Two digits; far above 99 where they are none. */
function two(at: usize): i32 {
	const tens = <u32>load<u8>(at) - ZERO;
	const ones = <u32>load<u8>(at, 1) - ZERO;
	return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100_000;
}

let lastYearMonth: i32 = -1;
let lastFirstDay: i32 = 0;
let lastLength: i32 = 0;

/** Dates of a column are mostly near each other, so the month is kept. */
function dateAt(at: usize): i32 {
	const year = two(at) * 100 + two(at + 2);
	const month = two(at + 5);
	const day = two(at + 8);
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || load<u8>(at, 4) !== 45 || load<u8>(at, 7) !== 45) return NO_DATE;
	const yearMonth = year * 12 + month;
	if (yearMonth !== lastYearMonth) {
		lastYearMonth = yearMonth;
		lastFirstDay = firstDayOf(year, month);
		lastLength = firstDayOf(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1) - lastFirstDay;
	}
	return day <= lastLength ? lastFirstDay + day - 1 : NO_DATE;
}

/** Days since 1970 of a month's first, years counted from March so that a leap day is the last (Hinnant, "chrono-compatible low-level date algorithms"). */
function firstDayOf(year: i32, month: i32): i32 {
	const y = month <= 2 ? year - 1 : year;
	const era = y / 400;
	const ofEra = y - era * 400;
	const ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
	return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
}

function datetimeAt(from: usize, stop: usize): i64 {
	const end = load<u8>(stop - 1) === 90 ? stop - 1 : stop;
	const length = end - from;
	if (length !== 19 && length !== 23) return NONE;
	const days = dateAt(from);
	const between = load<u8>(from, 10);
	if (days === NO_DATE || (between !== 84 && between !== 32) || load<u8>(from, 13) !== 58 || load<u8>(from, 16) !== 58) return NONE;
	const hour = two(from + 11);
	const minute = two(from + 14);
	const second = two(from + 17);
	if (hour >= 24 || minute >= 60 || second >= 60) return NONE;
	const ms = <i64>days * MS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000;
	if (length === 19) return ms;
	const tenth = <u32>load<u8>(from, 20) - ZERO;
	const rest = two(from + 21);
	return load<u8>(from, 19) === POINT && tenth <= 9 && rest < 100 ? ms + <i64>(<i32>tenth * 100 + rest) : NONE;
}
