import { asAscii } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import { concatBatches } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import { type TextVector, textVector, type Vector } from '../../data/vector.ts';
import { IntList } from '../hash/int-list.ts';
import { KeyTable } from '../hash/key-table.ts';
import { detached } from '../hash/text-table.ts';
import { columnsAt } from '../operators/narrow.ts';
import { batchBytes } from '../storage/batch-bytes.ts';

/** The side of a join that is held in memory: rows chained by key. Fill it with `add`, then `seal` it once. */
export class BuildTable {
	readonly #keys: readonly number[];
	readonly #table: KeyTable;
	readonly #ids = new IntList();
	#batches: Batch[] = [];
	#bytes = 0;
	/** All rows; set by `seal`. */
	rows: Batch;
	/** The first row of each key id, and the next row of the same key; -1 ends. */
	#first = new Int32Array(0);
	#next = new Int32Array(0);
	/** 1 where a row found a partner. */
	matched = new Uint8Array(0);

	constructor(schema: Schema, keys: readonly number[]) {
		this.#keys = keys;
		this.#table = new KeyTable(keys.map((column) => (schema[column] as Schema[number]).type));
		this.rows = { schema, length: 0, columns: [] };
	}

	add(batch: Batch): void {
		const ids = this.#table.insert(columnsAt(batch, this.#keys), batch.length);
		for (let row = 0; row < batch.length; row++) this.#ids.push(ids[row] as number);
		this.#batches.push(kept(batch));
		this.#bytes += batchBytes(batch);
	}

	/** Chains rows by key, in the order in which they came. */
	seal(): void {
		if (this.#batches.length > 0) this.rows = concatBatches(this.#batches);
		this.#batches = [];
		const { length } = this.rows;
		this.#first = new Int32Array(this.#table.size).fill(-1);
		this.#next = new Int32Array(length);
		this.matched = new Uint8Array(length);
		for (let row = length - 1; row >= 0; row--) {
			const id = this.#ids.array[row] as number;
			this.#next[row] = this.#first[id] as number;
			this.#first[id] = row;
		}
	}

	/** The first row of each probing row's key, -1 where there is none; a null in any key finds nothing. Reused by the next call. */
	find(keys: readonly Vector[], rows: number): Int32Array {
		const found = this.#table.find(keys, rows, false);
		for (let row = 0; row < rows; row++) {
			const id = found[row] as number;
			// Without keys (cross) there is one id even when there are no rows.
			found[row] = id < 0 ? -1 : (this.#first[id] ?? -1);
		}
		return found;
	}

	next(row: number): number {
		return this.#next[row] as number;
	}

	get bytes(): number {
		return this.#bytes + this.#table.bytes + this.#ids.bytes * 3;
	}
}

/** Texts cut from a file's buffer would keep that buffer. */
function kept(batch: Batch): Batch {
	if (!batch.columns.some((column) => column.layout === 'text')) return batch;
	return {
		schema: batch.schema,
		length: batch.length,
		columns: batch.columns.map((column) => (column.layout === 'text' ? detachedColumn(column) : column)),
	};
}

/** As bytes where it can be: rows of it are then copied to the output without a look at each string. */
function detachedColumn(column: TextVector): TextVector {
	return asAscii(column) ?? textVector(column.type, column.values.map(detached), column.nulls);
}
