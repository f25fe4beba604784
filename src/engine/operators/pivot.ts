import { valueAt } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import { constantVector } from '../../data/gather.ts';
import { parseValue } from '../../data/text.ts';
import type { Field } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { withNulls } from '../../data/with-nulls.ts';
import { Grouping, resultColumns } from '../aggregate/grouping.ts';
import { makeAccumulator } from '../aggregate/make.ts';
import { KeyTable } from '../hash/key-table.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { columnsAt, positions } from './narrow.ts';

/** Aggregates that are not null over no rows. */
const VALUE_OF_NOTHING: ReadonlySet<string> = new Set(['count', 'count_all', 'count_distinct', 'approx_count_distinct', 'collect']);

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
	/** Behind the values: how many rows each key had, where the aggregate of none would be something else than null. */
	const counted = VALUE_OF_NOTHING.has(operator.aggregate);
	const accumulators = () => [
		...operator.columns.map(({ name }) =>
			makeAccumulator(
				{ function: operator.aggregate, alias: name, type: typeOf.get(name) ?? valueType },
				operator.aggregate === 'count_all' ? null : valueType,
			),
		),
		...(counted ? operator.columns.map(({ name }) => makeAccumulator({ function: 'count_all', alias: name, type: { kind: 'long' } }, null)) : []),
	];
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
			grouping.state.accumulators.forEach((accumulator, number) => {
				const place = number % operator.columns.length;
				let any = false;
				for (let row = 0; row < batch.length; row++) {
					const is = places[row] === place;
					masked[row] = is ? (ids[row] as number) : -1;
					any ||= is;
				}
				if (any) accumulator.add(masked, number === place ? valuesOf(batch) : null, batch.length);
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

	/** What the aggregate looks at: count_all counts rows, whatever they hold. */
	function valuesOf(batch: Batch): Vector | null {
		return (operator as { aggregate: string }).aggregate === 'count_all' ? null : (batch.columns[value] as Vector);
	}

	function resultBatch(from: number, to: number): Batch {
		const made = resultColumns(grouping.state, from, to);
		const names = [
			...(operator as { groupBy: readonly string[] }).groupBy,
			...(operator as { columns: readonly { name: string }[] }).columns.map((column) => column.name),
		];
		const wantedKeys = (operator as { columns: readonly unknown[] }).columns.length;
		const values = made.values
			.slice(0, wantedKeys)
			.map((vector, place) => (counted ? nullWhereZero(vector, made.values[wantedKeys + place] as Vector) : vector));
		const columns = [...made.keys, ...values];
		return { schema: context.output, length: to - from, columns: context.output.map((field) => columns[names.indexOf(field.name)] as Vector) };
	}
}

/** A key that a group does not have is null there, whatever its aggregate of no rows would be. */
function nullWhereZero(vector: Vector, rows: Vector): Vector {
	const nulls = Uint8Array.from({ length: vector.length }, (_, row) => (vector.nulls?.[row] === 1 || valueAt(rows, row) === 0 ? 1 : 0));
	return withNulls(vector, nulls);
}
