import type { Batch } from '../../data/batch.ts';
import { gatherVector } from '../../data/gather.ts';
import type { Vector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import type { RowError, RowErrorClass } from '../ir.ts';
import { MAX_BATCH_TEXT } from '../limits.ts';
import type { Environment } from './environment.ts';

/**
 * The rows an expression, or a lazy branch of one, is evaluated for. A branch gets a frame of its own with only the rows that
 * take it, so kernels stay dense loops; columns are gathered when first asked for.
 */
export class Frame {
	readonly length: number;
	readonly environment: Environment;
	private readonly batch: Batch;
	private readonly errors: RowError[];
	/** Row of the batch of each row here; null for all of them in order. */
	private readonly rows: Uint32Array | null;
	private readonly made: { length: number };
	private readonly gathered = new Map<number, Vector>();

	constructor(batch: Batch, errors: RowError[], environment: Environment, rows: Uint32Array | null = null, made = { length: 0 }) {
		this.batch = batch;
		this.errors = errors;
		this.environment = environment;
		this.rows = rows;
		this.made = made;
		this.length = rows === null ? batch.length : rows.length;
	}

	/** A column of the batch, by its index in the schema. */
	column(index: number): Vector {
		const vector = this.batch.columns[index] as Vector;
		if (this.rows === null) return vector;
		let own = this.gathered.get(index);
		if (own === undefined) {
			own = gatherVector(vector, this.rows);
			this.gathered.set(index, own);
		}
		return own;
	}

	get schema(): Batch['schema'] {
		return this.batch.schema;
	}

	/** A frame of some of these rows, given in ascending order. */
	select(rows: Uint32Array): Frame {
		if (rows.length === this.length) return this;
		const own = this.rows === null ? rows : rows.map((row) => (this.rows as Uint32Array)[row] as number);
		return new Frame(this.batch, this.errors, this.environment, own, this.made);
	}

	/** See `Call.reserve`. */
	reserve(length: number): void {
		this.made.length += length;
		if (this.made.length <= MAX_BATCH_TEXT) return;
		throw new AppError('limit', `An expression makes more than ${MAX_BATCH_TEXT} characters of text out of one batch of rows.`, {
			hint: 'Functions such as repeat, lpad, replace and concat make too long texts here; shorten them.',
		});
	}

	/** Records that a row failed; its result becomes null whatever is made of it further up. */
	fail(row: number, cause: RowErrorClass, message: string): void {
		this.errors.push({ row: this.rows === null ? row : (this.rows[row] as number), class: cause, message });
	}
}
