import type { DataType } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { Accumulator } from './accumulator.ts';

/** A function of which what is held is the result so far: of results it gives the result of all (min, max). */
export abstract class ResultState implements Accumulator {
	readonly stateTypes: readonly DataType[];
	protected readonly type: DataType;

	constructor(type: DataType) {
		this.type = type;
		this.stateTypes = [type];
	}

	state(from: number, to: number): Vector[] {
		return [this.result(from, to)];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		this.add(ids, state[0] as Vector, rows);
	}

	abstract grow(groups: number): void;
	abstract add(ids: Int32Array, values: Vector | null, rows: number): void;
	abstract result(from: number, to: number): Vector;
	abstract readonly bytes: number;
}
