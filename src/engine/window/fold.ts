import { valueAt } from '../../data/access.ts';
import { compareValues } from '../../data/compare.ts';
import { LONG_MAX, LONG_MIN, powerOfTen, toExact } from '../../data/exact.ts';
import type { DataType, ExactInteger, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import type { WindowCall } from '../../plan/operators.ts';
import { doubles } from '../aggregate/accumulator.ts';

/**
 * An aggregate as something that combines: of a value, of two neighbouring pieces, and what they come to. Nothing is ever taken
 * out again, so a frame that moves loses no digits.
 */
export interface Fold<State> {
	/** Reads a block's column; then `lift` gives the state of one row, null where its value does not count. */
	open(vector: Vector | null): (row: number) => State | null;
	combine(a: State, b: State): State;
	/** The aggregate of a frame; null state: no value counted. */
	result(state: State | null): Value;
}

export function makeFold(call: WindowCall, input: DataType | null): Fold<unknown> | null {
	const exact = input !== null && (input.kind === 'integer' || input.kind === 'long' || input.kind === 'decimal');
	switch (call.function) {
		case 'count':
		case 'count_all':
			return COUNT as Fold<unknown>;
		case 'sum':
			return (exact && call.type.kind !== 'double' ? exactSum(call) : doubleSum(false)) as Fold<unknown>;
		case 'avg':
			return doubleSum(true) as Fold<unknown>;
		case 'min':
			return extreme(call.type, 1) as Fold<unknown>;
		case 'max':
			return extreme(call.type, -1) as Fold<unknown>;
		case 'stddev':
			return moments(true) as Fold<unknown>;
		case 'variance':
			return moments(false) as Fold<unknown>;
		default:
			return null;
	}
}

const COUNT: Fold<number> = {
	open: (vector) => (row) => (vector?.nulls?.[row] === 1 ? null : 1),
	combine: (a, b) => a + b,
	result: (state) => state ?? 0,
};

function exactSum(call: WindowCall): Fold<ExactInteger> {
	const { type } = call;
	const limit = type.kind === 'decimal' ? powerOfTen(type.precision) : null;
	return {
		open: (vector) => (row) => valueAt(vector as Vector, row) as ExactInteger | null,
		combine(a, b) {
			if (typeof a === 'number' && typeof b === 'number') {
				const sum = a + b;
				if (Number.isSafeInteger(sum)) return sum;
			}
			return toExact(BigInt(a) + BigInt(b));
		},
		result(state) {
			if (state === null) return null;
			if (limit === null ? state >= LONG_MIN && state <= LONG_MAX : state < limit && state > -limit) return state;
			throw new AppError('invalid_input', `sum ${call.alias} is ${state}, which does not fit ${type.kind}`, {
				hint: 'Cast the field to double before the window.',
			});
		},
	};
}

interface DoubleState {
	readonly sum: number;
	/** What rounding lost (Neumaier). */
	readonly lost: number;
	readonly count: number;
}

function doubleSum(average: boolean): Fold<DoubleState> {
	return {
		open(vector) {
			const values = doubles(vector as Vector);
			const nulls = (vector as Vector).nulls;
			return (row) => (nulls?.[row] === 1 ? null : { sum: values[row] as number, lost: 0, count: 1 });
		},
		combine(a, b) {
			const sum = a.sum + b.sum;
			const lost = Math.abs(a.sum) >= Math.abs(b.sum) ? a.sum - sum + b.sum : b.sum - sum + a.sum;
			return { sum, lost: a.lost + b.lost + lost, count: a.count + b.count };
		},
		result(state) {
			if (state === null) return null;
			const total = Number.isFinite(state.sum) ? state.sum + state.lost : state.sum;
			return average ? total / state.count : total;
		},
	};
}

function extreme(type: DataType, sign: 1 | -1): Fold<Exclude<Value, null>> {
	return {
		open: (vector) => (row) => valueAt(vector as Vector, row),
		combine: (a, b) => (compareValues(type, b, a) * sign < 0 ? b : a),
		result: (state) => state,
	};
}

interface MomentState {
	readonly count: number;
	readonly mean: number;
	/** Sum of squared distances from the mean. */
	readonly spread: number;
}

/** Chan, Golub and LeVeque's pairwise update. */
function moments(root: boolean): Fold<MomentState> {
	return {
		open(vector) {
			const values = doubles(vector as Vector);
			const nulls = (vector as Vector).nulls;
			return (row) => (nulls?.[row] === 1 ? null : { count: 1, mean: values[row] as number, spread: 0 });
		},
		combine(a, b) {
			const count = a.count + b.count;
			const delta = b.mean - a.mean;
			return { count, mean: a.mean + (delta * b.count) / count, spread: a.spread + b.spread + (delta * delta * a.count * b.count) / count };
		},
		result(state) {
			if (state === null || state.count < 2) return null;
			const variance = state.spread / (state.count - 1);
			return root ? Math.sqrt(variance) : variance;
		},
	};
}
