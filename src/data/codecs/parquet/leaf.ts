import type { SchemaElement } from 'hyparquet';
import type { DataType } from '../../types.ts';

/** How a Parquet leaf's physical values become ours. */
export interface Leaf {
	readonly type: DataType;
	readonly physical: NonNullable<SchemaElement['type']>;
	/** Bytes of a FIXED_LEN_BYTE_ARRAY. */
	readonly width: number;
	readonly meaning: Meaning;
	/** Nulls are possible. */
	readonly optional: boolean;
}

/** `ms`, `us`, `ns`: a datetime in that unit; `time`: of the day, in that unit. */
export type Meaning =
	| { readonly kind: 'plain' | 'unsigned' | 'text' | 'decimal' | 'uuid' | 'float16' | 'interval' }
	| { readonly kind: 'datetime' | 'time'; readonly perSecond: 1e3 | 1e6 | 1e9 };

const UNITS = { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9 } as const;

/** `finest`: moments in nanoseconds as their texts, which keep all digits; otherwise they are datetimes, where they fit. */
export function leafOf(element: SchemaElement, finest = false): Leaf {
	const physical = element.type ?? 'BYTE_ARRAY';
	const [natural, meaning] = typeOf(element, physical);
	const type: DataType = finest && meaning.kind === 'datetime' && meaning.perSecond === 1e9 ? { kind: 'string' } : natural;
	return { type, physical, width: element.type_length ?? 0, meaning, optional: element.repetition_type === 'OPTIONAL' };
}

function typeOf(element: SchemaElement, physical: Leaf['physical']): readonly [DataType, Meaning] {
	const { converted_type: converted, logical_type: logical } = element;
	const decimal = logical?.type === 'DECIMAL' ? logical : converted === 'DECIMAL' ? { precision: element.precision ?? 0, scale: element.scale ?? 0 } : null;
	if (decimal !== null) return decimalOf(decimal.precision, decimal.scale);
	switch (physical) {
		case 'BOOLEAN':
			return [{ kind: 'boolean' }, { kind: 'plain' }];
		case 'FLOAT':
			return [{ kind: 'float' }, { kind: 'plain' }];
		case 'DOUBLE':
			return [{ kind: 'double' }, { kind: 'plain' }];
		case 'INT96':
			return [{ kind: 'datetime' }, { kind: 'datetime', perSecond: 1e9 }];
		case 'INT32':
		case 'INT64':
			return integerOf(element, physical);
		default:
			return bytesOf(element);
	}
}

/** A decimal wider than ours is read as its text. */
function decimalOf(precision: number, scale: number): readonly [DataType, Meaning] {
	const fits = precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision;
	return [fits ? { kind: 'decimal', precision, scale } : { kind: 'string' }, { kind: 'decimal' }];
}

function integerOf({ converted_type: converted, logical_type: logical }: SchemaElement, physical: 'INT32' | 'INT64'): readonly [DataType, Meaning] {
	if (converted === 'DATE' || logical?.type === 'DATE') return [{ kind: 'date' }, { kind: 'plain' }];
	if (logical?.type === 'TIMESTAMP') return [{ kind: 'datetime' }, { kind: 'datetime', perSecond: UNITS[logical.unit] }];
	if (converted === 'TIMESTAMP_MILLIS') return [{ kind: 'datetime' }, { kind: 'datetime', perSecond: 1e3 }];
	if (converted === 'TIMESTAMP_MICROS') return [{ kind: 'datetime' }, { kind: 'datetime', perSecond: 1e6 }];
	if (logical?.type === 'TIME') return [{ kind: 'string' }, { kind: 'time', perSecond: UNITS[logical.unit] }];
	if (converted === 'TIME_MILLIS') return [{ kind: 'string' }, { kind: 'time', perSecond: 1e3 }];
	if (converted === 'TIME_MICROS') return [{ kind: 'string' }, { kind: 'time', perSecond: 1e6 }];
	const unsigned = (bits: number) => converted === `UINT_${bits}` || (logical?.type === 'INTEGER' && logical.bitWidth === bits && !logical.isSigned);
	if (unsigned(64)) return [{ kind: 'decimal', precision: 20, scale: 0 }, { kind: 'unsigned' }];
	if (unsigned(32)) return [{ kind: 'long' }, { kind: 'unsigned' }];
	return [{ kind: physical === 'INT32' ? 'integer' : 'long' }, { kind: 'plain' }];
}

function bytesOf({ converted_type: converted, logical_type: logical }: SchemaElement): readonly [DataType, Meaning] {
	if (logical?.type === 'UUID') return [{ kind: 'string' }, { kind: 'uuid' }];
	if (logical?.type === 'FLOAT16') return [{ kind: 'float' }, { kind: 'float16' }];
	if (converted === 'INTERVAL') return [{ kind: 'string' }, { kind: 'interval' }];
	if (converted === 'JSON' || logical?.type === 'JSON') return [{ kind: 'json' }, { kind: 'text' }];
	if (converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM') return [{ kind: 'string' }, { kind: 'text' }];
	return [{ kind: 'binary' }, { kind: 'plain' }];
}
