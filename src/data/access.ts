import { toExact } from './exact.ts';
import type { Value } from './types.ts';
import type { Vector } from './vector.ts';

/** One value as it is handled alone; see `Value` for each type's form. `row` must be below the vector's length. */
export function valueAt(vector: Vector, row: number): Value {
	if (vector.nulls !== null && vector.nulls[row] === 1) return null;
	switch (vector.layout) {
		case 'bool':
			return vector.values[row] === 1;
		case 'bigint':
			return toExact(vector.values[row] as bigint);
		case 'bytes':
			return vector.values[row] as Uint8Array;
		case 'text':
			return vector.values[row] as string;
		default:
			return vector.values[row] as number;
	}
}

export function isNull(vector: Vector, row: number): boolean {
	return vector.nulls !== null && vector.nulls[row] === 1;
}

/** Minutes east of UTC a datetime was written with; 0 for UTC and for every other type. */
export function offsetAt(vector: Vector, row: number): number {
	return vector.layout === 'float64' && vector.offsets ? (vector.offsets[row] as number) : 0;
}

/** How many rows are null. */
export function nullCount(vector: Vector): number {
	if (vector.nulls === null) return 0;
	let count = 0;
	for (let row = 0; row < vector.length; row++) count += vector.nulls[row] as number;
	return count;
}
