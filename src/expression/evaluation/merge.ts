import { toExact } from '../../data/exact.ts';
import { nullVector } from '../../data/gather.ts';
import type { DataType } from '../../data/types.ts';
import { bigIntVector, booleanVector, bytesVector, float64Vector, int32Vector, layoutOf, safeIntVector, textVector, type Vector } from '../../data/vector.ts';
import { maskOf, type Operand, spread } from './operand.ts';

/**
 * Some rows of a result. `operand` has a slot for each of `rows`, in order, or, where `dense`, for every row of the frame, of
 * which these are to be taken. `rows` null: all.
 */
export interface Part {
	readonly rows: Uint32Array | null;
	readonly operand: Operand;
	readonly dense: boolean;
}

/** Puts the branches' results into one vector; a row that no part has is null. Where a row is in several, all but one are null there, and that is the last. */
export function mergeParts(type: DataType, parts: readonly Part[], length: number): Vector {
	const only = parts[0];
	if (only === undefined) return nullVector(type, length);
	if (only.rows === null) return spread(only.operand, length);
	const nulls = mergedNulls(parts, length);
	switch (layoutOf(type)) {
		case 'text':
			return textVector(type, mergedArray(parts, length, ''), nulls);
		case 'bytes':
			return bytesVector(type, mergedArray(parts, length, new Uint8Array(0)), nulls);
		case 'int32':
			return int32Vector(type, filled(parts, new Int32Array(length)), nulls);
		case 'bool':
			return booleanVector(type, filled(parts, new Uint8Array(length)), nulls);
		case 'float64':
			return float64Vector(type, filled(parts, new Float64Array(length)), nulls, mergedOffsets(parts, length));
		case 'safeint':
			if (parts.every(({ operand }) => operand.vector.layout === 'safeint')) return safeIntVector(type, filled(parts, new Float64Array(length)), nulls);
			return narrowed(type, mergedBigInts(parts, length), nulls);
	}
}

/** Null everywhere but where a part has a value. */
function mergedNulls(parts: readonly Part[], length: number): Uint8Array | null {
	const nulls = new Uint8Array(length).fill(1);
	let left = length;
	for (const part of parts) {
		const source = part.operand.vector.nulls;
		const mask = maskOf(part.operand);
		const rows = part.rows as Uint32Array;
		for (let at = 0; at < rows.length; at++) {
			const row = rows[at] as number;
			if (source !== null && source[(part.dense ? row : at) & mask] === 1) continue;
			nulls[row] = 0;
			left--;
		}
	}
	return left === 0 ? null : nulls;
}

function filled<Target extends Int32Array | Uint8Array | Float64Array>(parts: readonly Part[], target: Target): Target {
	for (const part of parts) {
		const values = part.operand.vector.values as ArrayLike<number>;
		const mask = maskOf(part.operand);
		const rows = part.rows as Uint32Array;
		if (part.dense) for (let at = 0; at < rows.length; at++) target[rows[at] as number] = values[(rows[at] as number) & mask] as number;
		else for (let at = 0; at < rows.length; at++) target[rows[at] as number] = values[at & mask] as number;
	}
	return target;
}

function mergedArray<Value>(parts: readonly Part[], length: number, blank: Value): Value[] {
	const target = new Array<Value>(length).fill(blank);
	for (const part of parts) {
		const values = part.operand.vector.values as unknown as ArrayLike<Value>;
		const mask = maskOf(part.operand);
		const rows = part.rows as Uint32Array;
		for (let at = 0; at < rows.length; at++) target[rows[at] as number] = values[(part.dense ? (rows[at] as number) : at) & mask] as Value;
	}
	return target;
}

function mergedBigInts(parts: readonly Part[], length: number): bigint[] {
	const slots = mergedArray<number | bigint>(parts, length, 0);
	return slots.map((value) => (typeof value === 'bigint' ? value : Number.isInteger(value) ? BigInt(value) : 0n));
}

function narrowed(type: DataType, values: bigint[], nulls: Uint8Array | null): Vector {
	const exact = values.map(toExact);
	if (exact.some((value) => typeof value === 'bigint')) return bigIntVector(type, values, nulls);
	return safeIntVector(type, Float64Array.from(exact as number[]), nulls);
}

function mergedOffsets(parts: readonly Part[], length: number): Int16Array | null {
	const offsetsOf = ({ operand: { vector } }: Part) => (vector.layout === 'float64' ? (vector.offsets ?? null) : null);
	if (parts.every((part) => offsetsOf(part) === null)) return null;
	const offsets = new Int16Array(length);
	for (const part of parts) {
		const source = offsetsOf(part);
		const mask = maskOf(part.operand);
		const rows = part.rows as Uint32Array;
		for (let at = 0; at < rows.length; at++) {
			const row = rows[at] as number;
			offsets[row] = source === null ? 0 : (source[(part.dense ? row : at) & mask] as number);
		}
	}
	return offsets;
}
