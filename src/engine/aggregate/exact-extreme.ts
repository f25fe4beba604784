import { vectorBuilder } from '../../data/builder.ts';
import { numbersOf } from '../../data/coded.ts';
import { toExact } from '../../data/exact.ts';
import type { DataType, ExactInteger } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { grownDoubles } from './accumulator.ts';
import { takeExtremes } from './kernel-fold.ts';
import { ResultState } from './result-state.ts';

/** min (sign 1) and max (sign -1) of whole numbers, those past 2^53 too. */
export class ExactExtreme extends ResultState {
	readonly #sign: 1 | -1;
	/** What every number is better than. */
	readonly #worst: number;
	/** An infinity: there is none yet, or it is in `#bigs`. So any safe number is compared as it is. */
	#best = new Float64Array(0);
	readonly #bigs = new Map<number, bigint>();

	constructor(type: DataType, sign: 1 | -1) {
		super(type);
		this.#sign = sign;
		this.#worst = sign === 1 ? Infinity : -Infinity;
	}

	grow(groups: number): void {
		const known = this.#best.length;
		this.#best = grownDoubles(this.#best, groups);
		this.#best.fill(this.#worst, known);
	}

	add(ids: Int32Array, vector: Vector | null, rows: number): void {
		if (vector === null) return;
		const { nulls } = vector;
		if (vector.layout === 'bigint') {
			for (let i = 0; i < rows; i++) if (nulls === null || nulls[i] === 0) this.#take(ids[i] as number, toExact(vector.values[i] as bigint));
			return;
		}
		const best = this.#best;
		const largest = this.#sign === -1;
		if (takeExtremes(ids, vector, rows, best, largest)) return;
		const values = numbersOf(vector);
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id < 0 || (nulls !== null && nulls[i] === 1)) continue;
			const value = values[i] as number;
			if (largest ? value > (best[id] as number) : value < (best[id] as number)) best[id] = value;
		}
	}

	result(from: number, to: number): Vector {
		const builder = vectorBuilder(this.type, to - from);
		for (let id = from; id < to; id++) builder.push(this.#value(id));
		return builder.finish();
	}

	get bytes(): number {
		return this.#best.byteLength + this.#bigs.size * 100;
	}

	#value(id: number): ExactInteger | null {
		const best = this.#best[id] as number;
		return Number.isFinite(best) ? best : (this.#bigs.get(id) ?? null);
	}

	#take(id: number, value: ExactInteger): void {
		if (id < 0) return;
		const known = this.#value(id);
		if (known !== null && (this.#sign === 1 ? value >= known : value <= known)) return;
		if (typeof value === 'bigint') this.#bigs.set(id, value);
		this.#best[id] = typeof value === 'number' ? value : value > 0n ? Infinity : -Infinity;
	}
}
