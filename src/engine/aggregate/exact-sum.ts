import { vectorBuilder } from '../../data/builder.ts';
import { numbersOf } from '../../data/coded.ts';
import { LONG_MAX, LONG_MIN, powerOfTen, toExact } from '../../data/exact.ts';
import { formatValue } from '../../data/text.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType, ExactInteger } from '../../data/types.ts';
import { safeIntVector, type Vector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import { type Accumulator, grownDoubles } from './accumulator.ts';
import { addWholes } from './kernel-fold.ts';

const EXACT: DataType = { kind: 'decimal', precision: 38, scale: 0 };

/**
 * Sum and average of whole numbers (decimals by their unscaled integers), without loss: a double per group while it is a safe
 * integer, and what passed 2^53 as a bigint beside it.
 */
export class ExactSum implements Accumulator {
	readonly stateTypes: readonly DataType[] = [EXACT, { kind: 'long' }];
	readonly #type: DataType;
	readonly #input: DataType;
	readonly #average: boolean;
	readonly #label: string;
	/** Of each group the sum, and behind it how many were added. */
	#held = new Float64Array(0);
	#carried: Map<number, bigint> | null = null;

	constructor(type: DataType, input: DataType, average: boolean, label: string) {
		this.#type = type;
		this.#input = input;
		this.#average = average;
		this.#label = label;
	}

	grow(groups: number): void {
		this.#held = grownDoubles(this.#held, groups * 2);
	}

	add(ids: Int32Array, values: Vector | null, rows: number): void {
		if (values === null) return;
		const { nulls } = values;
		if (values.layout === 'bigint') {
			for (let i = 0; i < rows; i++) if (nulls === null || nulls[i] === 0) this.#addOne(ids[i] as number, values.values[i] as bigint, 1);
			return;
		}
		const held = this.#held;
		const done = addWholes(ids, values, rows, held);
		if (done === rows) return;
		const numbers = numbersOf(values);
		for (let i = done; i < rows; i++) {
			const id = ids[i] as number;
			if (id < 0 || (nulls !== null && nulls[i] === 1)) continue;
			const sum = (held[id * 2] as number) + (numbers[i] as number);
			if (sum > Number.MAX_SAFE_INTEGER || sum < -Number.MAX_SAFE_INTEGER) this.#carry(id, numbers[i] as number);
			else held[id * 2] = sum;
			held[id * 2 + 1] = (held[id * 2 + 1] as number) + 1;
		}
	}

	state(from: number, to: number): Vector[] {
		const builder = vectorBuilder(EXACT, to - from);
		const counts = new Float64Array(to - from);
		for (let id = from; id < to; id++) {
			builder.push(this.#sum(id));
			counts[id - from] = this.#count(id);
		}
		return [builder.finish(), safeIntVector({ kind: 'long' }, counts, null)];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		const sums = state[0] as Vector & { values: ArrayLike<number | bigint> };
		const counts = (state[1] as Vector & { values: Float64Array }).values;
		for (let i = 0; i < rows; i++) this.#addOne(ids[i] as number, BigInt(sums.values[i] as number | bigint), counts[i] as number);
	}

	result(from: number, to: number): Vector {
		const builder = vectorBuilder(this.#type, to - from);
		for (let id = from; id < to; id++) {
			const count = this.#count(id);
			builder.push(count === 0 ? null : this.#average ? this.#averageOf(this.#sum(id), count) : this.#sumOf(this.#sum(id)));
		}
		return builder.finish();
	}

	get bytes(): number {
		return this.#held.byteLength + (this.#carried?.size ?? 0) * 100;
	}

	#addOne(id: number, value: bigint, count: number): void {
		if (id < 0) return;
		const sum = BigInt(this.#held[id * 2] as number) + value;
		const exact = toExact(sum);
		if (typeof exact === 'number') this.#held[id * 2] = exact;
		else {
			this.#carried ??= new Map();
			this.#carried.set(id, (this.#carried.get(id) ?? 0n) + sum);
			this.#held[id * 2] = 0;
		}
		this.#held[id * 2 + 1] = this.#count(id) + count;
	}

	/** Moves the double's share to the bigint before it would lose digits. */
	#carry(id: number, value: number): void {
		this.#carried ??= new Map();
		this.#carried.set(id, (this.#carried.get(id) ?? 0n) + BigInt(this.#held[id * 2] as number));
		this.#held[id * 2] = value;
	}

	#count(id: number): number {
		return this.#held[id * 2 + 1] as number;
	}

	#sum(id: number): ExactInteger {
		const carried = this.#carried?.get(id);
		const held = this.#held[id * 2] as number;
		return carried === undefined ? held : toExact(carried + BigInt(held));
	}

	#sumOf(sum: ExactInteger): ExactInteger {
		const type = this.#type;
		if (type.kind === 'double' || type.kind === 'float') return Number(sum) / 10 ** (this.#input.kind === 'decimal' ? this.#input.scale : 0);
		const limit = type.kind === 'decimal' ? powerOfTen(type.precision) : null;
		const fits = limit === null ? sum >= LONG_MIN && sum <= LONG_MAX : sum < limit && sum > -limit;
		const narrow = type.kind !== 'integer' || (sum >= -2_147_483_648 && sum <= 2_147_483_647);
		if (fits && narrow) return sum;
		throw new AppError(
			'invalid_input',
			`${this.#label} is ${formatValue({ kind: 'decimal', precision: 38, scale: type.kind === 'decimal' ? type.scale : 0 }, sum)}, which does not fit a ${typeName(type)}`,
			{
				hint: 'Cast the field to double or to a wider decimal before it is aggregated.',
			},
		);
	}

	#averageOf(sum: ExactInteger, count: number): number | bigint {
		const scale = this.#input.kind === 'decimal' ? this.#input.scale : 0;
		// One division, so that 6.60 over three is 2.2.
		if (this.#type.kind !== 'decimal') return Number(sum) / (count * 10 ** scale);
		const divisor = BigInt(count) * powerOfTen(Math.max(0, scale - this.#type.scale));
		return toExact(roundedQuotient(BigInt(sum) * powerOfTen(Math.max(0, this.#type.scale - scale)), divisor));
	}
}

/** Half away from zero, as SQL rounds decimals. */
function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
	const double = (dividend < 0n ? -dividend : dividend) * 2n + divisor;
	const quotient = double / (divisor * 2n);
	return dividend < 0n ? -quotient : quotient;
}
