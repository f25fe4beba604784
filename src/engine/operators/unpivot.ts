import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { concatVectors, constantVector, gatherVector } from '../../data/gather.ts';
import type { Vector } from '../../data/vector.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { expanding } from './expansion.ts';
import { columnOf } from './narrow.ts';

/** One row for each of the named columns, row by row in their order; the other columns repeat. */
export function unpivot(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'unpivot') throw new TypeError('not an unpivot');
	const { columns, keyAlias, valueAlias } = operator;
	const count = columns.length;
	return expanding(
		context,
		(batch) => {
			const rows = batch.length * count;
			const repeated = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / count));
			const made = context.output.map((field): Vector => {
				if (field.name === keyAlias) {
					const keys = columns.map((name) => constantVector({ kind: 'string' }, name, 1));
					return gatherVector(
						concatVectors(keys),
						Int32Array.from({ length: rows }, (_, row) => row % count),
					);
				}
				if (field.name !== valueAlias) return gatherVector(columnOf(batch, field.name), repeated);
				const values = concatVectors(columns.map((name) => columnOf(batch, name)));
				return gatherVector(
					values,
					Int32Array.from({ length: rows }, (_, row) => (row % count) * batch.length + Math.floor(row / count)),
				);
			});
			return { schema: context.output, length: rows, columns: made } satisfies Batch;
		},
		Math.max(1, Math.floor(BATCH_ROWS / count)),
	);
}
