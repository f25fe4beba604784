import type { DataType } from '../../data/types.ts';
import { int32Vector, safeIntVector, type Vector } from '../../data/vector.ts';
import { type Accumulator, grownDoubles } from './accumulator.ts';
import { addOnes } from './kernel-fold.ts';

/** count: rows whose value is not null; count_all: rows. */
export class Count implements Accumulator {
	readonly stateTypes: readonly DataType[] = [{ kind: 'long' }];
	readonly #type: DataType;
	#counts = new Float64Array(0);

	constructor(type: DataType) {
		this.#type = type;
	}

	grow(groups: number): void {
		this.#counts = grownDoubles(this.#counts, groups);
	}

	add(ids: Int32Array, values: Vector | null, rows: number): void {
		const counts = this.#counts;
		const nulls = values?.nulls ?? null;
		if (addOnes(ids, nulls, rows, counts)) return;
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id >= 0 && (nulls === null || nulls[i] === 0)) counts[id] = (counts[id] as number) + 1;
		}
	}

	state(from: number, to: number): Vector[] {
		return [safeIntVector({ kind: 'long' }, this.#counts.slice(from, to), null)];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		const values = (state[0] as Vector & { values: Float64Array }).values;
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			this.#counts[id] = (this.#counts[id] as number) + (values[i] as number);
		}
	}

	result(from: number, to: number): Vector {
		const counts = this.#counts.slice(from, to);
		return this.#type.kind === 'integer' ? int32Vector(this.#type, Int32Array.from(counts), null) : safeIntVector(this.#type, counts, null);
	}

	get bytes(): number {
		return this.#counts.byteLength;
	}
}
