import type { DataType } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';

/**
 * One aggregate function over many groups at once. Groups are dense numbers; what is held for them can leave as columns and
 * come back by `merge`, which is how state is checkpointed, spilled and combined.
 */
export interface Accumulator {
	/** Makes room for groups 0 … groups-1; called before any of them is named. */
	grow(groups: number): void;
	/** Row i belongs to group `ids[i]`; a negative id leaves the row out. `values` is null for count_all only. */
	add(ids: Int32Array, values: Vector | null, rows: number): void;
	/** The types of the columns that `state` gives. */
	readonly stateTypes: readonly DataType[];
	/** What is held for groups `from` up to `to`. */
	state(from: number, to: number): Vector[];
	/** Takes back what `state` gave: row i is combined into group `ids[i]`. */
	merge(ids: Int32Array, state: readonly Vector[], rows: number): void;
	/** The function's value for groups `from` up to `to`, of the call's type. */
	result(from: number, to: number): Vector;
	/** About how much memory it holds. */
	readonly bytes: number;
}

export function grownDoubles(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
	if (length <= array.length) return array;
	const larger = new Float64Array(Math.max(length, array.length * 2));
	larger.set(array);
	return larger;
}

export function grownBytes(array: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
	if (length <= array.length) return array;
	const larger = new Uint8Array(Math.max(length, array.length * 2));
	larger.set(array);
	return larger;
}

/** A row's number as the function sees it: decimals by their value, longs past 2^53 rounded. */
export function doubles(vector: Vector): Float64Array | Int32Array | Uint8Array {
	const scale = vector.type.kind === 'decimal' ? 10 ** vector.type.scale : 1;
	switch (vector.layout) {
		case 'bigint':
			return Float64Array.from(vector.values, (value) => Number(value) / scale);
		case 'safeint':
			return scale === 1 ? vector.values : vector.values.map((value) => value / scale);
		case 'int32':
		case 'float64':
		case 'bool':
			return vector.values;
		default:
			throw new TypeError(`${vector.type.kind} is not a number`);
	}
}
