import type { Json } from '../lib/json.ts';
import { offsetAt, valueAt } from './access.ts';
import { toBase64 } from './base64.ts';
import type { Batch } from './batch.ts';
import { type VectorBuilder, vectorBuilder } from './builder.ts';
import { formatDecimal, parseDecimal } from './exact.ts';
import { isExactNumber, parseJsonExact } from './json-text.ts';
import { formatFloat32 } from './numbers.ts';
import { expectation, formatValue, parseDatetime, parseValue } from './text.ts';
import { typeName } from './type-names.ts';
import type { DataType, Schema, Value } from './types.ts';
import type { Vector } from './vector.ts';

export { parseJsonExact } from './json-text.ts';

/**
 * A value in JSON: numbers and booleans as they are; a long or decimal that a double would not keep as text; dates as ISO
 * 8601; binary as base64; a json value as what it holds; NaN and infinities as text, since JSON has none.
 */
export function toJsonValue(type: DataType, value: Value, offsetMinutes = 0): Json {
	if (value === null) return null;
	switch (type.kind) {
		case 'float':
		case 'double': {
			const number = type.kind === 'float' ? Number(formatFloat32(value as number)) : (value as number);
			return Number.isFinite(number) ? number : String(number);
		}
		case 'long':
			return typeof value === 'bigint' ? String(value) : (value as number);
		case 'decimal': {
			const text = formatDecimal(value as number | bigint, type.scale);
			// 15 significant digits survive a double; value is the unscaled integer.
			return typeof value === 'number' && Math.abs(value) < 1e15 ? Number(text) : text;
		}
		case 'json':
			return parseJsonExact(value as string) ?? null;
		case 'binary':
			return toBase64(value as Uint8Array);
		case 'date':
		case 'datetime':
			return formatValue(type, value, offsetMinutes);
		default:
			return value as string | number | boolean;
	}
}

/**
 * The value of a JSON value as a type; null for JSON's null, undefined where it is none. Text is read as `parseValue` reads it;
 * a number or object where text is wanted becomes its JSON text. Numbers may also be `ExactNumber`.
 */
export function fromJsonValue(type: DataType, json: unknown): Value | undefined {
	if (json === null) return null;
	if (type.kind === 'json') return JSON.stringify(json);
	if (typeof json === 'string') return parseValue(type, json);
	if (typeof json === 'number') return fromNumber(type, json);
	if (typeof json === 'boolean') return type.kind === 'boolean' ? json : type.kind === 'string' ? String(json) : undefined;
	if (isExactNumber(json)) return parseValue(type, json.rawJSON);
	return type.kind === 'string' && typeof json === 'object' ? JSON.stringify(json) : undefined;
}

function fromNumber(type: DataType, number: number): Value | undefined {
	switch (type.kind) {
		case 'double':
			return number;
		case 'integer':
			return Number.isInteger(number) && number >= -2_147_483_648 && number <= 2_147_483_647 ? number + 0 : undefined;
		case 'long':
			return Number.isSafeInteger(number) ? number + 0 : undefined;
		case 'decimal':
			return parseDecimal(String(number), type.precision, type.scale);
		case 'float':
		case 'string':
		case 'boolean':
			return parseValue(type, String(number));
		default:
			return undefined;
	}
}

export function rowToJson(batch: Batch, row: number): Record<string, Json> {
	// fromEntries defines own properties: a column called __proto__ stays one.
	return Object.fromEntries(
		batch.columns.map((column, index) => {
			const field = batch.schema[index] as Schema[number];
			return [field.name, toJsonValue(field.type, valueAt(column, row), offsetAt(column, row))];
		}),
	);
}

export function rowsToJson(batch: Batch): Record<string, Json>[] {
	return Array.from({ length: batch.length }, (_, row) => rowToJson(batch, row));
}

/** A value that was not of its field's type and is null in the batch instead; `field` null: the row was no object or array. */
export interface RejectedValue {
	readonly row: number;
	readonly field: string | null;
	readonly value: unknown;
	readonly message: string;
}

/** Rows as objects by field name, or as arrays by position. Members without a field are ignored, missing ones are null. */
export function batchFromJson(schema: Schema, rows: readonly unknown[]): { readonly batch: Batch; readonly rejected: readonly RejectedValue[] } {
	const rejected: RejectedValue[] = [];
	const builders = schema.map((field) => vectorBuilder(field.type, rows.length));
	rows.forEach((row, index) => {
		if (typeof row !== 'object' || row === null) {
			rejected.push({ row: index, field: null, value: row, message: `${shown(row)} is not a row: an object by column name is` });
		}
		schema.forEach((field, column) => {
			const json = member(row, field.name, column);
			const builder = builders[column] as VectorBuilder;
			if (pushJson(builder, json)) return;
			builder.push(null);
			rejected.push({ row: index, field: field.name, value: json, message: notOfType(field.type, shown(json)) });
		});
	});
	return { batch: { schema, length: rows.length, columns: builders.map((builder): Vector => builder.finish()) }, rejected };
}

/** Appends a JSON value, with its offset where it is a datetime; false, and nothing appended, where it is not of the type. */
export function pushJson(builder: VectorBuilder, json: unknown): boolean {
	if (builder.type.kind === 'datetime' && typeof json === 'string') {
		const parsed = parseDatetime(json);
		if (parsed === undefined) return false;
		builder.push(parsed.ms, parsed.offset);
		return true;
	}
	const value = fromJsonValue(builder.type, json);
	if (value === undefined) return false;
	builder.push(value);
	return true;
}

/** `"x1" is not of type integer: expected a whole number from …` */
export function notOfType(type: DataType, shownValue: string, format: string | null = null): string {
	return `${shownValue} is not of type ${typeName(type)}: expected ${format === null ? expectation(type) : `a ${type.kind} spelled ${format}`}`;
}

function member(row: unknown, name: string, column: number): unknown {
	if (Array.isArray(row)) return row[column] ?? null;
	if (typeof row !== 'object' || row === null || !Object.hasOwn(row, name)) return null;
	return (row as Record<string, unknown>)[name] ?? null;
}

/** A value for a message, cut at 100 characters. */
function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
