// Numbers and dates as texts, spelled as src/data/text.ts spells them.

/** A number that has no such text. */
export const NONE: i64 = i64.MIN_VALUE;

const ZERO: u8 = 48;
const MINUS: u8 = 45;
const POINT: u8 = 46;
const DAY_MS: i64 = 86_400_000;
/** The first of January 0001 and the last of December 9999, in ms since 1970. */
const FIRST_MS: f64 = -62_135_596_800_000;
const LAST_MS: f64 = 253_402_300_799_999;

/** Up to 20 bytes. */
export function putWhole(value: i64, to: usize): usize {
	if (value < 0) {
		store<u8>(to++, MINUS);
		value = -value;
	}
	return <u64>value < 0x8000_0000 ? putSmall(<u32>value, to) : putLarge(<u64>value, to);
}

/** Digits of a number below 2^31. */
function putSmall(value: u32, to: usize): usize {
	return putDigits(value, digitsOf(value), to);
}

function digitsOf(value: u32): i32 {
	if (value < 100_000) {
		if (value < 100) return value < 10 ? 1 : 2;
		return value < 1000 ? 3 : value < 10_000 ? 4 : 5;
	}
	if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
	return value < 100_000_000 ? 8 : value < 1_000_000_000 ? 9 : 10;
}

/** Digits of a number of at least 2^31: nine of them at once. */
function putLarge(value: u64, to: usize): usize {
	const high = value / 1_000_000_000;
	to = high < 0x8000_0000 ? putSmall(<u32>high, to) : putLarge(high, to);
	return putDigits(<u32>(value - high * 1_000_000_000), 9, to);
}

/** A number in that many digits, zeros in front. */
function putDigits(value: u32, count: i32, to: usize): usize {
	const end = to + <usize>count;
	for (let at = end - 1; at >= to; at--) {
		const next = value / 10;
		store<u8>(at, ZERO + <u8>(value - next * 10));
		value = next;
	}
	return end;
}

/** A number of `scale` digits behind the point, by its unscaled value; up to 40 bytes. */
export function putDecimal(value: i64, scale: i32, to: usize): usize {
	if (scale === 0) return putWhole(value, to);
	if (value < 0) {
		store<u8>(to++, MINUS);
		value = -value;
	}
	let rest = <u64>value;
	// From the last digit on, so that how many there are in front of the point is known at the end.
	let count: usize = 0;
	let left = rest;
	for (; left !== 0; left /= 10) count++;
	const digits = <usize>scale + 1;
	if (count < digits) count = digits;
	const end = to + count + 1;
	const point = end - <usize>scale - 1;
	for (let at = end - 1; at >= to; at--) {
		if (at === point) {
			store<u8>(at, POINT);
			continue;
		}
		const next = rest / 10;
		store<u8>(at, ZERO + <u8>(rest - next * 10));
		rest = next;
	}
	return end;
}

/**
 * A hundred times the double, where its shortest text has at most two digits behind the point: the hundredth of that is the double
 * again, and two decimals of at most 15 digits never mean the same double. Else NONE, for -0 too.
 */
export function hundredths(value: f64): i64 {
	const whole = nearest<f64>(value * 100);
	if (whole / 100 !== value || !(abs<f64>(whole) < 1e15)) return NONE;
	if (whole === 0) return reinterpret<i64>(value) === 0 ? 0 : NONE;
	return <i64>whole;
}

let lastDay: i32 = i32.MIN_VALUE;
let lastYear: u32 = 0;
let lastMonth: u32 = 0;
let lastOfMonth: u32 = 0;

/** `2024-01-31`, of days since 1970 (Hinnant, "chrono-compatible low-level date algorithms"). */
export function putDate(days: i32, to: usize): usize {
	if (days !== lastDay) {
		lastDay = days;
		// From the first of March 0000 on, before which there are no dates.
		const shifted = <u32>(days + 719_468);
		const era = shifted / 146_097;
		const ofEra = shifted - era * 146_097;
		const yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
		const ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
		const month = (5 * ofYear + 2) / 153;
		lastOfMonth = ofYear - (153 * month + 2) / 5 + 1;
		lastMonth = month < 10 ? month + 3 : month - 9;
		lastYear = yearOfEra + era * 400 + (lastMonth <= 2 ? 1 : 0);
	}
	putDigits(lastYear, 4, to);
	store<u8>(to + 4, MINUS);
	putDigits(lastMonth, 2, to + 5);
	store<u8>(to + 7, MINUS);
	return putDigits(lastOfMonth, 2, to + 8);
}

/** Whether `putDatetime` can spell it: whole milliseconds of a year of four digits. */
export function datetimeFits(ms: f64): bool {
	return ms >= FIRST_MS && ms <= LAST_MS && trunc<f64>(ms) === ms;
}

/** `2024-01-31T12:30:00Z`, or with three digits of milliseconds where they are not zero. */
export function putDatetime(ms: i64, to: usize): usize {
	const shifted = ms + 719_468 * DAY_MS;
	const day = shifted / DAY_MS;
	const time = <u32>(shifted - day * DAY_MS);
	const seconds = time / 1000;
	const millis = time - seconds * 1000;
	to = putDate(<i32>day - 719_468, to);
	store<u8>(to, 84);
	const minutes = seconds / 60;
	putDigits(minutes / 60, 2, to + 1);
	store<u8>(to + 3, 58);
	putDigits(minutes % 60, 2, to + 4);
	store<u8>(to + 6, 58);
	to = putDigits(seconds - minutes * 60, 2, to + 7);
	if (millis !== 0) {
		store<u8>(to, POINT);
		to = putDigits(millis, 3, to + 1);
	}
	store<u8>(to, 90);
	return to + 1;
}
