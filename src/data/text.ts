import { fromBase64, toBase64 } from './base64.ts';
import { dateFormat } from './date-format.ts';
import { formatIsoDate, formatIsoDatetime, type ParsedDatetime, parseIsoDate, parseIsoDatetime } from './datetime.ts';
import { formatDecimal, parseDecimal, parseLong } from './exact.ts';
import { compactJson } from './json-text.ts';
import { formatDouble, formatFloat32, parseDouble, parseFloat32 } from './numbers.ts';
import type { DataType, ExactInteger, Value } from './types.ts';

/**
 * Reads a text as a value of a type; undefined where it is none, never an exception and never a rounded integer, decimal or
 * date. Blanks around anything but text are ignored. `parseDatetime` also tells the offset.
 */
export function parseValue(type: DataType, text: string): Exclude<Value, null> | undefined {
	switch (type.kind) {
		case 'string':
			return text;
		case 'integer': {
			const value = parseLong(trimmed(text));
			return typeof value === 'number' && value >= -2_147_483_648 && value <= 2_147_483_647 ? value : undefined;
		}
		case 'long':
			return parseLong(trimmed(text));
		case 'decimal':
			return parseDecimal(trimmed(text), type.precision, type.scale);
		case 'float':
			return parseFloat32(trimmed(text));
		case 'double':
			return parseDouble(trimmed(text));
		case 'boolean':
			return BOOLEANS.get(trimmed(text).toLowerCase());
		case 'date':
			return parseIsoDate(trimmed(text));
		case 'datetime':
			return parseIsoDatetime(trimmed(text))?.ms;
		case 'binary':
			return fromBase64(trimmed(text));
		case 'json':
			return compactJson(text);
	}
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
	['true', true],
	['false', false],
	['t', true],
	['f', false],
	['yes', true],
	['no', false],
	['y', true],
	['n', false],
	['1', true],
	['0', false],
]);

/** A datetime with the offset it was written with. */
export function parseDatetime(text: string): ParsedDatetime | undefined {
	return parseIsoDatetime(trimmed(text));
}

function trimmed(text: string): string {
	const first = text.charCodeAt(0);
	const last = text.charCodeAt(text.length - 1);
	// NaN, for an empty text, compares false.
	return first <= 32 || last <= 32 ? text.trim() : text;
}

/**
 * The text of a value, which `parseValue` reads back as the same: ISO 8601 dates, the shortest digits of a double, a decimal
 * with its scale, base64.
 */
export function formatValue(type: DataType, value: Exclude<Value, null>, offsetMinutes = 0): string {
	switch (type.kind) {
		case 'string':
		case 'json':
			return value as string;
		case 'integer':
		case 'long':
		case 'boolean':
			return String(value);
		case 'decimal':
			return formatDecimal(value as ExactInteger, type.scale);
		case 'float':
			return formatFloat32(value as number);
		case 'double':
			return formatDouble(value as number);
		case 'date':
			return formatIsoDate(value as number);
		case 'datetime':
			return formatIsoDatetime(value as number, offsetMinutes);
		case 'binary':
			return toBase64(value as Uint8Array);
	}
}

/**
 * Reads a date (days since the epoch) or a datetime (milliseconds) spelled by a pattern such as `dd/MM/yyyy HH:mm`; undefined
 * where the text does not match it wholly. Throws `AppError` for a pattern that is none; `dateFormat` compiles one for reuse.
 */
export function parseDateFormat(format: string, text: string, kind: 'date' | 'datetime'): number | undefined {
	const parsed = dateFormat(format).parse(text);
	if (parsed === undefined) return undefined;
	return kind === 'date' ? parsed.day : parsed.ms;
}

/** What texts of a type look like, for error messages: `a whole number from -2147483648 to 2147483647`. */
export function expectation(type: DataType): string {
	switch (type.kind) {
		case 'string':
			return 'text';
		case 'integer':
			return 'a whole number from -2147483648 to 2147483647';
		case 'long':
			return 'a whole number from -9223372036854775808 to 9223372036854775807';
		case 'decimal':
			return `a number of at most ${type.precision} digits, ${type.scale} of them behind the point`;
		case 'float':
			return 'a number within 32-bit float range';
		case 'double':
			return 'a number within double range';
		case 'boolean':
			return 'true or false (also t/f, yes/no, y/n, 1/0)';
		case 'date':
			return 'a date such as 2024-01-31';
		case 'datetime':
			return 'a datetime such as 2024-01-31T12:30:00Z, no finer than microseconds';
		case 'binary':
			return 'base64';
		case 'json':
			return 'JSON';
	}
}
