import type { Batch } from '../../data/batch.ts';
import { gatherVector, nullVector } from '../../data/gather.ts';
import type { Field, Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { Json } from '../../lib/json.ts';
import type { AggregateCall } from '../../plan/operators.ts';
import { Grouping, resultColumns } from '../aggregate/grouping.ts';
import { makeAccumulator } from '../aggregate/make.ts';
import { DistinctSet } from '../hash/distinct-set.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { columnsAt, positions } from './narrow.ts';

interface GroupingSet {
	/** Columns of the input. */
	readonly keys: readonly number[];
	readonly names: ReadonlySet<string>;
	readonly grouping: Grouping;
	/** Per call, what takes repeated values out in front of it. */
	readonly distinct: readonly (DistinctSet | null)[];
}

interface SavedAggregate {
	readonly sets: readonly { readonly grouping: Json; readonly distinct: readonly (Json | null)[] }[];
	/** The set being given out. */
	readonly set: number;
}

/** Groups and what is computed over them, once for each grouping set. */
export function aggregate(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'aggregate') throw new TypeError('not an aggregation');
	const { groupBy } = operator;
	const schema = context.inputs[0] ?? [];
	const wanted = new Set(context.output.map((field) => field.name));
	const calls = operator.aggregates.filter((call) => wanted.has(call.alias));
	const fields = calls.map((call) => (call.field === null ? -1 : (positions(schema, [call.field])[0] as number)));
	const saved = context.saved as unknown as SavedAggregate | undefined;
	const indexes = operator.groupingSets ?? [groupBy.map((_, index) => index)];
	const sets = indexes.map((set, number) => makeSet(set, number));
	let giving = saved?.set ?? 0;

	return {
		push(_input, batch) {
			for (const set of sets) take(set, batch);
		},
		end() {},
		busy: () => context.ended(),
		step() {
			const set = sets[giving];
			if (set === undefined) context.finish();
			else if (!drain(set)) give(set);
		},
		bytes: () => sets.reduce((sum, set) => sum + set.grouping.bytes + set.distinct.reduce((held, each) => held + (each?.bytes ?? 0), 0), 0),
		spill() {
			for (const set of sets) {
				set.grouping.spill();
				for (const each of set.distinct) each?.spill();
			}
		},
		save() {
			const state: SavedAggregate = {
				sets: sets.map((set) => ({ grouping: set.grouping.save(), distinct: set.distinct.map((each) => each?.save() ?? null) })),
				set: giving,
			};
			return state as unknown as Json;
		},
	};

	function makeSet(members: readonly number[], number: number): GroupingSet {
		const names = members.map((index) => groupBy[index] as string);
		const keys = positions(schema, names);
		const keyFields = keys.map((column) => schema[column] as Field);
		const own = saved?.sets[number];
		const accumulators = () => calls.map((call, at) => makeAccumulator(call, fields[at] === -1 ? null : (schema[fields[at] as number] as Field).type, false));
		const distinct = calls.map((call, at) =>
			call.function === 'count_distinct'
				? new DistinctSet(
						context.chunks,
						`${number}.distinct${at}`,
						[...keyFields, { name: 'value', type: (schema[fields[at] as number] as Field).type }],
						own?.distinct[at] ?? undefined,
					)
				: null,
		);
		return { keys, names: new Set(names), grouping: new Grouping(context.chunks, `${number}`, keyFields, accumulators, own?.grouping), distinct };
	}

	function take(set: GroupingSet, batch: Batch): void {
		const keys = columnsAt(batch, set.keys);
		const { state } = set.grouping;
		const ids = state.groups(keys, batch.length);
		state.accumulators.forEach((accumulator, at) => {
			const values = fields[at] === -1 ? null : (batch.columns[fields[at] as number] as Vector);
			const distinct = set.distinct[at];
			if (distinct == null) accumulator.add(ids, values, batch.length);
			else {
				const fresh = distinct.add([...keys, values as Vector], batch.length);
				if (fresh !== null)
					accumulator.add(
						Int32Array.from(fresh, (row) => ids[row] as number),
						gatherVector(values as Vector, fresh),
						fresh.length,
					);
			}
		});
		set.grouping.took(batch.length);
	}

	/** One batch of values that turned out distinct only after the end; false when there are none left. */
	function drain(set: GroupingSet): boolean {
		for (let at = 0; at < calls.length; at++) {
			const fresh = set.distinct[at]?.drain() ?? null;
			if (fresh === null) continue;
			const { state } = set.grouping;
			const ids = state.groups(fresh.columns.slice(0, -1), fresh.length);
			state.accumulators[at]?.add(ids, fresh.columns.at(-1) as Vector, fresh.length);
			set.grouping.took(fresh.length);
			return true;
		}
		return false;
	}

	function give(set: GroupingSet): void {
		const range = set.grouping.next();
		if (range === null) giving++;
		else context.emit(resultBatch(set, context.output, range.from, range.to));
	}

	function resultBatch(set: GroupingSet, output: Schema, from: number, to: number): Batch {
		const { keys, values } = resultColumns(set.grouping.state, from, to);
		const byName = new Map<string, Vector>();
		[...set.names].forEach((name, index) => {
			byName.set(name, keys[index] as Vector);
		});
		calls.forEach((call: AggregateCall, index) => {
			byName.set(call.alias, values[index] as Vector);
		});
		return { schema: output, length: to - from, columns: output.map((field) => byName.get(field.name) ?? nullVector(field.type, to - from)) };
	}
}
