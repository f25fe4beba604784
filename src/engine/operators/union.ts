import type { Batch } from '../../data/batch.ts';
import { nullVector } from '../../data/gather.ts';
import { sameType } from '../../data/type-names.ts';
import type { Field, Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { type CompiledExpression, compile } from '../../expression/evaluate.ts';
import type { RowError } from '../../expression/ir.ts';
import type { BadCell } from '../bad-rows.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { select } from './filter.ts';

/** All rows of all inputs; a column that an input lacks is null, one of a narrower type is cast. */
export function union(context: OperatorContext): Operator {
	const { operator, output } = context.node;
	if (operator.kind !== 'union') throw new TypeError('not a union');
	const makers = operator.inputs.map((sources, input) =>
		context.output.map((field) => columnMaker(field, sources[output.findIndex((each) => each.name === field.name)] ?? null, context.inputs[input] ?? [])),
	);
	return {
		push(input, batch) {
			const bad: BadCell[] = [];
			const columns = (makers[input] ?? []).map((make, column) => {
				const errors: RowError[] = [];
				const vector = make(batch, errors);
				for (const error of errors) bad.push({ row: error.row, class: error.class, field: context.output[column]?.name ?? null, message: error.message });
				return vector;
			});
			const out: Batch = { schema: context.output, length: batch.length, columns };
			const kept = bad.length === 0 ? null : context.survivors(batch, context.received(input) - batch.length + 1, bad);
			context.emit(kept === null ? out : select(out, kept));
		},
		end() {
			if (context.ended()) context.finish();
		},
		// Inputs are taken one after another.
		accepts(input) {
			for (let earlier = 0; earlier < input; earlier++) if (!context.hasEnded(earlier)) return false;
			return true;
		},
	};
}

function columnMaker(field: Field, source: string | null, schema: Schema): CompiledExpression {
	const index = schema.findIndex((each) => each.name === source);
	const from = schema[index];
	if (source === null || from === undefined) return (batch) => nullVector(field.type, batch.length);
	if (sameType(from.type, field.type)) return (batch) => batch.columns[index] as Vector;
	return compile({ kind: 'cast', type: field.type, lenient: false, argument: { kind: 'column', type: from.type, name: from.name } });
}
