import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import type { Field, Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { KeyTable } from '../hash/key-table.ts';
import type { Accumulator } from './accumulator.ts';

/** The groups of one grouping set with what is accumulated for them; leaves and comes back as rows of `schema`. */
export class GroupedState {
	readonly keys: KeyTable;
	readonly accumulators: readonly Accumulator[];
	/** Key columns, then the state columns of each accumulator. */
	readonly schema: Schema;
	readonly #keyCount: number;

	constructor(keys: readonly Field[], accumulators: readonly Accumulator[]) {
		this.#keyCount = keys.length;
		this.accumulators = accumulators;
		this.keys = new KeyTable(keys.map((field) => field.type));
		const states = accumulators.flatMap((accumulator, index) => accumulator.stateTypes.map((type, part) => ({ name: `state ${index}.${part}`, type })));
		this.schema = [...keys, ...states];
		this.#grow();
	}

	get size(): number {
		return this.keys.size;
	}

	get bytes(): number {
		let sum = this.keys.bytes;
		for (const accumulator of this.accumulators) sum += accumulator.bytes;
		return sum;
	}

	/** Group ids of rows by their key columns; room is made for new groups. The array is reused by the next call. */
	groups(keys: readonly Vector[], rows: number): Int32Array {
		const ids = this.keys.insert(keys, rows);
		this.#grow();
		return ids;
	}

	merge(state: Batch): void {
		const ids = this.groups(state.columns.slice(0, this.#keyCount), state.length);
		let at = this.#keyCount;
		for (const accumulator of this.accumulators) {
			const next = at + accumulator.stateTypes.length;
			accumulator.merge(ids, state.columns.slice(at, next), state.length);
			at = next;
		}
	}

	*batches(): Generator<Batch> {
		for (let from = 0; from < this.size; from += BATCH_ROWS) {
			const to = Math.min(this.size, from + BATCH_ROWS);
			yield {
				schema: this.schema,
				length: to - from,
				columns: [...this.keys.keys(from, to), ...this.accumulators.flatMap((accumulator) => accumulator.state(from, to))],
			};
		}
	}

	#grow(): void {
		for (const accumulator of this.accumulators) accumulator.grow(this.keys.size);
	}
}
