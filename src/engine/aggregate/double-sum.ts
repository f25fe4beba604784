import type { DataType } from '../../data/types.ts';
import { float64Vector, safeIntVector, type Vector } from '../../data/vector.ts';
import { type Accumulator, doubles, grownDoubles } from './accumulator.ts';

const DOUBLE: DataType = { kind: 'double' };

/**
 * Sum and average of doubles with Neumaier's compensation: 0.1 ten times is 1, and the order in which partial sums meet
 * does not show in the result.
 */
export class DoubleSum implements Accumulator {
	readonly stateTypes: readonly DataType[] = [DOUBLE, DOUBLE, { kind: 'long' }];
	readonly #type: DataType;
	readonly #average: boolean;
	#sums = new Float64Array(0);
	#lost = new Float64Array(0);
	#counts = new Float64Array(0);

	constructor(type: DataType, average: boolean) {
		this.#type = type;
		this.#average = average;
	}

	grow(groups: number): void {
		this.#sums = grownDoubles(this.#sums, groups);
		this.#lost = grownDoubles(this.#lost, groups);
		this.#counts = grownDoubles(this.#counts, groups);
	}

	add(ids: Int32Array, values: Vector | null, rows: number): void {
		if (values === null) return;
		const numbers = doubles(values);
		const { nulls } = values;
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id < 0 || (nulls !== null && nulls[i] === 1)) continue;
			this.#addOne(id, numbers[i] as number);
			this.#counts[id] = (this.#counts[id] as number) + 1;
		}
	}

	state(from: number, to: number): Vector[] {
		return [
			float64Vector(DOUBLE, this.#sums.slice(from, to), null),
			float64Vector(DOUBLE, this.#lost.slice(from, to), null),
			safeIntVector({ kind: 'long' }, this.#counts.slice(from, to), null),
		];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		const [sums, lost, counts] = state.map((vector) => (vector as Vector & { values: Float64Array }).values) as [Float64Array, Float64Array, Float64Array];
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			this.#addOne(id, sums[i] as number);
			this.#lost[id] = (this.#lost[id] as number) + (lost[i] as number);
			this.#counts[id] = (this.#counts[id] as number) + (counts[i] as number);
		}
	}

	result(from: number, to: number): Vector {
		const values = new Float64Array(to - from);
		let nulls: Uint8Array | null = null;
		for (let i = 0; i < values.length; i++) {
			const count = this.#counts[from + i] as number;
			if (count === 0) {
				nulls ??= new Uint8Array(values.length);
				nulls[i] = 1;
				continue;
			}
			const sum = this.#sums[from + i] as number;
			// Past an infinity the compensation is NaN, and the sum alone is right.
			const total = Number.isFinite(sum) ? sum + (this.#lost[from + i] as number) : sum;
			const value = this.#average ? total / count : total;
			values[i] = this.#type.kind === 'float' ? Math.fround(value) : value;
		}
		return float64Vector(this.#type, values, nulls);
	}

	get bytes(): number {
		return this.#sums.byteLength * 3;
	}

	#addOne(id: number, value: number): void {
		const before = this.#sums[id] as number;
		const sum = before + value;
		this.#lost[id] = (this.#lost[id] as number) + (Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before);
		this.#sums[id] = sum;
	}
}
