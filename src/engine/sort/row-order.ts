import { compareText, compareValues } from '../../data/compare.ts';
import { valueAt } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import type { Schema, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { SortKey } from '../../plan/operators.ts';

/** A sort key by the column's position. */
export interface KeyColumn {
	readonly column: number;
	readonly descending: boolean;
	readonly nullsFirst: boolean;
}

export function keyColumns(schema: Schema, keys: readonly SortKey[]): KeyColumn[] {
	return keys.map((key) => {
		const column = schema.findIndex((field) => field.name === key.field);
		if (column < 0) throw new RangeError(`no column "${key.field}" to sort by`);
		return { column, descending: key.direction === 'desc', nullsFirst: key.nulls === 'first' };
	});
}

/** Orders a row of one batch and a row of another (or the same) by the keys; 0 where they tie. */
export function compareRows(keys: readonly KeyColumn[], a: Batch, i: number, b: Batch, j: number): number {
	for (const key of keys) {
		const order = compareCells(a.columns[key.column] as Vector, i, b.columns[key.column] as Vector, j, key);
		if (order !== 0) return order;
	}
	return 0;
}

export function compareCells(a: Vector, i: number, b: Vector, j: number, key: KeyColumn): number {
	const aNull = a.nulls !== null && a.nulls[i] === 1;
	const bNull = b.nulls !== null && b.nulls[j] === 1;
	if (aNull || bNull) return aNull === bNull ? 0 : aNull === key.nullsFirst ? -1 : 1;
	const order = comparePresent(a, i, b, j);
	return key.descending ? -order : order;
}

function comparePresent(a: Vector, i: number, b: Vector, j: number): number {
	if (a.layout === 'text' && b.layout === 'text') {
		const x = a.values[i] as string;
		const y = b.values[j] as string;
		return x === y ? 0 : compareText(x, y);
	}
	if (a.layout === b.layout && (a.layout === 'int32' || a.layout === 'safeint')) return (a.values[i] as number) - ((b as typeof a).values[j] as number);
	return compareValues(a.type, valueAt(a, i) as Exclude<Value, null>, valueAt(b, j) as Exclude<Value, null>);
}

/** Whether two rows agree in all keys; nulls agree with nulls. */
export function sameKeys(keys: readonly KeyColumn[], a: Batch, i: number, b: Batch, j: number): boolean {
	return compareRows(keys, a, i, b, j) === 0;
}
