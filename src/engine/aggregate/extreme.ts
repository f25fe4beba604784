import { valueAt } from '../../data/access.ts';
import { vectorBuilder } from '../../data/builder.ts';
import { numbersOf } from '../../data/coded.ts';
import { compareValues } from '../../data/compare.ts';
import type { DataType, Value } from '../../data/types.ts';
import { layoutOf, type Vector } from '../../data/vector.ts';
import { detached } from '../hash/text-table.ts';
import { type Accumulator, grownBytes, grownDoubles } from './accumulator.ts';
import { ExactExtreme } from './exact-extreme.ts';
import { ResultState } from './result-state.ts';

/** min (sign 1) and max (sign -1) by the order of the type; nulls are left out. */
export function extreme(type: DataType, sign: 1 | -1): Accumulator {
	switch (layoutOf(type)) {
		case 'int32':
		case 'float64':
			return new NumberExtreme(type, sign);
		case 'safeint':
			return new ExactExtreme(type, sign);
		default:
			return new ValueExtreme(type, sign);
	}
}

class NumberExtreme extends ResultState {
	readonly #sign: 1 | -1;
	#best = new Float64Array(0);
	#any = new Uint8Array(0);

	constructor(type: DataType, sign: 1 | -1) {
		super(type);
		this.#sign = sign;
	}

	grow(groups: number): void {
		this.#best = grownDoubles(this.#best, groups);
		this.#any = grownBytes(this.#any, groups);
	}

	add(ids: Int32Array, vector: Vector | null, rows: number): void {
		if (vector === null) return;
		const { nulls } = vector;
		const values = numbersOf(vector);
		const best = this.#best;
		const any = this.#any;
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id < 0 || (nulls !== null && nulls[i] === 1)) continue;
			const value = values[i] as number;
			if (any[id] === 0) {
				any[id] = 1;
				best[id] = value;
			} else if (this.#better(value, best[id] as number)) best[id] = value;
		}
	}

	result(from: number, to: number): Vector {
		const builder = vectorBuilder(this.type, to - from);
		for (let id = from; id < to; id++) builder.push(this.#any[id] === 1 ? (this.#best[id] as number) : null);
		return builder.finish();
	}

	get bytes(): number {
		return this.#best.byteLength + this.#any.byteLength;
	}

	/** NaN is after every number. */
	#better(value: number, best: number): boolean {
		if (this.#sign === 1) return value < best || (Number.isNaN(best) && !Number.isNaN(value));
		return value > best || (Number.isNaN(value) && !Number.isNaN(best));
	}
}

class ValueExtreme extends ResultState {
	readonly #sign: 1 | -1;
	readonly #best: Value[] = [];

	constructor(type: DataType, sign: 1 | -1) {
		super(type);
		this.#sign = sign;
	}

	grow(groups: number): void {
		while (this.#best.length < groups) this.#best.push(null);
	}

	add(ids: Int32Array, vector: Vector | null, rows: number): void {
		if (vector === null) return;
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id < 0) continue;
			const value = valueAt(vector, i);
			if (value === null) continue;
			const best = this.#best[id] as Value;
			if (best === null || compareValues(this.type, value, best) * this.#sign < 0) this.#best[id] = typeof value === 'string' ? detached(value) : value;
		}
	}

	result(from: number, to: number): Vector {
		const builder = vectorBuilder(this.type, to - from);
		for (let id = from; id < to; id++) builder.push(this.#best[id] as Value);
		return builder.finish();
	}

	get bytes(): number {
		return this.#best.length * 60;
	}
}
