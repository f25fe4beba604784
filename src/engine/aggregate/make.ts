import type { DataType } from '../../data/types.ts';
import type { AggregateFunction } from '../../plan/operators.ts';
import type { Accumulator } from './accumulator.ts';
import { ApproximateCount } from './approximate-count.ts';
import { Collect } from './collect.ts';
import { Count } from './count.ts';
import { DistinctCount } from './distinct-count.ts';
import { DoubleSum } from './double-sum.ts';
import { EdgeValue } from './edge-value.ts';
import { ExactSum } from './exact-sum.ts';
import { extreme } from './extreme.ts';
import { Moments } from './moments.ts';

/** What is computed, and of which type the result is. */
export interface AccumulatorCall {
	readonly function: AggregateFunction;
	readonly alias: string;
	readonly type: DataType;
}

/**
 * The accumulator of a call: `input` is its field's type (null for count_all). `repeats` false: count_distinct counts what it is
 * given, because the caller takes repeated values out.
 */
export function makeAccumulator(call: AccumulatorCall, input: DataType | null, repeats = true): Accumulator {
	const exact = input !== null && (input.kind === 'integer' || input.kind === 'long' || input.kind === 'decimal');
	switch (call.function) {
		case 'count':
		case 'count_all':
			return new Count(call.type);
		case 'count_distinct':
			return repeats && input !== null ? new DistinctCount(input) : new Count(call.type);
		case 'approx_count_distinct':
			return new ApproximateCount();
		case 'sum':
		case 'avg':
			return exact
				? new ExactSum(call.type, input, call.function === 'avg', `${call.function} ${call.alias}`)
				: new DoubleSum(call.type, call.function === 'avg');
		case 'min':
			return extreme(call.type, 1);
		case 'max':
			return extreme(call.type, -1);
		case 'first':
			return new EdgeValue(call.type, false);
		case 'last':
			return new EdgeValue(call.type, true);
		case 'collect':
			return new Collect(`collect ${call.alias}`);
		case 'stddev':
			return new Moments(true);
		case 'variance':
			return new Moments(false);
	}
}
