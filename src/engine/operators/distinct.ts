import { gatherBatch } from '../../data/gather.ts';
import { DistinctSet } from '../hash/distinct-set.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { columnsAt, narrow, positions } from './narrow.ts';

/** The first row of each key. Rows go on as they come while the keys fit in memory. */
export function distinct(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'distinct') throw new TypeError('not a distinct');
	const schema = context.inputs[0] ?? [];
	const names = operator.on.length > 0 ? operator.on : schema.map((field) => field.name);
	const columns = positions(schema, names);
	const keySchema = columns.map((column) => schema[column] as (typeof schema)[number]);
	const set = new DistinctSet(context.chunks, 'keys', keySchema, context.saved);
	return {
		push(_input, batch) {
			const fresh = set.add(columnsAt(batch, columns), batch.length);
			if (fresh !== null && fresh.length > 0) context.emit(gatherBatch(narrow(batch, context.output), fresh));
		},
		end() {},
		busy: () => context.ended(),
		step() {
			const batch = set.drain();
			if (batch === null) context.finish();
			else context.emit(narrow(batch, context.output));
		},
		bytes: () => set.bytes,
		spill: () => set.spill(),
		save: () => set.save(),
	};
}
