import type { Batch } from '../../data/batch.ts';
import { gatherVector, nullVector } from '../../data/gather.ts';
import type { Field, Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { Json } from '../../lib/json.ts';
import type { AggregateCall } from '../../plan/operators.ts';
import { DistinctSet } from '../hash/distinct-set.ts';
import { columnsAt, positions } from '../operators/narrow.ts';
import type { NodeChunks } from '../storage/chunk-store.ts';
import { PARTITIONS } from '../storage/partitions.ts';
import { Grouping, resultColumns } from './grouping.ts';
import { makeAccumulator } from './make.ts';

interface GroupingSet {
	/** Columns of the input. */
	readonly keys: readonly number[];
	readonly names: readonly string[];
	readonly grouping: Grouping;
	/** Per call, what takes repeated values out in front of it. */
	readonly distinct: readonly (DistinctSet | null)[];
}

interface SavedSets {
	readonly sets: readonly { readonly grouping: Json; readonly distinct: readonly (Json | null)[] }[];
	/** The set being given out. */
	readonly set: number;
}

export interface SetsOf {
	readonly chunks: NodeChunks;
	readonly input: Schema;
	readonly output: Schema;
	/** Names of the key columns of each set. */
	readonly sets: readonly (readonly string[])[];
	readonly calls: readonly AggregateCall[];
}

/** How many streams of chunks one set may land in: each of its parts by partition. */
export function streamsOf(calls: readonly AggregateCall[]): number {
	const distinct = calls.filter((call) => call.function === 'count_distinct').length;
	return PARTITIONS + 1 + distinct * (PARTITIONS * 2 + 1);
}

/** Groups and what is computed over them, for several grouping sets side by side over the same rows. */
export class GroupingSets {
	readonly #of: SetsOf;
	readonly #fields: readonly number[];
	readonly #sets: readonly GroupingSet[];
	#giving: number;

	constructor(of: SetsOf, saved: Json | undefined) {
		this.#of = of;
		this.#fields = of.calls.map((call) => (call.field === null ? -1 : (positions(of.input, [call.field])[0] as number)));
		const state = saved as unknown as SavedSets | undefined;
		this.#sets = of.sets.map((names, number) => this.#makeSet(names, number, state));
		this.#giving = state?.set ?? 0;
	}

	/** The cells (see `Meter`) that taking in a row costs. */
	get rowCost(): number {
		return this.#sets.reduce((sum, set) => sum + (set.keys.length + set.distinct.length) * 2, 0);
	}

	take(batch: Batch): void {
		for (const set of this.#sets) this.#take(set, batch);
	}

	/** After the last row: a batch of results, undefined where a step of work gave none, null at the end. */
	next(): Batch | undefined | null {
		const set = this.#sets[this.#giving];
		if (set === undefined) return null;
		if (this.#drain(set)) return undefined;
		const range = set.grouping.next();
		if (range !== null) return this.#result(set, range.from, range.to);
		this.#giving++;
		return undefined;
	}

	get bytes(): number {
		return this.#sets.reduce((sum, set) => sum + set.grouping.bytes + set.distinct.reduce((held, each) => held + (each?.bytes ?? 0), 0), 0);
	}

	spill(): void {
		for (const set of this.#sets) {
			set.grouping.spill();
			for (const each of set.distinct) each?.spill();
		}
	}

	save(): Json {
		const state: SavedSets = {
			sets: this.#sets.map((set) => ({ grouping: set.grouping.save(), distinct: set.distinct.map((each) => each?.save() ?? null) })),
			set: this.#giving,
		};
		return state as unknown as Json;
	}

	/** Forgets what was landed, so that other sets may take the place of these. */
	vacate(): void {
		for (const set of this.#sets) {
			set.grouping.vacate();
			for (const each of set.distinct) each?.vacate();
		}
	}

	#makeSet(names: readonly string[], number: number, saved: SavedSets | undefined): GroupingSet {
		const { chunks, input, calls } = this.#of;
		const keys = positions(input, names);
		const keyFields = keys.map((column) => input[column] as Field);
		const own = saved?.sets[number];
		const fieldOf = (at: number) => input[this.#fields[at] as number] as Field;
		const accumulators = () => calls.map((call, at) => makeAccumulator(call, this.#fields[at] === -1 ? null : fieldOf(at).type, false));
		const distinct = calls.map((call, at) => {
			if (call.function !== 'count_distinct') return null;
			return new DistinctSet(chunks, `${number}.distinct${at}`, [...keyFields, { name: 'value', type: fieldOf(at).type }], own?.distinct[at] ?? undefined);
		});
		return { keys, names, grouping: new Grouping(chunks, `${number}`, keyFields, accumulators, own?.grouping), distinct };
	}

	#take(set: GroupingSet, batch: Batch): void {
		const keys = columnsAt(batch, set.keys);
		const { state } = set.grouping;
		const ids = state.groups(keys, batch.length);
		state.accumulators.forEach((accumulator, at) => {
			const values = this.#fields[at] === -1 ? null : (batch.columns[this.#fields[at] as number] as Vector);
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
	#drain(set: GroupingSet): boolean {
		for (let at = 0; at < this.#of.calls.length; at++) {
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

	#result(set: GroupingSet, from: number, to: number): Batch {
		const { output: schema, calls } = this.#of;
		const { keys, values } = resultColumns(set.grouping.state, from, to);
		const byName = new Map<string, Vector>();
		set.names.forEach((name, index) => {
			byName.set(name, keys[index] as Vector);
		});
		calls.forEach((call, index) => {
			byName.set(call.alias, values[index] as Vector);
		});
		return { schema, length: to - from, columns: schema.map((field) => byName.get(field.name) ?? nullVector(field.type, to - from)) };
	}
}
