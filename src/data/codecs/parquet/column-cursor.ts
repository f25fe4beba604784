import type { Vector } from '../../vector.ts';

/** One column of a row group, read front to back. */
export interface ColumnCursor {
	/** The next rows; `count` is at most what is left. `invalid`: rows whose value our type cannot hold. */
	read(count: number): Promise<ReadRows>;
	/** The same at once, where they are in memory, as most are; null where `read` has to be asked. A promise for each column of each batch is work. */
	readNow(count: number): ReadRows | null;
	skip(count: number): Promise<void>;
}

export interface ReadRows {
	readonly vector: Vector;
	readonly invalid: readonly number[];
}
