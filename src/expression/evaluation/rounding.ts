import { powerOfTen, toExact } from '../../data/exact.ts';
import type { ExactInteger } from '../../data/types.ts';

/** Rounding is half away from zero everywhere, as in most databases: 2.5 → 3, -2.5 → -3. */

export function roundHalfAway(value: number): number {
	// Math.round takes -2.5 to -2; 0.49999999999999994 + 0.5 would be 1.
	const whole = Math.trunc(value);
	return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

/** numerator ÷ divisor (positive), to the nearest integer. */
export function divideRounded(numerator: bigint, divisor: bigint): bigint {
	const quotient = numerator / divisor;
	const remainder = numerator % divisor;
	const twice = remainder < 0n ? -remainder * 2n : remainder * 2n;
	return twice >= divisor ? quotient + (numerator < 0n ? -1n : 1n) : quotient;
}

/** A decimal's unscaled value at another scale, digits that fall away rounded. */
export function rescale(value: ExactInteger, from: number, to: number): ExactInteger {
	if (from === to) return value;
	const shift = Math.abs(to - from);
	if (to > from) {
		const product = typeof value === 'number' && shift <= 15 ? value * 10 ** shift : Number.NaN;
		return Number.isSafeInteger(product) ? product : toExact(BigInt(value) * powerOfTen(shift));
	}
	if (typeof value === 'number' && shift <= 15) {
		const divisor = 10 ** shift;
		const remainder = value % divisor;
		const quotient = (value - remainder) / divisor;
		return Math.abs(remainder) * 2 >= divisor ? quotient + Math.sign(value) : quotient + 0;
	}
	return toExact(divideRounded(BigInt(value), powerOfTen(shift)));
}

const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * A finite double as an unscaled integer at a scale, rounded as its shortest decimal text reads: 1.005 at scale 2 is 101,
 * although the double lies a little below 1.005. Null past 76 digits.
 */
export function unscaled(value: number, scale: number): bigint | null {
	const parts = PARTS.exec(String(value));
	if (parts === null) return null;
	const fraction = parts[3] ?? '';
	const digits = BigInt(`${parts[2]}${fraction}`);
	const shift = scale - fraction.length + Number(parts[4] ?? 0);
	if (shift > 76) return digits === 0n ? 0n : null;
	const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : shift < -40 ? 0n : divideRounded(digits, 10n ** BigInt(-shift));
	return parts[1] === '-' ? -magnitude : magnitude;
}

/** A double rounded to so many digits behind the point (before it where negative), as its shortest text reads. */
export function roundDouble(value: number, digits: number): number {
	if (!Number.isFinite(value) || digits > 330) return value;
	if (digits < -330) return 0;
	if (digits >= 0 && digits <= 15) {
		const scaled = Math.abs(value) * 10 ** digits;
		const half = Math.abs(scaled - Math.floor(scaled) - 0.5);
		// Away from a tie the text need not be asked; the product is off by far less than this.
		if (scaled < 2 ** 50 && half > 1e-3) return (Math.sign(value) * Math.round(scaled)) / 10 ** digits;
		if (scaled >= 2 ** 53) return value;
	}
	const parts = PARTS.exec(String(value));
	if (parts === null) return value;
	const fraction = parts[3] ?? '';
	const shift = digits - fraction.length + Number(parts[4] ?? 0);
	if (shift >= 0) return value;
	const number = BigInt(`${parts[2]}${fraction}`);
	const rounded = -shift > 400 ? 0n : divideRounded(number, 10n ** BigInt(-shift));
	return Number(`${parts[1]}${rounded}e${-digits}`);
}
