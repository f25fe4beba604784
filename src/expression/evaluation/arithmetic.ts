import { nullVector } from '../../data/gather.ts';
import { float64Vector, int32Vector, type Vector } from '../../data/vector.ts';
import type { CallInfo } from '../functions/definition.ts';
import { evaluateExact } from './exact-arithmetic.ts';
import type { Frame } from './frame.ts';
import { isNullConstant, maskOf, type Operand, unitedNulls } from './operand.ts';

export type Arithmetic = 'add' | 'subtract' | 'multiply' | 'divide' | 'div' | 'mod';

/**
 * a ∘ b over columns, both already of one kind. A result past its type's range fails the row (`overflow`), as does division by
 * zero (`division_by_zero`), of doubles too; infinities and NaN that come in go through.
 */
export function arithmetic(operation: Arithmetic, operands: readonly Operand[], info: CallInfo, frame: Frame): Vector {
	if (operands.some(isNullConstant)) return nullVector(info.result, frame.length);
	const [left, right] = operands as [Operand, Operand];
	const a = left.vector;
	const b = right.vector;
	if (a.layout === 'int32' && b.layout === 'int32') return int32Arithmetic(operation, left, right, info, frame);
	if (a.layout === 'float64' && b.layout === 'float64') return float64Arithmetic(operation, left, right, info, frame);
	return evaluateExact(operation, left, right, info, frame);
}

function int32Arithmetic(operation: Arithmetic, left: Operand, right: Operand, info: CallInfo, frame: Frame): Vector {
	const out = new Int32Array(frame.length);
	const nulls = unitedNulls([left, right], frame.length);
	const a = left.vector.values as Int32Array;
	const b = right.vector.values as Int32Array;
	const maskA = maskOf(left);
	const maskB = maskOf(right);
	const bad: number[] = [];
	// A store that changes the value is an overflow: the exact result is always below 2^62, and no double near it is an int32.
	switch (operation) {
		case 'add':
			for (let row = 0; row < out.length; row++) {
				const result = (a[row & maskA] as number) + (b[row & maskB] as number);
				out[row] = result;
				if (out[row] !== result) bad.push(row);
			}
			break;
		case 'subtract':
			for (let row = 0; row < out.length; row++) {
				const result = (a[row & maskA] as number) - (b[row & maskB] as number);
				out[row] = result;
				if (out[row] !== result) bad.push(row);
			}
			break;
		case 'multiply':
			for (let row = 0; row < out.length; row++) {
				const result = (a[row & maskA] as number) * (b[row & maskB] as number);
				out[row] = result;
				if (out[row] !== result) bad.push(row);
			}
			break;
		default:
			for (let row = 0; row < out.length; row++) {
				const divisor = b[row & maskB] as number;
				const result = operation === 'mod' ? (a[row & maskA] as number) % divisor : Math.trunc((a[row & maskA] as number) / divisor);
				out[row] = result;
				if (out[row] !== result) bad.push(row);
			}
	}
	for (const row of bad) if (nulls === null || nulls[row] === 0) failInteger(operation, a[row & maskA] as number, b[row & maskB] as number, row, frame);
	return int32Vector(info.result, out, nulls);
}

function failInteger(operation: Arithmetic, a: number, b: number, row: number, frame: Frame): void {
	if (b === 0 && (operation === 'mod' || operation === 'div')) frame.fail(row, 'division_by_zero', `${a} ${SIGNS[operation]} 0 is division by zero.`);
	else frame.fail(row, 'overflow', `${a} ${SIGNS[operation]} ${b} does not fit an integer (-2147483648 to 2147483647); cast one side to long.`);
}

export const SIGNS: Readonly<Record<Arithmetic, string>> = { add: '+', subtract: '-', multiply: '*', divide: '/', div: 'div', mod: '%' };

function float64Arithmetic(operation: Arithmetic, left: Operand, right: Operand, info: CallInfo, frame: Frame): Vector {
	const out = new Float64Array(frame.length);
	const nulls = unitedNulls([left, right], frame.length);
	const a = left.vector.values as Float64Array;
	const b = right.vector.values as Float64Array;
	const maskA = maskOf(left);
	const maskB = maskOf(right);
	fillFloat64(operation, out, a, maskA, b, maskB);
	if (info.result.kind === 'float') for (let row = 0; row < out.length; row++) out[row] = Math.fround(out[row] as number);
	for (let row = 0; row < out.length; row++) {
		const result = out[row] as number;
		// Subtracting a value from itself gives 0 for every number, NaN for infinities and NaN.
		if (result - result === 0 || (nulls !== null && nulls[row] === 1)) continue;
		const x = a[row & maskA] as number;
		const y = b[row & maskB] as number;
		if (y === 0 && operation !== 'add' && operation !== 'subtract' && operation !== 'multiply') {
			frame.fail(row, 'division_by_zero', `${x} ${SIGNS[operation]} 0 is division by zero.`);
		} else if (Number.isFinite(x) && Number.isFinite(y)) frame.fail(row, 'overflow', `${x} ${SIGNS[operation]} ${y} does not fit a ${info.result.kind}.`);
	}
	return float64Vector(info.result, out, nulls);
}

function fillFloat64(operation: Arithmetic, out: Float64Array, a: Float64Array, maskA: number, b: Float64Array, maskB: number): void {
	switch (operation) {
		case 'add':
			for (let row = 0; row < out.length; row++) out[row] = (a[row & maskA] as number) + (b[row & maskB] as number);
			break;
		case 'subtract':
			for (let row = 0; row < out.length; row++) out[row] = (a[row & maskA] as number) - (b[row & maskB] as number);
			break;
		case 'multiply':
			for (let row = 0; row < out.length; row++) out[row] = (a[row & maskA] as number) * (b[row & maskB] as number);
			break;
		case 'divide':
			for (let row = 0; row < out.length; row++) out[row] = (a[row & maskA] as number) / (b[row & maskB] as number);
			break;
		case 'div':
			for (let row = 0; row < out.length; row++) out[row] = Math.trunc((a[row & maskA] as number) / (b[row & maskB] as number));
			break;
		case 'mod':
			for (let row = 0; row < out.length; row++) out[row] = (a[row & maskA] as number) % (b[row & maskB] as number);
			break;
	}
}
