import type { DataType, Field } from '../../types.ts';
import { bool, i32, struct, type Thrift, text } from './thrift-writer.ts';

/** Numbers of Parquet's physical types. */
export const PHYSICAL = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5, bytes: 6, fixed: 7 } as const;
export type Physical = keyof typeof PHYSICAL;

/** Bytes of a decimal with more digits than 64 bits hold. */
export const WIDE_DECIMAL_BYTES = 16;

export function physicalOf(type: DataType): Physical {
	switch (type.kind) {
		case 'integer':
		case 'date':
			return 'int32';
		case 'long':
		case 'datetime':
			return 'int64';
		case 'decimal':
			return type.precision <= 9 ? 'int32' : type.precision <= 18 ? 'int64' : 'fixed';
		case 'float':
		case 'double':
		case 'boolean':
			return type.kind;
		default:
			return 'bytes';
	}
}

/** The SchemaElement of a column: every one may be null. */
export function schemaElement({ name, type }: Field): Thrift {
	const physical = physicalOf(type);
	const [converted, logical] = annotation(type);
	return struct(
		[1, i32(PHYSICAL[physical])],
		[2, physical === 'fixed' ? i32(WIDE_DECIMAL_BYTES) : null],
		[3, i32(1)],
		[4, text(name)],
		[6, converted === null ? null : i32(converted)],
		[7, type.kind === 'decimal' ? i32(type.scale) : null],
		[8, type.kind === 'decimal' ? i32(type.precision) : null],
		[10, logical],
	);
}

const NOTHING = struct();

/** The older ConvertedType, for old readers, and the LogicalType. A datetime is a moment in microseconds: its offset is not kept. */
function annotation(type: DataType): readonly [number | null, Thrift | null] {
	switch (type.kind) {
		case 'string':
			return [0, struct([1, NOTHING])];
		case 'json':
			return [19, struct([12, NOTHING])];
		case 'date':
			return [6, struct([6, NOTHING])];
		case 'datetime':
			return [10, struct([8, struct([1, bool(true)], [2, struct([2, NOTHING])])])];
		case 'decimal':
			return [5, struct([5, struct([1, i32(type.scale)], [2, i32(type.precision)])])];
		default:
			return [null, null];
	}
}
