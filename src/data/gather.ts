import { AsciiText } from './ascii-text.ts';
import type { Batch } from './batch.ts';
import { vectorBuilder } from './builder.ts';
import { Coded } from './coded.ts';
import { toExact } from './exact.ts';
import type { DataType, Value } from './types.ts';
import { bigIntVector, booleanVector, bytesVector, float64Vector, int32Vector, layoutOf, safeIntVector, textVector, type Vector } from './vector.ts';

const NO_BYTES = new Uint8Array(0);

export type RowIndexes = Int32Array | Uint32Array;

/** The rows of those indexes, in that order, repeats allowed; a negative index gives null (the missing side of an outer join). */
export function gatherVector(vector: Vector, rows: RowIndexes, count = rows.length): Vector {
	const nulls = gatherNulls(vector, rows, count);
	const { type } = vector;
	if (vector instanceof Coded) {
		const { indexes, words } = vector;
		return vector.gather(rows, count, nulls) ?? gatherVector(words, composed(indexes, rows, nulls, count));
	}
	switch (vector.layout) {
		case 'text':
			if (vector instanceof AsciiText) return vector.gather(rows, count, nulls);
			return textVector(type, gatherArray(vector.values, rows, count, ''), nulls);
		case 'bytes':
			return bytesVector(type, gatherArray(vector.values, rows, count, NO_BYTES), nulls);
		case 'bigint':
			return narrowed(type, gatherArray(vector.values, rows, count, 0n), nulls);
		case 'int32': {
			const values = new Int32Array(count);
			for (let i = 0; i < count; i++) values[i] = vector.values[rows[i] as number] as number;
			return int32Vector(type, values, nulls);
		}
		case 'bool': {
			const values = new Uint8Array(count);
			for (let i = 0; i < count; i++) values[i] = vector.values[rows[i] as number] as number;
			return booleanVector(type, values, nulls);
		}
		case 'safeint':
			return safeIntVector(type, gatherDoubles(vector.values, rows, count), nulls);
		case 'float64': {
			let offsets: Int16Array | null = null;
			if (vector.offsets) {
				offsets = new Int16Array(count);
				for (let i = 0; i < count; i++) offsets[i] = vector.offsets[rows[i] as number] as number;
			}
			return float64Vector(type, gatherDoubles(vector.values, rows, count), nulls, offsets);
		}
	}
}

export function gatherBatch(batch: Batch, rows: RowIndexes, count = rows.length): Batch {
	return { schema: batch.schema, length: count, columns: batch.columns.map((column) => gatherVector(column, rows, count)) };
}

/**
 * As `gatherBatch` of rows that are there, for whoever looks at them at once and keeps nothing: columns of indexes stay where they
 * are, and only what is asked for is copied.
 */
export function pickBatch(batch: Batch, rows: Uint32Array, count: number): Batch {
	const pick = (column: Vector) => (column instanceof Coded ? column.pick(rows, count, gatherNulls(column, rows, count)) : gatherVector(column, rows, count));
	return { schema: batch.schema, length: count, columns: batch.columns.map(pick) };
}

function gatherNulls(vector: Vector, rows: RowIndexes, count: number): Uint8Array | null {
	const source = vector.nulls;
	// Unsigned indexes name rows that are there.
	if (source === null && rows instanceof Uint32Array) return null;
	let nulls: Uint8Array | null = null;
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		if (row < 0 || (source !== null && source[row] === 1)) {
			nulls ??= new Uint8Array(count);
			nulls[i] = 1;
		}
	}
	return nulls;
}

/** Where each row's word is; -1 for a null. */
function composed(indexes: Int32Array, rows: RowIndexes, nulls: Uint8Array | null, count: number): Int32Array {
	const places = new Int32Array(count);
	for (let i = 0; i < count; i++) places[i] = nulls !== null && nulls[i] === 1 ? -1 : (indexes[rows[i] as number] as number);
	return places;
}

function gatherArray<T>(values: readonly T[], rows: RowIndexes, count: number, missing: T): T[] {
	const gathered = new Array<T>(count);
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		gathered[i] = row < 0 ? missing : (values[row] as T);
	}
	return gathered;
}

function gatherDoubles(values: Float64Array, rows: RowIndexes, count: number): Float64Array {
	const gathered = new Float64Array(count);
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		gathered[i] = row < 0 ? 0 : (values[row] as number);
	}
	return gathered;
}

/** Bigints go back to the safe layout once none of them needs to be one. */
function narrowed(type: DataType, values: bigint[], nulls: Uint8Array | null): Vector {
	for (let i = 0; i < values.length; i++) if (typeof toExact(values[i] as bigint) === 'bigint') return bigIntVector(type, values, nulls);
	return safeIntVector(type, Float64Array.from(values, Number), nulls);
}

/** Rows `from` up to `to`; numbers are views of the same memory. */
export function sliceVector(vector: Vector, from: number, to: number): Vector {
	const nulls = vector.nulls === null ? null : vector.nulls.subarray(from, to);
	const { type } = vector;
	if (vector instanceof Coded) return vector.slice(from, to, nulls);
	switch (vector.layout) {
		case 'text':
			if (vector instanceof AsciiText) return vector.slice(from, to, nulls);
			return textVector(type, vector.values.slice(from, to), nulls);
		case 'bytes':
			return bytesVector(type, vector.values.slice(from, to), nulls);
		case 'bigint':
			return bigIntVector(type, vector.values.slice(from, to), nulls);
		case 'int32':
			return int32Vector(type, vector.values.subarray(from, to), nulls);
		case 'bool':
			return booleanVector(type, vector.values.subarray(from, to), nulls);
		case 'safeint':
			return safeIntVector(type, vector.values.subarray(from, to), nulls);
		case 'float64':
			return float64Vector(type, vector.values.subarray(from, to), nulls, vector.offsets?.subarray(from, to) ?? null);
	}
}

export function sliceBatch(batch: Batch, from: number, to: number): Batch {
	if (from === 0 && to >= batch.length) return batch;
	const end = Math.min(to, batch.length);
	return { schema: batch.schema, length: Math.max(0, end - from), columns: batch.columns.map((column) => sliceVector(column, from, end)) };
}

/** The same value in every row. */
export function constantVector(type: DataType, value: Value, length: number, offsetMinutes = 0): Vector {
	if (value === null) return nullVector(type, length);
	const one = vectorBuilder(type, 1);
	one.push(value, offsetMinutes);
	return gatherVector(one.finish(), new Int32Array(length));
}

export function nullVector(type: DataType, length: number): Vector {
	const nulls = new Uint8Array(length).fill(1);
	switch (layoutOf(type)) {
		case 'text':
			return textVector(type, new Array<string>(length).fill(''), nulls);
		case 'bytes':
			return bytesVector(type, new Array<Uint8Array>(length).fill(NO_BYTES), nulls);
		case 'int32':
			return int32Vector(type, new Int32Array(length), nulls);
		case 'bool':
			return booleanVector(type, new Uint8Array(length), nulls);
		case 'safeint':
			return safeIntVector(type, new Float64Array(length), nulls);
		case 'float64':
			return float64Vector(type, new Float64Array(length), nulls);
	}
}

export { concatBatches, concatVectors } from './concat.ts';
