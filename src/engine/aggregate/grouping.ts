import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import type { Field } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { NodeChunks } from '../storage/chunk-store.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import { PARTITIONS, Partitions } from '../storage/partitions.ts';
import type { Accumulator } from './accumulator.ts';
import { GroupedState } from './grouped-state.ts';

/** A state of fewer groups is written whole at every checkpoint, whatever came in. */
const FEW_GROUPS = 8192;

interface SavedGrouping {
	readonly spilled: boolean;
	/** Groups are being given out: what is held stays as it is. */
	readonly giving: boolean;
	readonly partition: number;
	/** Groups of the state, or of the partition, that were given out. */
	readonly given: number;
}

/**
 * Hash aggregation that outgrows memory: while groups fit they are kept whole; past that they are landed by partition of their
 * key, as often as need be, and merged partition by partition at the end.
 */
export class Grouping {
	readonly #chunks: NodeChunks;
	readonly #name: string;
	readonly #keys: readonly Field[];
	readonly #makeAccumulators: () => readonly Accumulator[];
	readonly #whole: ChunkStream;
	readonly #partitions: Partitions;
	state: GroupedState;
	#spilled: boolean;
	#partition: number;
	#given: number;
	/** Rows taken since the state was last written. */
	#rows = 0;
	#giving: boolean;
	/** The partition that `state` was loaded from. */
	#loaded = -1;

	constructor(chunks: NodeChunks, name: string, keys: readonly Field[], makeAccumulators: () => readonly Accumulator[], saved: Json | undefined) {
		const from = (saved ?? { spilled: false, giving: false, partition: 0, given: 0 }) as unknown as SavedGrouping;
		this.#chunks = chunks;
		this.#name = name;
		this.#keys = keys;
		this.#makeAccumulators = makeAccumulators;
		this.state = this.#newState();
		this.#whole = chunks.stream(`${name}.whole`, this.state.schema);
		this.#partitions = new Partitions(
			chunks,
			`${name}.part`,
			this.state.schema,
			keys.map((_, index) => index),
		);
		this.#spilled = from.spilled;
		this.#giving = from.giving;
		this.#partition = from.partition;
		this.#given = from.given;
		for (const batch of this.#whole.batches()) this.state.merge(batch);
	}

	/** Counts rows that went into `state`. */
	took(rows: number): void {
		this.#rows += rows;
	}

	get bytes(): number {
		return this.state.bytes + this.#partitions.bytes;
	}

	spill(): void {
		// Without keys there is one group, and nothing to divide.
		if (this.#keys.length === 0 || this.#giving || this.state.size === 0) return;
		for (const batch of this.state.batches()) this.#partitions.write(batch);
		this.#whole.clear();
		this.state = this.#newState();
		this.#spilled = true;
		this.#rows = 0;
	}

	/** Forgets everything, landed or not, and leaves its name to another grouping. */
	vacate(): void {
		this.#chunks.vacate(`${this.#name}.whole`);
		this.#partitions.vacate();
	}

	/** After the last row: the next groups as a range of `state`, null at the end. */
	next(): { readonly from: number; readonly to: number } | null {
		if (!this.#giving && this.#spilled) this.spill();
		this.#partitions.flush();
		this.#giving = true;
		if (this.#spilled) this.#load();
		while (this.#given >= this.state.size) {
			if (!this.#spilled || this.#partition + 1 >= PARTITIONS) return null;
			this.#partitions.stream(this.#partition).clear();
			this.#partition++;
			this.#given = 0;
			this.#load();
		}
		const from = this.#given;
		this.#given = Math.min(this.state.size, from + BATCH_ROWS);
		return { from, to: this.#given };
	}

	save(): Json {
		if (this.#rows > 0) {
			const mayStay = !this.#spilled && (this.#giving || this.#keys.length === 0 || this.state.size <= Math.max(FEW_GROUPS, this.#rows));
			if (mayStay) {
				this.#whole.clear();
				for (const batch of this.state.batches()) this.#whole.append(batch);
				this.#rows = 0;
			} else this.spill();
		}
		this.#partitions.flush();
		const saved: SavedGrouping = { spilled: this.#spilled, giving: this.#giving, partition: this.#partition, given: this.#given };
		return saved as unknown as Json;
	}

	#load(): void {
		if (this.#loaded === this.#partition) return;
		this.#loaded = this.#partition;
		this.state = this.#newState();
		for (const batch of this.#partitions.stream(this.#partition).batches()) this.state.merge(batch);
	}

	#newState(): GroupedState {
		return new GroupedState(this.#keys, this.#makeAccumulators());
	}
}

/** The result columns of a range of groups: keys, then the value of each accumulator. */
export function resultColumns(state: GroupedState, from: number, to: number): { readonly keys: Batch['columns']; readonly values: Batch['columns'] } {
	return { keys: state.keys.keys(from, to), values: state.accumulators.map((accumulator) => accumulator.result(from, to)) };
}
