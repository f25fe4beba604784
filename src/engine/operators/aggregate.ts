import type { Schema } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { AggregateOperator } from '../../plan/operators.ts';
import { GroupingSets, type SetsOf, streamsOf } from '../aggregate/grouping-sets.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { narrow } from './narrow.ts';

/**
 * Grouping sets that are worked out side by side. A cube of ten columns has 1,024: each with partitions of its own would take more
 * memory than there is, and more streams than a run can number.
 */
const SETS_AT_ONCE = 8;
/** Streams of chunks that the sets of one pass may have together. */
const MOST_STREAMS = 4096;

/** Groups and what is computed over them, once for each grouping set. */
export function aggregate(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'aggregate') throw new TypeError('not an aggregation');
	const { groupBy, groupingSets, aggregates } = operator;
	const wanted = new Set(context.output.map((field) => field.name));
	const calls = aggregates.filter((call) => wanted.has(call.alias));
	const sets = groupingSets?.map((set) => set.map((index) => groupBy[index] as string)) ?? [groupBy];
	const of: SetsOf = { chunks: context.chunks, input: context.inputs[0] ?? [], output: context.output, sets, calls };
	const atOnce = setsAtOnce({ groupingSets, aggregates: calls });
	return atOnce === null ? together(context, of) : inPasses(context, of, atOnce);
}

/** How many grouping sets are worked out in one pass over landed rows; null where all of them are, as rows come. */
export function setsAtOnce({ groupingSets, aggregates }: Pick<AggregateOperator, 'groupingSets' | 'aggregates'>): number | null {
	const atOnce = Math.max(1, Math.min(SETS_AT_ONCE, Math.floor(MOST_STREAMS / streamsOf(aggregates))));
	return (groupingSets?.length ?? 1) <= atOnce ? null : atOnce;
}

function together(context: OperatorContext, of: SetsOf): Operator {
	const sets = new GroupingSets(of, context.saved);
	return {
		push: (_input, batch) => sets.take(batch),
		end() {},
		busy: () => context.ended(),
		step() {
			const batch = sets.next();
			if (batch === null) context.finish();
			else if (batch !== undefined) context.emit(batch);
		},
		bytes: () => sets.bytes,
		spill: () => sets.spill(),
		save: () => sets.save(),
	};
}

interface SavedPasses {
	readonly pass: number;
	/** The next chunk of the landed rows that this pass takes. */
	readonly seq: number;
	readonly sets: Json;
}

/** The rows are landed, and go through a few of the sets at a time. */
function inPasses(context: OperatorContext, of: SetsOf, atOnce: number): Operator {
	const needed = new Set([...of.sets.flat(), ...of.calls.flatMap(({ field }) => field ?? [])]);
	const input: Schema = of.input.filter((field) => needed.has(field.name));
	const landed = context.chunks.stream('rows', input);
	const saved = context.saved as unknown as SavedPasses | undefined;
	let pass = saved?.pass ?? 0;
	let seq = saved?.seq ?? landed.from;
	let sets = setsOfPass(saved?.sets);

	return {
		push: (_input, batch) => landed.append(narrow(batch, input)),
		end() {},
		busy: () => context.ended(),
		step() {
			if (seq < landed.to) {
				const rows = landed.read(seq++);
				sets.take(rows);
				context.worked(rows.length * sets.rowCost);
				return;
			}
			const batch = sets.next();
			if (batch === undefined) return;
			if (batch !== null) context.emit(batch);
			else if ((pass + 1) * atOnce < of.sets.length) {
				sets.vacate();
				pass++;
				seq = landed.from;
				sets = setsOfPass(undefined);
			} else context.finish();
		},
		bytes: () => sets.bytes,
		spill: () => sets.spill(),
		save() {
			const state: SavedPasses = { pass, seq, sets: sets.save() };
			return state as unknown as Json;
		},
	};

	function setsOfPass(state: Json | undefined): GroupingSets {
		return new GroupingSets({ ...of, input, sets: of.sets.slice(pass * atOnce, (pass + 1) * atOnce) }, state);
	}
}
