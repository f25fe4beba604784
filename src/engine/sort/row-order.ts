import { valueAt } from '../../data/access.ts';
import { AsciiText } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import { compareText, compareValues } from '../../data/compare.ts';
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

/** The key columns of a batch, looked at once so that comparing two rows is little more than comparing two values. */
export class RowKeys {
	readonly #columns: readonly PreparedColumn[];

	constructor(batch: Batch, keys: readonly KeyColumn[]) {
		this.#columns = keys.map((key) => prepare(batch.columns[key.column] as Vector, key));
	}

	/** Orders row i of these and row j of others with the same keys; 0 where they tie. */
	compare(i: number, others: RowKeys, j: number): number {
		const columns = this.#columns;
		for (let at = 0; at < columns.length; at++) {
			const order = compareCells(columns[at] as PreparedColumn, i, others.#columns[at] as PreparedColumn, j);
			if (order !== 0) return order;
		}
		return 0;
	}

	/** Whether two rows agree in all keys; nulls agree with nulls. */
	same(i: number, others: RowKeys, j: number): boolean {
		return this.compare(i, others, j) === 0;
	}
}

interface PreparedColumn {
	/** `ascii`: an `AsciiText`; `plain`: text without code units from U+D800 on, where JavaScript's own order is that of code points. */
	readonly kind: 'number' | 'ascii' | 'plain' | 'text' | 'other';
	readonly vector: Vector;
	readonly values: ArrayLike<number | string>;
	readonly nulls: Uint8Array | null;
	readonly sign: 1 | -1;
	readonly nullsFirst: boolean;
}

/** Strings of an `AsciiText` would be made by asking for them. */
const NOTHING: readonly string[] = [];

const HIGH_UNIT = /[\ud800-\uffff]/;

function prepare(vector: Vector, { descending, nullsFirst }: KeyColumn): PreparedColumn {
	if (vector instanceof AsciiText) return { kind: 'ascii', vector, values: NOTHING, nulls: vector.nulls, sign: descending ? -1 : 1, nullsFirst };
	const { layout } = vector;
	const kind = layout === 'text' ? (isPlain(vector.values) ? 'plain' : 'text') : layout === 'bigint' || layout === 'bytes' ? 'other' : 'number';
	return { kind, vector, values: vector.values as ArrayLike<number | string>, nulls: vector.nulls, sign: descending ? -1 : 1, nullsFirst };
}

export function isPlain(values: readonly string[]): boolean {
	for (let i = 0; i < values.length; i++) if (HIGH_UNIT.test(values[i] as string)) return false;
	return true;
}

function compareCells(a: PreparedColumn, i: number, b: PreparedColumn, j: number): number {
	const aNull = a.nulls !== null && a.nulls[i] === 1;
	const bNull = b.nulls !== null && b.nulls[j] === 1;
	if (aNull || bNull) return aNull === bNull ? 0 : aNull === a.nullsFirst ? -1 : 1;
	if ((a.kind === 'number' && b.kind === 'number') || (a.kind === 'plain' && b.kind === 'plain')) {
		const x = a.values[i] as number;
		const y = b.values[j] as number;
		if (x === y) return 0;
		if (x < y) return -a.sign;
		if (x > y) return a.sign;
		// One of them is NaN, which is behind every number.
	} else if (a.kind === 'ascii' && b.kind === 'ascii') return (a.vector as AsciiText).compare(i, b.vector as AsciiText, j) * a.sign;
	else if (a.vector.layout === 'text') return compareText(a.vector.values[i] as string, b.vector.values[j] as string) * a.sign;
	return compareValues(a.vector.type, valueAt(a.vector, i) as Exclude<Value, null>, valueAt(b.vector, j) as Exclude<Value, null>) * a.sign;
}
