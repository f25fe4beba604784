import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { sliceBatch } from '../../data/gather.ts';
import type { DataType } from '../../data/types.ts';
import { KeyTable } from '../hash/key-table.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { keyColumns } from '../sort/row-order.ts';
import { TopRows } from '../sort/top-rows.ts';
import { select } from './filter.ts';
import { limitSortedPartitions } from './limit-partitions.ts';
import { columnsAt, narrow, positions } from './narrow.ts';

/** Past this many rows a top-n is a full sort of which the end is cut off. */
const MOST_TOP_ROWS = 20_000;

/** The first rows, by an order where one is given, of each partition where there are any. */
export function limit(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'limit') throw new TypeError('not a limit');
	if (operator.sort.length === 0)
		return operator.partitionBy.length === 0 ? firstRows(context, operator.count) : firstOfEach(context, operator.count, operator.partitionBy);
	if (operator.partitionBy.length > 0 || operator.count > MOST_TOP_ROWS) return limitSortedPartitions(context, operator);
	const schema = context.inputs[0] ?? [];
	const top = new TopRows(context.chunks, schema, keyColumns(schema, operator.sort), operator.count);
	let given = (context.saved as number | undefined) ?? 0;
	return {
		push: (_input, batch) => top.add(batch),
		end() {},
		busy: () => context.ended(),
		step() {
			const rows = top.rows();
			if (rows === null || given >= rows.length) {
				context.finish();
				return;
			}
			const from = given;
			given = Math.min(rows.length, from + BATCH_ROWS);
			context.emit(narrow(sliceBatch(rows, from, given), context.output));
		},
		bytes: () => top.bytes,
		save() {
			top.save();
			return given;
		},
	};
}

function firstRows(context: OperatorContext, count: number): Operator {
	let left = (context.saved as number | undefined) ?? count;
	return {
		push(_input, batch) {
			const taken = Math.min(left, batch.length);
			left -= taken;
			context.emit(narrow(sliceBatch(batch, 0, taken), context.output));
			if (left === 0) context.finish();
		},
		end: () => context.finish(),
		wants: () => left > 0,
		save: () => left,
	};
}

function firstOfEach(context: OperatorContext, count: number, partitionBy: readonly string[]): Operator {
	const schema = context.inputs[0] ?? [];
	const columns = positions(schema, partitionBy);
	const keySchema = columns.map((column) => schema[column] as (typeof schema)[number]);
	const counted: DataType = { kind: 'integer' };
	const stored = context.chunks.stream('counts', [...keySchema, { name: '', type: counted }]);
	const table = new KeyTable(keySchema.map((field) => field.type));
	let counts = new Int32Array(64);
	for (const batch of stored.batches()) {
		const ids = table.insert(batch.columns.slice(0, -1), batch.length);
		const seen = batch.columns.at(-1) as { values: Int32Array } & (typeof batch.columns)[number];
		counts = roomFor(counts, table.size);
		for (let row = 0; row < batch.length; row++) counts[ids[row] as number] = seen.values[row] as number;
	}
	let dirty = false;
	return {
		push(_input, batch) {
			dirty = true;
			const ids = table.insert(columnsAt(batch, columns), batch.length);
			counts = roomFor(counts, table.size);
			const rows = new Int32Array(batch.length);
			let kept = 0;
			for (let row = 0; row < batch.length; row++) {
				const id = ids[row] as number;
				if ((counts[id] as number) >= count) continue;
				counts[id] = (counts[id] as number) + 1;
				rows[kept++] = row;
			}
			context.emit(select(narrow(batch, context.output), rows, kept));
		},
		end: () => context.finish(),
		bytes: () => table.bytes + counts.byteLength,
		save() {
			if (dirty) {
				stored.clear();
				for (let from = 0; from < table.size; from += BATCH_ROWS) stored.append(countsOf(from, Math.min(table.size, from + BATCH_ROWS)));
			}
			dirty = false;
			return null;
		},
	};

	function countsOf(from: number, to: number): Batch {
		const values = counts.slice(from, to);
		return {
			schema: stored.schema,
			length: to - from,
			columns: [...table.keys(from, to), { type: counted, layout: 'int32', length: to - from, nulls: null, values }],
		};
	}
}

function roomFor(counts: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
	if (size <= counts.length) return counts;
	const larger = new Int32Array(Math.max(size, counts.length * 2));
	larger.set(counts);
	return larger;
}
