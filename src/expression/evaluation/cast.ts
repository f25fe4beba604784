import { MS_PER_DAY } from '../../data/calendar.ts';
import { expectation, formatValue } from '../../data/text.ts';
import { sameType, typeName } from '../../data/type-names.ts';
import type { DataType, Value } from '../../data/types.ts';
import { float64Vector, safeIntVector, type Vector } from '../../data/vector.ts';
import { excerpt } from '../fault.ts';
import type { Call, CallInfo } from '../functions/definition.ts';
import type { RowErrorClass } from '../ir.ts';
import { type Converter, converter, exactToDouble } from './convert.ts';
import type { Frame } from './frame.ts';
import { column, isNullConstant, type Operand } from './operand.ts';
import { evaluateScalar } from './scalar.ts';

/** Makes the evaluation of a cast. `lenient`: null instead of a failed row. */
export function prepareCast(from: DataType, to: DataType, lenient: boolean): (operand: Operand, frame: Frame) => Operand {
	if (sameType(from, to)) return (operand) => operand;
	const convert = converter(from, to);
	const info: CallInfo = { types: [from], result: to, literals: [] };
	const apply = lenient ? lenientApply(convert) : strictApply(convert, from, to);
	return (operand, frame) => {
		const widened = isNullConstant(operand) ? null : widen(operand.vector, to);
		if (widened !== null) return { vector: widened, constant: operand.constant };
		return column(evaluateScalar(apply, info, [operand], frame));
	};
}

function lenientApply(convert: Converter): (call: Call, value: Value) => Value {
	return (call, value) => convert(value as Exclude<Value, null>, call) ?? null;
}

function strictApply(convert: Converter, from: DataType, to: DataType): (call: Call, value: Value) => Value {
	const cause: RowErrorClass = isNumeric(from) && isNumeric(to) ? 'overflow' : 'invalid_cast';
	return (call, value) => {
		const converted = convert(value as Exclude<Value, null>, call);
		if (converted !== undefined) return converted;
		const shown = formatValue(from, value as Exclude<Value, null>, call.offset(0));
		const quoted = isNumeric(from) ? shown : `'${excerpt(shown)}'`;
		return call.fail(cause, `${quoted} is no ${typeName(to)}: expected ${expectation(to)}.`);
	};
}

export function isNumeric(type: DataType): boolean {
	return type.kind === 'integer' || type.kind === 'long' || type.kind === 'decimal' || type.kind === 'float' || type.kind === 'double';
}

/** Widenings that no value fails, as loops over whole columns; null for every other cast. */
function widen(vector: Vector, to: DataType): Vector | null {
	const { type, nulls } = vector;
	switch (vector.layout) {
		case 'int32':
			if (type.kind === 'date') return to.kind === 'datetime' ? float64Vector(to, multiplied(vector.values, MS_PER_DAY), nulls) : null;
			if (to.kind === 'double') return float64Vector(to, Float64Array.from(vector.values), nulls);
			if (to.kind === 'long') return safeIntVector(to, Float64Array.from(vector.values), nulls);
			// 2^31 · 10^6 is far below 2^53, and has at most 10 digits before the point.
			if (to.kind === 'decimal' && to.scale <= 6 && to.precision - to.scale >= 10) return safeIntVector(to, multiplied(vector.values, 10 ** to.scale), nulls);
			return null;
		case 'safeint':
			if (to.kind === 'double') return float64Vector(to, type.kind === 'decimal' ? divided(vector.values, type.scale) : vector.values, nulls);
			if (to.kind === 'decimal' && type.kind === 'long' && to.scale === 0 && to.precision >= 19) return safeIntVector(to, vector.values, nulls);
			return null;
		case 'bigint': {
			if (to.kind !== 'double') return null;
			const scale = type.kind === 'decimal' ? type.scale : 0;
			return float64Vector(
				to,
				Float64Array.from(vector.values, (value) => exactToDouble(value, scale)),
				nulls,
			);
		}
		case 'float64':
			return type.kind === 'float' && to.kind === 'double' ? float64Vector(to, vector.values, nulls) : null;
		default:
			return null;
	}
}

function multiplied(values: Int32Array, factor: number): Float64Array {
	const out = new Float64Array(values.length);
	for (let row = 0; row < out.length; row++) out[row] = (values[row] as number) * factor;
	return out;
}

function divided(values: Float64Array, scale: number): Float64Array {
	const out = new Float64Array(values.length);
	const divisor = 10 ** scale;
	if (scale <= 22) for (let row = 0; row < out.length; row++) out[row] = (values[row] as number) / divisor;
	else for (let row = 0; row < out.length; row++) out[row] = exactToDouble(values[row] as number, scale);
	return out;
}
