import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { sliceBatch } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { Operator, OperatorContext } from '../operator.ts';

/**
 * Input of an operator that makes several rows of one: batches wait, and are worked on some rows at a time, so that a slice
 * may end in the middle of a batch that becomes millions of rows.
 */
export class WaitingInput {
	readonly #stream;
	#waiting: Batch[] = [];
	/** Rows of the first batch that are done. */
	#row: number;
	#dirty = false;

	constructor(context: OperatorContext, schema: Schema, saved: Json | undefined) {
		this.#stream = context.chunks.stream('waiting', schema);
		this.#row = (saved as number | undefined) ?? 0;
		// Landing may have cut a batch in two; positions count from the first row of them all.
		for (const batch of this.#stream.batches()) this.#waiting.push(batch);
		while (this.#waiting[0] !== undefined && this.#row >= this.#waiting[0].length) this.#row -= (this.#waiting.shift() as Batch).length;
	}

	add(batch: Batch): void {
		this.#waiting.push(batch);
		this.#dirty = true;
	}

	get isEmpty(): boolean {
		return this.#waiting.length === 0;
	}

	/** At most that many of the rows that wait; they count as done with `advance`. */
	peek(rows: number): Batch {
		const first = this.#waiting[0] as Batch;
		return sliceBatch(first, this.#row, Math.min(first.length, this.#row + rows));
	}

	advance(rows: number): void {
		this.#row += rows;
		this.#dirty = true;
		if (this.#row < (this.#waiting[0] as Batch).length) return;
		this.#waiting.shift();
		this.#row = 0;
	}

	save(): Json {
		if (this.#dirty) {
			this.#stream.clear();
			this.#waiting.forEach((batch, index) => {
				this.#stream.append(index === 0 ? sliceBatch(batch, this.#row, batch.length) : batch);
			});
			if (this.#waiting[0] !== undefined && this.#row > 0) {
				this.#waiting[0] = sliceBatch(this.#waiting[0], this.#row, this.#waiting[0].length);
				this.#row = 0;
			}
			this.#dirty = false;
		}
		return this.#row;
	}
}

/** An operator that turns each row into some rows by itself. `rowsAtOnce`: how many of the rows that wait are worked on in one step. */
export function expanding(context: OperatorContext, expand: (batch: Batch, firstRow: number) => Batch, rowsAtOnce: (waiting: Batch) => number): Operator {
	const saved = context.saved as { waiting: Json; row: number } | undefined;
	const waiting = new WaitingInput(context, context.inputs[0] ?? [], saved?.waiting);
	let row = saved?.row ?? 1;
	return {
		push: (_input, batch) => waiting.add(batch),
		end() {},
		busy: () => !waiting.isEmpty || context.ended(),
		step() {
			if (waiting.isEmpty) {
				context.finish();
				return;
			}
			const batch = waiting.peek(rowsAtOnce(waiting.peek(BATCH_ROWS)));
			const out = expand(batch, row);
			waiting.advance(batch.length);
			row += batch.length;
			context.worked(out.length * out.columns.length);
			context.emit(out);
		},
		save: () => ({ waiting: waiting.save(), row }),
	};
}
