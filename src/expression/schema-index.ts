import type { Schema } from '../data/types.ts';

/** Wide inputs are looked into once a column that is written: 10,000 columns by 10,000 must not be 10^8 steps. */
const indexes = new WeakMap<Schema, ReadonlyMap<string, number>>();

/** Where each column stands. Kept as long as the schema object is. */
export function schemaIndex(schema: Schema): ReadonlyMap<string, number> {
	let index = indexes.get(schema);
	if (index === undefined) {
		index = new Map(schema.map(({ name }, position) => [name, position]));
		indexes.set(schema, index);
	}
	return index;
}
