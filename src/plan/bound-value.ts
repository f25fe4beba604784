import { formatValue, parseValue } from '../data/text.ts';
import type { DataType, Value } from '../data/types.ts';
import type { QueryParameter } from './endpoints.ts';

/**
 * A value as plans keep it: numbers that JSON holds exactly and booleans as they are, everything else as the text of its type.
 * Infinities and NaN are text too: JSON has none.
 */
export function boundValue(type: DataType, value: Value, offsetMinutes = 0): QueryParameter {
	if (value === null || typeof value === 'boolean') return { type, value };
	const plain = type.kind === 'integer' || type.kind === 'float' || type.kind === 'double';
	if (plain && typeof value === 'number' && Number.isFinite(value)) return { type, value };
	return { type, value: formatValue(type, value, offsetMinutes) };
}

/** The value again; inverse of `boundValue`. */
export function unbound(bound: QueryParameter): Value {
	if (typeof bound.value !== 'string') return bound.value;
	return parseValue(bound.type, bound.value) ?? null;
}

/** The text of a bound value as it stands in a header, a query or a message; empty for null. */
export function textOf(bound: QueryParameter): string {
	return bound.value === null ? '' : String(bound.value);
}
