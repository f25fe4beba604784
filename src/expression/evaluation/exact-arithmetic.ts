import { vectorBuilder } from '../../data/builder.ts';
import { formatDecimal, LONG_MAX, LONG_MIN, powerOfTen, toExact } from '../../data/exact.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType } from '../../data/types.ts';
import { safeIntVector, type Vector } from '../../data/vector.ts';
import type { CallInfo } from '../functions/definition.ts';
import { type Arithmetic, SIGNS } from './arithmetic.ts';
import type { Frame } from './frame.ts';
import { maskOf, type Operand, slotsOf, unitedNulls } from './operand.ts';
import { divideRounded } from './rounding.ts';

/**
 * long and decimal. Doubles are exact while every intermediate is a safe integer: the whole column is tried that way first, and
 * done again with bigints when one is not.
 */
export function evaluateExact(operation: Arithmetic, left: Operand, right: Operand, info: CallInfo, frame: Frame): Vector {
	if (operation === 'divide') return evaluateQuotient(left, right, info, frame);
	return evaluateSafe(operation, left, right, info, frame.length) ?? evaluateBig(operation, left, right, info, frame);
}

interface Scales {
	/** What each side is multiplied by first. */
	readonly factorA: number;
	readonly factorB: number;
}

function scaleOf(type: DataType): number {
	return type.kind === 'decimal' ? type.scale : 0;
}

function scales(operation: Arithmetic, left: Operand, right: Operand): Scales {
	if (operation === 'multiply') return { factorA: 0, factorB: 0 };
	const a = scaleOf(left.vector.type);
	const b = scaleOf(right.vector.type);
	return { factorA: Math.max(0, b - a), factorB: Math.max(0, a - b) };
}

function evaluateSafe(operation: Arithmetic, left: Operand, right: Operand, info: CallInfo, length: number): Vector | null {
	if (left.vector.layout !== 'safeint' || right.vector.layout !== 'safeint') return null;
	const { factorA, factorB } = scales(operation, left, right);
	if (factorA > 15 || factorB > 15) return null;
	const a = left.vector.values;
	const b = right.vector.values;
	const maskA = maskOf(left);
	const maskB = maskOf(right);
	const nulls = unitedNulls([left, right], length);
	const timesA = 10 ** factorA;
	const timesB = 10 ** factorB;
	const most = largestSafe(info.result);
	const out = new Float64Array(length);
	for (let row = 0; row < length; row++) {
		const x = (a[row & maskA] as number) * timesA;
		const y = (b[row & maskB] as number) * timesB;
		const result = safeResult(operation, x, y);
		// Written so that NaN, of a division by zero, does not pass.
		const good = result <= most && result >= -most && x <= MAX && x >= -MAX && y <= MAX && y >= -MAX;
		if (!good && (nulls === null || nulls[row] === 0)) return null;
		// Adding 0 makes -0 of it 0.
		out[row] = result + 0;
	}
	return safeIntVector(info.result, out, nulls);
}

const MAX = Number.MAX_SAFE_INTEGER;

function largestSafe(type: DataType): number {
	return type.kind === 'decimal' && type.precision <= 15 ? 10 ** type.precision - 1 : MAX;
}

function safeResult(operation: Arithmetic, x: number, y: number): number {
	switch (operation) {
		case 'add':
			return x + y;
		case 'subtract':
			return x - y;
		case 'multiply':
			return x * y;
		case 'mod':
			return x % y;
		default:
			// The remainder is taken off first: a quotient of two safe integers may round up to the next one.
			return (x - (x % y)) / y;
	}
}

