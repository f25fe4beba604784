import type { DataType } from './types.ts';

/**
 * One column of a batch. The arrays are read-only to everyone but their maker: vectors are shared between batches.
 *
 * `nulls[i] === 1` says that row i is null and that its slot in `values` means nothing; `nulls` null says that no row is.
 */
export interface VectorBase {
	readonly type: DataType;
	readonly length: number;
	readonly nulls: Uint8Array | null;
}

/** string, json */
export interface TextVector extends VectorBase {
	readonly layout: 'text';
	readonly values: readonly string[];
}
/** integer, date */
export interface Int32Vector extends VectorBase {
	readonly layout: 'int32';
	readonly values: Int32Array;
}
/** float (already rounded to 32 bit), double, datetime (ms since epoch) */
export interface Float64Vector extends VectorBase {
	readonly layout: 'float64';
	readonly values: Float64Array;
	/** datetime only: minutes east of UTC per row, kept for printing; null says that all are UTC. */
	readonly offsets?: Int16Array | null;
}
/** long, decimal: every value is a safe integer … */
export interface SafeIntVector extends VectorBase {
	readonly layout: 'safeint';
	readonly values: Float64Array;
}
/** … or at least one is not, and all are bigints. */
export interface BigIntVector extends VectorBase {
	readonly layout: 'bigint';
	readonly values: readonly bigint[];
}
/** boolean: 0 or 1 */
export interface BooleanVector extends VectorBase {
	readonly layout: 'bool';
	readonly values: Uint8Array;
}
/** binary */
export interface BytesVector extends VectorBase {
	readonly layout: 'bytes';
	readonly values: readonly Uint8Array[];
}

export type Vector = TextVector | Int32Vector | Float64Vector | SafeIntVector | BigIntVector | BooleanVector | BytesVector;

export type Layout = Vector['layout'];

/** The layout of a type's vectors; those of long and decimal are `bigint` instead where a value is past 2^53. */
export function layoutOf(type: DataType): Exclude<Layout, 'bigint'> {
	switch (type.kind) {
		case 'string':
		case 'json':
			return 'text';
		case 'integer':
		case 'date':
			return 'int32';
		case 'float':
		case 'double':
		case 'datetime':
			return 'float64';
		case 'long':
		case 'decimal':
			return 'safeint';
		case 'boolean':
			return 'bool';
		case 'binary':
			return 'bytes';
	}
}

// One maker a layout: objects of one shape keep the loops over them monomorphic in V8.

export function textVector(type: DataType, values: readonly string[], nulls: Uint8Array | null): TextVector {
	return { type, length: values.length, nulls, layout: 'text', values };
}

export function int32Vector(type: DataType, values: Int32Array, nulls: Uint8Array | null): Int32Vector {
	return { type, length: values.length, nulls, layout: 'int32', values };
}

export function float64Vector(type: DataType, values: Float64Array, nulls: Uint8Array | null, offsets: Int16Array | null = null): Float64Vector {
	return { type, length: values.length, nulls, layout: 'float64', values, offsets };
}

export function safeIntVector(type: DataType, values: Float64Array, nulls: Uint8Array | null): SafeIntVector {
	return { type, length: values.length, nulls, layout: 'safeint', values };
}

export function bigIntVector(type: DataType, values: readonly bigint[], nulls: Uint8Array | null): BigIntVector {
	return { type, length: values.length, nulls, layout: 'bigint', values };
}

export function booleanVector(type: DataType, values: Uint8Array, nulls: Uint8Array | null): BooleanVector {
	return { type, length: values.length, nulls, layout: 'bool', values };
}

export function bytesVector(type: DataType, values: readonly Uint8Array[], nulls: Uint8Array | null): BytesVector {
	return { type, length: values.length, nulls, layout: 'bytes', values };
}
