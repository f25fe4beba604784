import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { concatVectors, constantVector, gatherVector } from '../../data/gather.ts';
import { sameType } from '../../data/type-names.ts';
import type { DataType, Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { compile } from '../../expression/evaluate.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { expanding } from './expansion.ts';
import { columnOf } from './narrow.ts';

/** One row for each of the named columns, row by row in their order; the other columns repeat. */
export function unpivot(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'unpivot') throw new TypeError('not an unpivot');
	const { columns, keyAlias, valueAlias } = operator;
	const count = columns.length;
	const valueType = context.output.find((field) => field.name === valueAlias)?.type;
	const read = valueType === undefined ? [] : columns.map((name) => readAs(context.inputs[0] ?? [], name, valueType));
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
				const values = concatVectors(read.map((column) => column(batch)));
				return gatherVector(
					values,
					Int32Array.from({ length: rows }, (_, row) => (row % count) * batch.length + Math.floor(row / count)),
				);
			});
			return { schema: context.output, length: rows, columns: made } satisfies Batch;
		},
		() => Math.max(1, Math.floor(BATCH_ROWS / count)),
	);
}

/** A column as the type that all have in common, which none of its values fails. */
function readAs(schema: Schema, name: string, type: DataType): (batch: Batch) => Vector {
	const own = schema.find((field) => field.name === name)?.type ?? type;
	if (sameType(own, type)) return (batch) => columnOf(batch, name);
	const widened = compile({ kind: 'cast', argument: { kind: 'column', name, type: own }, type, lenient: false });
	return (batch) => widened(batch, []);
}
