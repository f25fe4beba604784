import { isNull, offsetAt, valueAt } from './access.ts';
import { type VectorBuilder, vectorBuilder } from './builder.ts';
import { MS_PER_DAY } from './calendar.ts';
import { dateFormat } from './date-format.ts';
import { formatValue, parseDatetime, parseValue } from './text.ts';
import { sameType } from './type-names.ts';
import type { DataType, Value } from './types.ts';
import { float64Vector, safeIntVector, type Vector } from './vector.ts';

/**
 * A column as another type, without loss: every value whose text is one of that type is it (`12.0` is an integer, `12.5` is not).
 * `fail` is told each row that has none; it is null. `format`: how texts spell dates, null for ISO 8601.
 */
export function coerceVector(vector: Vector, type: DataType, format: string | null, fail: (row: number) => void): Vector {
	if (sameType(vector.type, type)) return vector;
	const widened = widen(vector, type);
	if (widened !== null) return widened;
	const builder = vectorBuilder(type, vector.length);
	for (let row = 0; row < vector.length; row++) {
		if (isNull(vector, row)) builder.push(null);
		else if (!pushCoerced(builder, vector, row, format)) {
			builder.push(null);
			fail(row);
		}
	}
	return builder.finish();
}

/** Types whose numbers are the other's as they are. */
function widen(vector: Vector, { kind }: DataType): Vector | null {
	const from = vector.type.kind;
	if (vector.layout === 'int32' && from === 'integer' && kind === 'long') return safeIntVector({ kind }, Float64Array.from(vector.values), vector.nulls);
	if (vector.layout === 'int32' && from === 'integer' && kind === 'double') return float64Vector({ kind }, Float64Array.from(vector.values), vector.nulls);
	if (vector.layout === 'float64' && from === 'float' && kind === 'double') return float64Vector({ kind }, vector.values, vector.nulls);
	return null;
}

function pushCoerced(builder: VectorBuilder, vector: Vector, row: number, format: string | null): boolean {
	const { type } = builder;
	const from = vector.type;
	const value = valueAt(vector, row) as Exclude<Value, null>;
	if (format !== null && from.kind === 'string' && (type.kind === 'date' || type.kind === 'datetime')) {
		const parsed = dateFormat(format).parse(String(value).trim());
		if (parsed === undefined) return false;
		if (type.kind === 'date') builder.push(parsed.day);
		else builder.push(parsed.ms, parsed.offset);
		return true;
	}
	if (from.kind === 'date' && type.kind === 'datetime') {
		builder.push((value as number) * MS_PER_DAY);
		return true;
	}
	const text = formatValue(from, value, offsetAt(vector, row));
	if (type.kind === 'datetime') {
		const parsed = parseDatetime(text);
		if (parsed === undefined) return false;
		builder.push(parsed.ms, parsed.offset);
		return true;
	}
	const coerced = type.kind === 'json' ? asJson(from, text) : parseValue(type, plain(from, type, text));
	if (coerced === undefined) return false;
	builder.push(coerced);
	return true;
}

/** `12.00` is a whole number, `2024-01-31T00:00:00Z` a date; anything more would be lost. */
function plain(from: DataType, to: DataType, text: string): string {
	if (from.kind === 'datetime' && to.kind === 'date') return text.replace(/T00:00:00(?:Z|[+-].*)$/, '');
	if (to.kind !== 'integer' && to.kind !== 'long') return text;
	return from.kind === 'decimal' || from.kind === 'double' || from.kind === 'float' ? wholeDigits(text) : text;
}

/** A double's text without exponent and empty fraction: `1e+21` has too many digits for any integer, `12.00` is `12`. */
function wholeDigits(text: string): string {
	return text.replace(/\.0*$/, '');
}

function asJson(from: DataType, text: string): string | undefined {
	switch (from.kind) {
		case 'integer':
		case 'long':
		case 'decimal':
		case 'boolean':
			return text;
		case 'float':
		case 'double':
			return Number.isFinite(Number(text)) ? text : JSON.stringify(text);
		case 'string':
			return parseValue({ kind: 'json' }, text) as string | undefined;
		default:
			return JSON.stringify(text);
	}
}
