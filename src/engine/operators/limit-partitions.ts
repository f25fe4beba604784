import type { Batch } from '../../data/batch.ts';
import { gatherBatch } from '../../data/gather.ts';
import type { Json } from '../../lib/json.ts';
import type { Operator as PlanOperator } from '../../plan/operators.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { keyColumns, RowKeys } from '../sort/row-order.ts';
import { Sorter } from '../sort/sorter.ts';
import { select } from './filter.ts';
import { narrow } from './narrow.ts';

interface SavedLimit {
	readonly sorter: Json;
	/** Rows of the current partition that were seen. */
	readonly seen: number;
}

/** The first rows of each partition by an order: a sort by partition and order, of which the rest of each partition is dropped. */
export function limitSortedPartitions(context: OperatorContext, operator: Extract<PlanOperator, { kind: 'limit' }>): Operator {
	const schema = context.inputs[0] ?? [];
	const saved = context.saved as unknown as SavedLimit | undefined;
	const partition = keyColumns(
		schema,
		operator.partitionBy.map((field) => ({ field, direction: 'asc', nulls: 'last' })),
	);
	const sorter = new Sorter(context.chunks, schema, [...partition, ...keyColumns(schema, operator.sort)], context.memory, saved?.sorter);
	/** The last row given out by the sorter, kept where a restart finds it. */
	const border = context.chunks.stream('border', schema);
	let last: Batch | null = border.to > border.from ? border.read(border.from) : null;
	let seen = saved?.seen ?? 0;
	let moved = false;
	return {
		push: (_input, batch) => sorter.add(batch),
		end() {},
		busy: () => context.ended(),
		step() {
			const batch = sorter.next();
			if (batch === null) {
				context.finish();
				return;
			}
			if (batch.length === 0) return;
			const rows = new Int32Array(batch.length);
			const keys = new RowKeys(batch, partition);
			const goesOn = last !== null && keys.same(0, new RowKeys(last, partition), 0);
			let kept = 0;
			for (let row = 0; row < batch.length; row++) {
				const same = row === 0 ? goesOn : keys.same(row - 1, keys, row);
				seen = same ? seen + 1 : 1;
				if (seen <= operator.count) rows[kept++] = row;
			}
			last = gatherBatch(batch, Int32Array.of(batch.length - 1));
			moved = true;
			context.emit(select(narrow(batch, context.output), rows, kept));
		},
		bytes: () => sorter.bytes,
		spill: () => sorter.spill(),
		save() {
			if (moved && last !== null) {
				border.clear();
				border.append(last);
				moved = false;
			}
			const state: SavedLimit = { sorter: sorter.save(), seen };
			return state as unknown as Json;
		},
	};
}
