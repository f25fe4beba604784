import type { Batch } from '../data/batch.ts';
import type { BooleanVector } from '../data/vector.ts';
import type { CompiledExpression } from './evaluate.ts';
import type { RowError } from './ir.ts';

/** Row numbers in ascending order; only the first `count` (`rejectedCount`) of each array mean anything. */
export interface SelectedRows {
	/** Rows a predicate is true for. */
	readonly rows: Uint32Array;
	readonly count: number;
	/** Rows it is false or null for. A row that failed is in neither, but in the errors. */
	readonly rejected: Uint32Array;
	readonly rejectedCount: number;
}

/** Row numbers in ascending order; only the first `count` mean anything. */
export type PassingRows = Pick<SelectedRows, 'rows' | 'count'>;

/** As `selectRows`, where nobody asks for the others. */
export function passingRows(predicate: CompiledExpression, batch: Batch, errors: RowError[]): PassingRows {
	// A row that failed is null.
	const { values, nulls } = predicate(batch, errors) as BooleanVector;
	const { length } = batch;
	const rows = new Uint32Array(length);
	let count = 0;
	if (nulls === null)
		for (let row = 0; row < length; row++) {
			rows[count] = row;
			count += values[row] as number;
		}
	else
		for (let row = 0; row < length; row++) {
			rows[count] = row;
			count += nulls[row] === 1 ? 0 : (values[row] as number);
		}
	return { rows, count };
}

/** Divides a batch by a compiled boolean expression. */
export function selectRows(predicate: CompiledExpression, batch: Batch, errors: RowError[]): SelectedRows {
	const failures: RowError[] = [];
	const { values, nulls } = predicate(batch, failures) as BooleanVector;
	const { length } = batch;
	const rows = new Uint32Array(length);
	const rejected = new Uint32Array(length);
	let count = 0;
	let rejectedCount = 0;
	const failed = failures.length === 0 ? null : new Uint8Array(length);
	for (const failure of failures) {
		(failed as Uint8Array)[failure.row] = 1;
		errors.push(failure);
	}
	for (let row = 0; row < length; row++) {
		// Branchless but for the null test: both arrays are written, one counter moves.
		const taken = nulls !== null && nulls[row] === 1 ? 0 : (values[row] as number);
		rows[count] = row;
		rejected[rejectedCount] = row;
		count += taken;
		rejectedCount += failed !== null && failed[row] === 1 ? 0 : 1 - taken;
	}
	return { rows, count, rejected, rejectedCount };
}
