import { formatValue, parseValue } from './text.ts';
import { sameType } from './type-names.ts';
import type { DataType, ExactInteger, TypeKind, Value } from './types.ts';

/**
 * Whether values of one type may be written into a column of another: `always`, `checked` (each value is looked at; one that
 * does not fit is a rejected row), or `never` (the package is wrong: cast explicitly). Nothing here rounds or cuts.
 */
export type Fit = 'always' | 'checked' | 'never';

const WHOLE: ReadonlySet<TypeKind> = new Set(['integer', 'long']);

export function columnFit(from: DataType, to: DataType): Fit {
	if (sameType(from, to) || to.kind === 'string') return 'always';
	if (from.kind === 'integer' && (to.kind === 'long' || to.kind === 'double')) return 'always';
	if (from.kind === 'float' && to.kind === 'double') return 'always';
	if (from.kind === 'date' && to.kind === 'datetime') return 'always';
	if (from.kind === 'decimal' && to.kind === 'decimal') {
		return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale ? 'always' : 'checked';
	}
	if (WHOLE.has(from.kind) && to.kind === 'decimal') return to.precision - to.scale >= (from.kind === 'integer' ? 10 : 19) ? 'always' : 'checked';
	const numeric = WHOLE.has(from.kind) || from.kind === 'decimal';
	if (numeric && (WHOLE.has(to.kind) || to.kind === 'double' || to.kind === 'float')) return 'checked';
	return 'never';
}

/** Carries a value over, exactly; undefined where the column's type has no such value. Only for types that fit. */
export function carryValue(from: DataType, to: DataType, value: Exclude<Value, null>): Exclude<Value, null> | undefined {
	if (sameType(from, to)) return value;
	switch (to.kind) {
		case 'string':
			return formatValue(from, value);
		case 'datetime':
			return (value as number) * 86_400_000;
		case 'double':
		case 'float':
			return carryToFloat(from, to, value);
		default:
			return parseValue(to, from.kind === 'decimal' ? formatValue(from, value) : String(value));
	}
}

/**
 * A whole number must be the very number the float is; a decimal must be what the float's shortest digits say, for no float is
 * exactly 0.1 and everybody reads it so.
 */
function carryToFloat(from: DataType, to: DataType, value: Exclude<Value, null>): number | undefined {
	const rounded = (double: number) => (to.kind === 'float' ? Math.fround(double) : double);
	if (from.kind === 'decimal') {
		const double = rounded(Number(formatValue(from, value)));
		return parseValue(from, formatValue(to, double)) === value ? double : undefined;
	}
	const double = rounded(Number(value));
	if (from.kind === 'float') return double;
	return BigInt(double) === BigInt(value as ExactInteger) ? double : undefined;
}
