import { parseDatetime, parseValue } from '../../data/text.ts';
import type { DataType, Value } from '../../data/types.ts';

/** Text is kept and compared by code point, as everywhere in a package; a key must be short enough for an index. */
const TEXT = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
/** utf8mb4 takes four bytes a character and an InnoDB index 3,072 bytes. */
export const KEY_LENGTH = 255;

/** The type a column is made with; `key`: it stands in the unique key of a merge. */
export function declaredType(type: DataType, key = false): string {
	switch (type.kind) {
		case 'string':
			return key ? `varchar(${KEY_LENGTH}) ${TEXT}` : `longtext ${TEXT}`;
		case 'integer':
			return 'int';
		case 'long':
			return 'bigint';
		case 'float':
			return 'float';
		case 'double':
			return 'double';
		case 'decimal':
			return `decimal(${type.precision},${type.scale})`;
		case 'boolean':
			return 'tinyint(1)';
		case 'datetime':
			return 'datetime(6)';
		case 'date':
			return 'date';
		case 'json':
			return 'json';
		case 'binary':
			return key ? `varbinary(${KEY_LENGTH})` : 'longblob';
	}
}

/** What the protocol says of a result's column: https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
export interface MysqlField {
	readonly name: string;
	readonly columnType: number;
	readonly length: number;
	readonly decimals: number;
	readonly unsigned: boolean;
	/** Character set 63: bytes, not text. */
	readonly binary: boolean;
	/** MariaDB sends JSON as text and says so beside it. */
	readonly json: boolean;
}

const [TINY, SHORT, LONG, FLOAT, DOUBLE, TIMESTAMP, LONGLONG, INT24, DATE, DATETIME, YEAR] = [1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13];
const [BIT, JSON_TYPE, NEWDECIMAL, GEOMETRY] = [16, 245, 246, 255];
const TEXTS: ReadonlySet<number> = new Set([15, 249, 250, 251, 252, 253, 254]);

export function typeOfField(field: MysqlField): DataType {
	switch (field.columnType) {
		case TINY:
			return field.length === 1 ? { kind: 'boolean' } : { kind: 'integer' };
		case SHORT:
		case INT24:
		case YEAR:
			return { kind: 'integer' };
		case LONG:
			return { kind: field.unsigned ? 'long' : 'integer' };
		case LONGLONG:
			return field.unsigned ? { kind: 'decimal', precision: 20, scale: 0 } : { kind: 'long' };
		case FLOAT:
			return { kind: 'float' };
		case DOUBLE:
			return { kind: 'double' };
		case NEWDECIMAL: {
			// The length counts the sign and the point.
			const precision = field.length - (field.unsigned ? 0 : 1) - (field.decimals > 0 ? 1 : 0);
			return precision <= 38 ? { kind: 'decimal', precision: Math.max(precision, 1), scale: Math.min(field.decimals, precision) } : { kind: 'double' };
		}
		case DATE:
			return { kind: 'date' };
		case TIMESTAMP:
		case DATETIME:
			return { kind: 'datetime' };
		case JSON_TYPE:
			return { kind: 'json' };
		case BIT:
		case GEOMETRY:
			return { kind: 'binary' };
		default:
			if (field.json) return { kind: 'json' };
			return TEXTS.has(field.columnType) && field.binary ? { kind: 'binary' } : { kind: 'string' };
	}
}

/** A cell of the text protocol: bytes where the column holds bytes. */
export type MysqlCell = null | string | Uint8Array;

/** Undefined where the cell is none of the type (zero dates, 838 hours). */
export function readMysqlCell(type: DataType, cell: Exclude<MysqlCell, null>): Value | undefined {
	if (typeof cell !== 'string') return type.kind === 'binary' ? cell : undefined;
	switch (type.kind) {
		case 'datetime':
			return parseDatetime(cell)?.ms;
		case 'float': {
			const value = Number(cell);
			return Number.isNaN(value) ? undefined : Math.fround(value);
		}
		case 'boolean':
			return cell === '0' ? false : cell === '1' ? true : parseValue(type, cell);
		case 'binary':
			return new TextEncoder().encode(cell);
		default:
			return parseValue(type, cell);
	}
}
