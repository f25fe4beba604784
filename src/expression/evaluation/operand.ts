import { vectorBuilder } from '../../data/builder.ts';
import { toExact } from '../../data/exact.ts';
import { gatherVector } from '../../data/gather.ts';
import type { DataType, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';

/** The value of a sub-expression for the rows of a frame: a vector of as many rows, or, for a literal, of one that stands for all. */
export interface Operand {
	readonly vector: Vector;
	readonly constant: boolean;
}

export function column(vector: Vector): Operand {
	return { vector, constant: false };
}

/** A literal's operand. */
export function constantOperand(type: DataType, value: Value, offset = 0): Operand {
	const builder = vectorBuilder(type, 1);
	builder.push(value, offset);
	return { vector: builder.finish(), constant: true };
}

export function isNullConstant(operand: Operand): boolean {
	return operand.constant && operand.vector.nulls !== null;
}

/** ANDed to a row number it gives the slot: every slot of a vector, always the first of a constant. */
export function maskOf(operand: Operand): number {
	return operand.constant ? 0 : -1;
}

/** The operand as a vector of `length` rows. */
export function spread(operand: Operand, length: number): Vector {
	return operand.constant ? gatherVector(operand.vector, new Int32Array(length)) : operand.vector;
}

/** Rows that are null in any operand; constants must not be null. May be an operand's own array: never written to. */
export function unitedNulls(operands: readonly Operand[], length: number): Uint8Array | null {
	let united: Uint8Array | null = null;
	let own = false;
	for (const { vector, constant } of operands) {
		const { nulls } = vector;
		if (constant || nulls === null) continue;
		if (united === null) {
			united = nulls;
			continue;
		}
		if (!own) {
			united = united.slice(0, length);
			own = true;
		}
		for (let row = 0; row < length; row++) united[row] = (united[row] as number) | (nulls[row] as number);
	}
	return united;
}

/** The slots as `Value`s: booleans instead of 0 and 1, numbers instead of bigints that are safe; else the vector's own array. */
export function slotsOf(vector: Vector): ArrayLike<Value> {
	switch (vector.layout) {
		case 'bool':
			return Array.from(vector.values, (bit) => bit === 1);
		case 'bigint':
			return vector.values.map(toExact);
		default:
			return vector.values;
	}
}