function evaluateBig(operation: Arithmetic, left: Operand, right: Operand, info: CallInfo, frame: Frame): Vector {
	const { factorA, factorB } = scales(operation, left, right);
	const a = slotsOf(left.vector) as ArrayLike<number | bigint>;
	const b = slotsOf(right.vector) as ArrayLike<number | bigint>;
	const maskA = maskOf(left);
	const maskB = maskOf(right);
	const nulls = unitedNulls([left, right], frame.length);
	const builder = vectorBuilder(info.result, frame.length);
	for (let row = 0; row < frame.length; row++) {
		if (nulls !== null && nulls[row] === 1) {
			builder.push(null);
			continue;
		}
		const x = BigInt(a[row & maskA] as number | bigint) * powerOfTen(factorA);
		const y = BigInt(b[row & maskB] as number | bigint) * powerOfTen(factorB);
		const result = bigResult(operation, x, y);
		if (result !== null && inRange(result, info.result)) builder.push(toExact(result));
		else {
			const shown = `${shownAs(a[row & maskA] as number | bigint, left)} ${SIGNS[operation]} ${shownAs(b[row & maskB] as number | bigint, right)}`;
			if (result === null) frame.fail(row, 'division_by_zero', `${shown} is division by zero.`);
			else frame.fail(row, 'overflow', `${shown} does not fit a ${typeName(info.result)}.`);
			builder.push(null);
		}
	}
	return builder.finish();
}

/** Decimals divided at the scale of the result, rounded half away from zero. */
function evaluateQuotient(left: Operand, right: Operand, info: CallInfo, frame: Frame): Vector {
	// a / b = x / y · 10^(sb - sa), and as many digits more as are wanted behind the point.
	const shift = scaleOf(info.result) + scaleOf(right.vector.type) - scaleOf(left.vector.type);
	const a = slotsOf(left.vector) as ArrayLike<number | bigint>;
	const b = slotsOf(right.vector) as ArrayLike<number | bigint>;
	const maskA = maskOf(left);
	const maskB = maskOf(right);
	const nulls = unitedNulls([left, right], frame.length);
	const builder = vectorBuilder(info.result, frame.length);
	for (let row = 0; row < frame.length; row++) {
		const x = a[row & maskA] as number | bigint;
		const y = b[row & maskB] as number | bigint;
		const result = nulls !== null && nulls[row] === 1 ? null : y === 0 ? undefined : quotient(x, y, shift);
		if (result === null || (result !== undefined && inRange(BigInt(result), info.result))) {
			builder.push(result);
			continue;
		}
		const shown = `${shownAs(x, left)} / ${shownAs(y, right)}`;
		if (result === undefined) frame.fail(row, 'division_by_zero', `${shown} is division by zero.`);
		else frame.fail(row, 'overflow', `${shown} does not fit a ${typeName(info.result)}.`);
		builder.push(null);
	}
	return builder.finish();
}

function quotient(x: number | bigint, y: number | bigint, shift: number): number | bigint {
	if (typeof x === 'number' && typeof y === 'number' && shift >= 0 && shift <= 15) {
		const dividend = x * 10 ** shift;
		if (Number.isSafeInteger(dividend)) {
			const remainder = dividend % y;
			const whole = (dividend - remainder) / y;
			return Math.abs(remainder) * 2 >= Math.abs(y) ? whole + Math.sign(dividend) * Math.sign(y) : whole + 0;
		}
	}
	const dividend = BigInt(x) * (shift > 0 ? powerOfTen(shift) : 1n);
	const divisor = BigInt(y) * (shift < 0 ? powerOfTen(-shift) : 1n);
	return toExact(divisor < 0n ? divideRounded(-dividend, -divisor) : divideRounded(dividend, divisor));
}

function bigResult(operation: Arithmetic, x: bigint, y: bigint): bigint | null {
	switch (operation) {
		case 'add':
			return x + y;
		case 'subtract':
			return x - y;
		case 'multiply':
			return x * y;
		case 'mod':
			return y === 0n ? null : x % y;
		default:
			return y === 0n ? null : x / y;
	}
}

/** Whether an unscaled value fits a long or decimal. */
export function inRange(value: bigint, type: DataType): boolean {
	if (type.kind !== 'decimal') return value >= LONG_MIN && value <= LONG_MAX;
	const bound = powerOfTen(type.precision);
	return value < bound && value > -bound;
}

function shownAs(value: number | bigint, { vector: { type } }: Operand): string {
	return type.kind === 'decimal' ? formatDecimal(value, type.scale) : String(value);
}
