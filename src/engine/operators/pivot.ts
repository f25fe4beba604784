import type { Batch } from '../../data/batch.ts';
import { constantVector } from '../../data/gather.ts';
import { parseValue } from '../../data/text.ts';
import type { Field } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { Grouping, resultColumns } from '../aggregate/grouping.ts';
import { makeAccumulator } from '../aggregate/make.ts';
import { KeyTable } from '../hash/key-table.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { columnsAt, positions } from './narrow.ts';

/** One row a group, one column for each wanted key: the aggregate of the values whose key it is. */
export function pivot(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'pivot') throw new TypeError('not a pivot');
	const schema = context.inputs[0] ?? [];
	const keys = positions(schema, operator.groupBy);
	const [key, value] = positions(schema, [operator.key, operator.value]) as [number, number];
	const keyType = (schema[key] as Field).type;
	const valueType = (schema[value] as Field).type;
	/** Ids of the wanted key values are their places among the columns. */
	const wanted = new KeyTable([keyType]);
	for (const column of operator.columns) wanted.insert([constantVector(keyType, parseValue(keyType, column.key) ?? null, 1)], 1);
	const typeOf = new Map(context.node.output.map((field) => [field.name, field.type]));
	const accumulators = () =>
		operator.columns.map(({ name }) =>
			makeAccumulator(
				{ function: operator.aggregate, alias: name, type: typeOf.get(name) ?? valueType },
				operator.aggregate === 'count_all' ? null : valueType,
			),
		);
	const grouping = new Grouping(
		context.chunks,
		'groups',
		keys.map((column) => schema[column] as Field),
		accumulators,
		context.saved,
	);
	return {
		push(_input, batch) {
			const ids = grouping.state.groups(columnsAt(batch, keys), batch.length);
			const places = wanted.find([batch.columns[key] as Vector], batch.length, false);
			const masked = new Int32Array(batch.length);
			grouping.state.accumulators.forEach((accumulator, place) => {
				let any = false;
				for (let row = 0; row < batch.length; row++) {
					const is = places[row] === place;
					masked[row] = is ? (ids[row] as number) : -1;
					any ||= is;
				}
				if (any) accumulator.add(masked, batch.columns[value] as Vector, batch.length);
			});
			grouping.took(batch.length);
		},
		end() {},
		busy: () => context.ended(),
		step() {
			const range = grouping.next();
			if (range === null) context.finish();
			else context.emit(resultBatch(range.from, range.to));
		},
		bytes: () => grouping.bytes,
		spill: () => grouping.spill(),
		save: () => grouping.save(),
	};

	function resultBatch(from: number, to: number): Batch {
		const made = resultColumns(grouping.state, from, to);
		const names = [
			...(operator as { groupBy: readonly string[] }).groupBy,
			...(operator as { columns: readonly { name: string }[] }).columns.map((column) => column.name),
		];
		const columns = [...made.keys, ...made.values];
		return { schema: context.output, length: to - from, columns: context.output.map((field) => columns[names.indexOf(field.name)] as Vector) };
	}
}
