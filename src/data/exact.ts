import type { ExactInteger } from './types.ts';

/** Integers without loss: long (64 bit) and the unscaled value of decimals. */

export const LONG_MIN = -(2n ** 63n);
export const LONG_MAX = 2n ** 63n - 1n;

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The one spelling of a value: a number while it is safe, a bigint past that. */
export function toExact(value: bigint): ExactInteger {
	return value >= -SAFE && value <= SAFE ? Number(value) : value;
}

/** 10^exponent for 0–38. */
export function powerOfTen(exponent: number): bigint {
	return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

const POWERS: readonly bigint[] = Array.from({ length: 39 }, (_, exponent) => 10n ** BigInt(exponent));

const INTEGER = /^[+-]?\d+$/;

/** Digits with an optional sign as a 64-bit integer; undefined where it is none or out of range. */
export function parseLong(text: string): ExactInteger | undefined {
	if (!INTEGER.test(text)) return undefined;
	if (text.length <= 15) return Number(text) + 0;
	// Bounded before BigInt sees it: reading digits is quadratic in their number.
	if (text.length > 40) {
		const short = text.replace(/^([+-]?)0+(?=\d)/, '$1');
		return short.length > 20 ? undefined : parseLong(short);
	}
	const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
	return value < LONG_MIN || value > LONG_MAX ? undefined : toExact(value);
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * A number's text as a decimal's unscaled integer, exactly: undefined where it is no number, has a digit other than zero
 * behind the scale, or has more than `precision` digits.
 */
export function parseDecimal(text: string, precision: number, scale: number): ExactInteger | undefined {
	const parts = DECIMAL.exec(text);
	if (parts === null) return undefined;
	const whole = parts[2] ?? '';
	const fraction = parts[3] ?? '';
	if (whole === '' && fraction === '') return undefined;
	let digits = (whole + fraction).replace(/^0+/, '');
	if (digits === '') return 0;
	const shift = scale - fraction.length + Number(parts[4] ?? 0);
	if (shift < 0) {
		if (!/^0*$/.test(digits.slice(shift))) return undefined;
		digits = digits.slice(0, shift);
	} else {
		if (digits.length + shift > precision) return undefined;
		digits += '0'.repeat(shift);
	}
	if (digits.length > precision) return undefined;
	const value = digits.length <= 15 ? Number(digits) : BigInt(digits);
	if (parts[1] !== '-') return typeof value === 'bigint' ? toExact(value) : value;
	return typeof value === 'bigint' ? toExact(-value) : 0 - value;
}

/** `-1230` at scale 2 is `-12.30`. */
export function formatDecimal(value: ExactInteger, scale: number): string {
	if (scale === 0) return String(value);
	const negative = value < 0;
	const digits = String(negative ? -value : value).padStart(scale + 1, '0');
	return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
