import type { Operator, OperatorContext } from '../operator.ts';
import { keyColumns } from '../sort/row-order.ts';
import { Sorter } from '../sort/sorter.ts';
import { narrow } from './narrow.ts';

/** All rows in order; rows that tie stay as they came. */
export function sort(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'sort') throw new TypeError('not a sort');
	const schema = context.inputs[0] ?? [];
	const sorter = new Sorter(context.chunks, schema, keyColumns(schema, operator.keys), context.memory, context.saved);
	return {
		push: (_input, batch) => sorter.add(batch),
		end() {},
		busy: () => context.ended(),
		step() {
			const batch = sorter.next();
			if (batch === null) context.finish();
			else if (batch.length > 0) context.emit(narrow(batch, context.output));
		},
		bytes: () => sorter.bytes,
		spill: () => sorter.spill(),
		save: () => sorter.save(),
	};
}
