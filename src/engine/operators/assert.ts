import { compile } from '../../expression/evaluate.ts';
import type { RowError } from '../../expression/ir.ts';
import { selectRows } from '../../expression/select.ts';
import type { BadCell } from '../bad-rows.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { select } from './filter.ts';
import { narrow } from './narrow.ts';

/** Rows whose condition is not true are bad rows; the others go on. */
export function assert(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'assert') throw new TypeError('not an assertion');
	const predicate = compile(operator.predicate);
	return {
		push(input, batch) {
			const errors: RowError[] = [];
			const { rejected, rejectedCount } = selectRows(predicate, batch, errors);
			const out = narrow(batch, context.output);
			if (rejectedCount === 0 && errors.length === 0) {
				context.emit(out);
				return;
			}
			const bad: BadCell[] = errors.map((error) => ({ row: error.row, class: error.class, field: null, message: error.message }));
			for (const row of rejected.subarray(0, rejectedCount)) bad.push({ row, class: 'assertion_failed', field: null, message: operator.message });
			const kept = context.survivors(batch, context.received(input) - batch.length + 1, bad);
			context.emit(kept === null ? out : select(out, kept));
		},
		end: () => context.finish(),
	};
}
