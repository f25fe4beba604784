import type { Schema } from './types.ts';
import type { Vector } from './vector.ts';

/** Most rows a batch may have; makers also close one at about 1 MiB of values. */
export const BATCH_ROWS = 8192;

/** Most rows of a batch that is only lent: nobody keeps it, so that fewer and larger ones take no more memory. */
export const LENT_ROWS = 32_768;

/** Rows as they flow: one vector a field, in the schema's order, all `length` long. */
export interface Batch {
	readonly schema: Schema;
	readonly length: number;
	readonly columns: readonly Vector[];
}
