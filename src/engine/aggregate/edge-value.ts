import { valueAt } from '../../data/access.ts';
import { vectorBuilder } from '../../data/builder.ts';
import type { DataType, Value } from '../../data/types.ts';
import { booleanVector, type Vector } from '../../data/vector.ts';
import { detached } from '../hash/text-table.ts';
import { type Accumulator, grownBytes } from './accumulator.ts';

/** first and last: the value of the first (last) row of a group as rows arrive, null where that row's is null. */
export class EdgeValue implements Accumulator {
	readonly stateTypes: readonly DataType[];
	readonly #type: DataType;
	readonly #last: boolean;
	readonly #values: Value[] = [];
	#any = new Uint8Array(0);

	constructor(type: DataType, last: boolean) {
		this.#type = type;
		this.#last = last;
		this.stateTypes = [type, { kind: 'boolean' }];
	}

	grow(groups: number): void {
		while (this.#values.length < groups) this.#values.push(null);
		this.#any = grownBytes(this.#any, groups);
	}

	add(ids: Int32Array, vector: Vector | null, rows: number): void {
		for (let i = 0; i < rows; i++) this.#take(ids[i] as number, vector as Vector, i);
	}

	state(from: number, to: number): Vector[] {
		return [this.result(from, to), booleanVector({ kind: 'boolean' }, this.#any.slice(from, to), null)];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		const any = (state[1] as Vector & { values: Uint8Array }).values;
		for (let i = 0; i < rows; i++) if (any[i] === 1) this.#take(ids[i] as number, state[0] as Vector, i);
	}

	result(from: number, to: number): Vector {
		const builder = vectorBuilder(this.#type, to - from);
		for (let id = from; id < to; id++) builder.push(this.#values[id] as Value);
		return builder.finish();
	}

	get bytes(): number {
		return this.#values.length * 60;
	}

	#take(id: number, vector: Vector, row: number): void {
		if (id < 0 || (this.#any[id] === 1 && !this.#last)) return;
		const value = valueAt(vector, row);
		this.#any[id] = 1;
		this.#values[id] = typeof value === 'string' ? detached(value) : value;
	}
}
