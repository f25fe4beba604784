import type { Batch } from '../../data/batch.ts';
import type { Vector } from '../../data/vector.ts';
import { type CompiledExpression, compile } from '../../expression/evaluate.ts';
import type { RowError } from '../../expression/ir.ts';
import type { BadCell } from '../bad-rows.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { select } from './filter.ts';

/** Computes each output column. Columns that nobody reads are left out, except where their faults would count. */
export function project(context: OperatorContext): Operator {
	const { operator, onError } = context.node;
	if (operator.kind !== 'project') throw new TypeError('not a projection');
	const wanted = new Set(context.output.map((field) => field.name));
	const columns = operator.columns.map((column) => ({ name: column.name, evaluate: compile(column.expr), isWanted: wanted.has(column.name) }));
	const computed = onError === 'fail' ? columns.filter((column) => column.isWanted) : columns;
	return {
		push(input, batch) {
			const bad: BadCell[] = [];
			const vectors: Vector[] = [];
			for (const column of computed) {
				const vector = evaluateColumn(column, batch, bad);
				if (column.isWanted) vectors.push(vector);
			}
			const out: Batch = { schema: context.output, length: batch.length, columns: vectors };
			const kept = bad.length === 0 ? null : context.survivors(batch, context.received(input) - batch.length + 1, bad);
			context.emit(kept === null ? out : select(out, kept));
		},
		end: () => context.finish(),
	};
}

function evaluateColumn(column: { name: string; evaluate: CompiledExpression }, batch: Batch, bad: BadCell[]): Vector {
	const errors: RowError[] = [];
	const vector = column.evaluate(batch, errors);
	for (const error of errors) bad.push({ row: error.row, class: error.class, field: column.name, message: error.message });
	return vector;
}
