import type { Batch } from '../../data/batch.ts';
import type { Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';

/** The batch with the columns of `schema` only, by name. */
export function narrow(batch: Batch, schema: Schema): Batch {
	if (batch.schema === schema) return batch;
	return { schema, length: batch.length, columns: schema.map((field) => columnOf(batch, field.name)) };
}

export function columnOf(batch: Batch, name: string): Vector {
	const index = batch.schema.findIndex((field) => field.name === name);
	if (index < 0) throw new RangeError(`no column "${name}" among ${batch.schema.map((field) => field.name).join(', ')}`);
	return batch.columns[index] as Vector;
}

/** Positions of named columns in a schema. */
export function positions(schema: Schema, names: readonly string[]): number[] {
	return names.map((name) => {
		const index = schema.findIndex((field) => field.name === name);
		if (index < 0) throw new RangeError(`no column "${name}" among ${schema.map((field) => field.name).join(', ')}`);
		return index;
	});
}

export function columnsAt(batch: Batch, indexes: readonly number[]): Vector[] {
	return indexes.map((index) => batch.columns[index] as Vector);
}
