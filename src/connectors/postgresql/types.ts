import { parseDatetime, parseValue } from '../../data/text.ts';
import type { DataType, Value } from '../../data/types.ts';

/** The type a column is made with. Datetimes are instants, hence with time zone; the zone they were written with is not kept. */
export function declaredType(type: DataType): string {
	switch (type.kind) {
		case 'string':
			return 'text';
		case 'integer':
			return 'integer';
		case 'long':
			return 'bigint';
		case 'float':
			return 'real';
		case 'double':
			return 'double precision';
		case 'decimal':
			return `numeric(${type.precision},${type.scale})`;
		case 'boolean':
			return 'boolean';
		case 'datetime':
			return 'timestamp with time zone';
		case 'date':
			return 'date';
		case 'json':
			return 'json';
		case 'binary':
			return 'bytea';
	}
}

/** Object ids of built-in types: src/include/catalog/pg_type.dat of PostgreSQL; they never change. */
const BY_OID: ReadonlyMap<number, DataType> = new Map<number, DataType>([
	[16, { kind: 'boolean' }],
	[17, { kind: 'binary' }],
	[20, { kind: 'long' }],
	[21, { kind: 'integer' }],
	[23, { kind: 'integer' }],
	[26, { kind: 'long' }],
	[114, { kind: 'json' }],
	[3802, { kind: 'json' }],
	[700, { kind: 'float' }],
	[701, { kind: 'double' }],
	[1082, { kind: 'date' }],
	[1114, { kind: 'datetime' }],
	[1184, { kind: 'datetime' }],
]);
export const NUMERIC_OID = 1700;
const VARLENA_HEADER = 4;

/**
 * What a column is read as. `numeric` without a precision has any number of digits: it reads as double, and whole numbers past
 * 2^53 in it are an error rather than rounded. Types without an equal here (uuid, enums, arrays, intervals …) read as their text.
 */
export function typeOfOid(oid: number, modifier: number): DataType {
	if (oid !== NUMERIC_OID) return BY_OID.get(oid) ?? { kind: 'string' };
	if (modifier < VARLENA_HEADER) return { kind: 'double' };
	const precision = ((modifier - VARLENA_HEADER) >> 16) & 0xffff;
	// Eleven bits, signed since PostgreSQL 15; a negative scale has no decimal type here.
	const scale = (((modifier - VARLENA_HEADER) & 0x7ff) ^ 1024) - 1024;
	return precision <= 38 && scale >= 0 && scale <= precision ? { kind: 'decimal', precision, scale } : { kind: 'double' };
}

/** A value from the server's text form; undefined where it is none of the type (infinite dates, years before Christ). */
export function readText(type: DataType, text: string): Value | undefined {
	switch (type.kind) {
		case 'string':
			return text;
		case 'boolean':
			return text === 't' ? true : text === 'f' ? false : parseValue(type, text);
		case 'binary':
			return text.startsWith('\\x') ? Uint8Array.from(Buffer.from(text.slice(2), 'hex')) : undefined;
		case 'datetime':
			return parseDatetime(text)?.ms;
		case 'double': {
			const value = parseValue(type, text);
			// A whole number of unconstrained numeric that no double holds.
			return typeof value === 'number' && /^-?\d{16,}$/.test(text) && BigInt(value) !== BigInt(text) ? undefined : value;
		}
		default:
			return parseValue(type, text);
	}
}
