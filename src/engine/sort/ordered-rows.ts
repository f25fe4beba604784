import type { Batch } from '../../data/batch.ts';
import { Coded } from '../../data/coded.ts';
import { concatBatches, concatVectors, gatherBatch, gatherVector } from '../../data/gather.ts';
import { release, releaseVector } from '../../data/release.ts';
import type { Field, Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { interleavedColumn, interleaves } from './interleave.ts';
import type { KeyColumn } from './row-order.ts';
import { sortRows } from './sort-rows.ts';

/** Row i of what a column gives is row `rows[i]` of part `which[i]`, which is row `places[i]` of all parts one behind another. */
interface Taken {
	readonly which: Int32Array;
	readonly rows: Int32Array;
	readonly places: Int32Array;
}

/**
 * The rows of batches in order as a whole: stable, so that of rows that tie those of an earlier batch come first. Only the keys are
 * brought together. Where each batch is in order by itself, the other columns are read from one end of each batch to the other,
 * which the processor's memory is much faster at than at rows from anywhere (`gathered` makes them so).
 */
export class OrderedRows {
	readonly length: number;
	readonly #schema: Schema;
	readonly #order: Int32Array;
	/** By place among all rows: the batch. */
	readonly #owners: Int32Array;
	/** By batch: the place of its first row. */
	readonly #firsts: readonly number[];
	readonly #columns: readonly ((taken: Taken) => Vector)[];
	/** Columns that were brought together. */
	readonly #wholes = new Map<number, Vector>();

	constructor(schema: Schema, batches: readonly Batch[], keys: readonly KeyColumn[]) {
		const firsts: number[] = [];
		let length = 0;
		for (const batch of batches) {
			firsts.push(length);
			length += batch.length;
		}
		this.length = length;
		this.#schema = schema;
		this.#firsts = firsts;
		this.#owners = new Int32Array(length);
		batches.forEach((batch, at) => void this.#owners.fill(at, firsts[at], (firsts[at] as number) + batch.length));
		const parts = schema.map((_, column) => batches.map((batch) => batch.columns[column] as Vector));
		const whole = (column: number): Vector => {
			const vector = this.#wholes.get(column) ?? concatVectors(parts[column] as Vector[]);
			this.#wholes.set(column, vector);
			return vector;
		};
		const brought = { schema: keys.map(({ column }) => schema[column] as Field), length, columns: keys.map(({ column }) => whole(column)) };
		this.#order = sortRows(
			brought,
			keys.map((key, column) => ({ ...key, column })),
		);
		this.#columns = parts.map((vectors, column) => {
			if (!staysInParts(vectors)) return ({ places }) => gatherVector(whole(column), places);
			const interleaved = interleavedColumn(vectors);
			this.#forget(column);
			return ({ which, rows }) => interleaved(which, rows);
		});
	}

	/** Rows `from` up to `to` of the order. */
	slice(from: number, to: number): Batch {
		const places = this.#order.subarray(from, to);
		const which = new Int32Array(places.length);
		const rows = new Int32Array(places.length);
		for (let i = 0; i < places.length; i++) {
			const place = places[i] as number;
			const owner = this.#owners[place] as number;
			which[i] = owner;
			rows[i] = place - (this.#firsts[owner] as number);
		}
		const columns = this.#columns.map((column) => column({ which, rows, places }));
		return { schema: this.#schema, length: places.length, columns };
	}

	/** Gives back what was made for the order. No slice can be taken afterwards; the batches stay as they are. */
	release(): void {
		for (const column of [...this.#wholes.keys()]) this.#forget(column);
		release(this.#order);
		release(this.#owners);
	}

	#forget(column: number): void {
		const whole = this.#wholes.get(column);
		this.#wholes.delete(column);
		// The only part of a column is the whole, and not ours.
		if (whole !== undefined && this.#firsts.length > 1) releaseVector(whole);
	}
}

/**
 * Batches as one in memory of its own, in order where that pays: texts far apart take longer to get at than to bring near; numbers
 * and indexes do not.
 */
export function gathered(schema: Schema, batches: readonly Batch[], keys: readonly KeyColumn[]): Batch {
	const pays = batches.some(({ columns }) => columns.some((column) => column.layout === 'text' && !(column instanceof Coded)));
	if (!pays) return batches.length > 1 ? concatBatches(batches) : copied(batches[0] as Batch);
	const ordered = new OrderedRows(schema, batches, keys);
	const batch = ordered.slice(0, ordered.length);
	ordered.release();
	return batch;
}

function copied(batch: Batch): Batch {
	return gatherBatch(
		batch,
		Uint32Array.from({ length: batch.length }, (_, row) => row),
	);
}

/** Coded columns, which are small, and kinds that are rare are brought together. */
function staysInParts(vectors: readonly Vector[]): boolean {
	return vectors.length > 1 && interleaves(vectors) && !vectors.some((vector) => vector instanceof Coded);
}
