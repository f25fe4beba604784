import { formatIsoDate, formatIsoDatetime } from '../../data/datetime.ts';
import { formatDecimal } from '../../data/exact.ts';
import { parseDatetime, parseValue } from '../../data/text.ts';
import type { DataType, ExactInteger, Value } from '../../data/types.ts';
import type { SqlCell } from '../connector.ts';
import type { Affinity } from './types.ts';

/** Significant digits that a double keeps of every decimal. */
const DOUBLE_DIGITS = 15;
const LONG_DIGITS = 18;

/**
 * How a value lies in a column of its own declared type.
 *
 * - boolean: 0 or 1. date: `2024-01-31`.
 * - datetime: `2024-01-31 12:30:00.5` in UTC, the spelling of SQLite's own date functions; a fraction only where there is one,
 *   so that text order is time order.
 * - long: a number, or digits past 2^53, which the INTEGER affinity of `BIGINT` turns into a 64-bit integer.
 * - decimal: a number while 15 digits hold it (a double gives those back exactly), digits while it is a whole 64-bit integer,
 *   else its digits as *bytes*: the NUMERIC affinity of `DECIMAL` would turn text into a rounded REAL, and leaves a BLOB alone;
 *   `CAST(x AS TEXT)` and `SUM(x)` read it.
 */
export function storedCell(type: DataType, value: Exclude<Value, null>): Exclude<SqlCell, null> {
	switch (type.kind) {
		case 'string':
		case 'json':
			return value as string;
		case 'integer':
		case 'float':
		case 'double':
			return value as number;
		case 'long':
			return typeof value === 'bigint' ? String(value) : (value as number);
		case 'decimal':
			return storedDecimal(value as ExactInteger, type.scale);
		case 'boolean':
			return value === true ? 1 : 0;
		case 'date':
			return formatIsoDate(value as number);
		case 'datetime':
			return formatIsoDatetime(value as number, 0)
				.replace('T', ' ')
				.replace('Z', '');
		case 'binary':
			return value as Uint8Array;
	}
}

function storedDecimal(unscaled: ExactInteger, scale: number): Exclude<SqlCell, null> {
	const text = trimmedDecimal(formatDecimal(unscaled, scale));
	const digits = text.replace(/[-.]/g, '').replace(/^0+/, '').length;
	if (digits <= DOUBLE_DIGITS) return Number(text);
	if (!text.includes('.') && digits <= LONG_DIGITS) return text;
	return new TextEncoder().encode(formatDecimal(unscaled, scale));
}

function trimmedDecimal(text: string): string {
	return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A cell as a value of a type; undefined where it is none. SQLite stores any value in any column, so this is looked at cell by
 * cell. Integers past 2^53 must come as text (`exactly`).
 */
export function readCell(type: DataType, cell: SqlCell): Value | undefined {
	if (cell === null) return null;
	switch (type.kind) {
		case 'string':
			return typeof cell === 'string' ? cell : typeof cell === 'number' ? String(cell) : undefined;
		case 'binary':
			return typeof cell === 'string' ? new TextEncoder().encode(cell) : typeof cell === 'number' ? undefined : cell;
		case 'double':
			return typeof cell === 'number' ? cell : typeof cell === 'string' ? parseValue(type, cell) : undefined;
		case 'float':
			return typeof cell === 'number' ? Math.fround(cell) : typeof cell === 'string' ? parseValue(type, cell) : undefined;
		case 'integer':
		case 'long':
			if (typeof cell === 'number') return Number.isSafeInteger(cell) ? parseValue(type, String(cell)) : undefined;
			return typeof cell === 'string' ? parseValue(type, cell) : undefined;
		case 'decimal':
			return readDecimal(type, cell);
		case 'boolean':
			return cell === 0 ? false : cell === 1 ? true : typeof cell === 'string' ? parseValue(type, cell) : undefined;
		case 'date':
			return typeof cell === 'string' ? parseValue(type, cell) : undefined;
		case 'datetime':
			return typeof cell === 'string' ? parseDatetime(cell)?.ms : undefined;
		case 'json':
			return typeof cell === 'string' || typeof cell === 'number' ? parseValue(type, String(cell)) : undefined;
	}
}

/** Minutes east of UTC that a datetime cell names; 0 where it names none. */
export function readOffset(cell: SqlCell): number {
	return typeof cell === 'string' ? (parseDatetime(cell)?.offset ?? 0) : 0;
}

function readDecimal(type: DataType, cell: Exclude<SqlCell, null>): Value | undefined {
	if (typeof cell === 'string') return parseValue(type, cell);
	if (typeof cell === 'number') return parseValue(type, String(cell)) ?? parseValue(type, String(Number(cell.toPrecision(DOUBLE_DIGITS))));
	try {
		return parseValue(type, UTF8.decode(cell));
	} catch {
		return undefined;
	}
}

/**
 * A column as it must be selected so that it can be read as a type: 64-bit integers past 2^53 as text. Types that no such integer
 * could be are selected plainly, which is twice as fast; `affinity` is the column's where it is known.
 */
export function exactly(column: string, type: DataType, affinity: Affinity | null = null): string {
	const holdsDigits = type.kind === 'long' || type.kind === 'decimal' || ((type.kind === 'string' || type.kind === 'json') && affinity !== 'TEXT');
	if (!holdsDigits) return column;
	return `CASE WHEN typeof(${column}) = 'integer' AND (${column} > 9007199254740991 OR ${column} < -9007199254740991) THEN CAST(${column} AS TEXT) ELSE ${column} END`;
}
