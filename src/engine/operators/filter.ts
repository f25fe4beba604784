import type { Batch } from '../../data/batch.ts';
import { gatherBatch, pickBatch } from '../../data/gather.ts';
import { compile } from '../../expression/evaluate.ts';
import type { RowError } from '../../expression/ir.ts';
import { passing } from '../../expression/passing.ts';
import { selectRows } from '../../expression/select.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { narrow } from './narrow.ts';

/** Rows whose condition is true go on; false and null go to the rejected port. */
export function filter(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'filter') throw new TypeError('not a filter');
	const predicate = compile(operator.predicate);
	const passes = passing(operator.predicate);
	return {
		push(input, batch) {
			const errors: RowError[] = [];
			const divided = context.feeds('rejected') ? selectRows(predicate, batch, errors) : null;
			const { rows, count } = divided ?? passes(batch, errors);
			if (errors.length > 0) {
				const bad = errors.map((error) => ({ row: error.row, class: error.class, field: null, message: error.message }));
				context.survivors(batch, context.received(input) - batch.length + 1, bad);
			}
			const own = narrow(batch, context.output);
			if (context.lends) context.emit(pickBatch(own, rows, count));
			else context.emit(context.borrows ? gatherBatch(own, rows, count) : select(own, rows, count));
			if (divided !== null) context.emit(select(batch, divided.rejected, divided.rejectedCount), 'rejected');
		},
		end: () => context.finish(),
	};
}

/** Those rows; the batch itself where they are all of them. */
export function select(batch: Batch, rows: Int32Array | Uint32Array, count = rows.length): Batch {
	return count === batch.length ? batch : gatherBatch(batch, rows, count);
}
