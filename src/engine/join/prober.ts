import { BATCH_ROWS, type Batch } from '../../data/batch.ts';
import { columnsAt } from '../operators/narrow.ts';
import type { BuildTable } from './build-table.ts';

/** Rows of both sides that belong together; -1 is a missing side. */
export interface Pairs {
	readonly probe: Int32Array;
	readonly build: Int32Array;
	readonly count: number;
}

/** How far a batch was probed: its row, and how many partners of that row were given. */
export interface ProbePosition {
	readonly row: number;
	readonly given: number;
}

export interface ProbeOptions {
	/** Rows without a partner are given too, with -1. */
	readonly keepProbe: boolean;
	/** Rows of the batch that found a partner in an earlier block of a build side too large for memory. */
	readonly matchedBefore: Uint8Array | null;
}

/** Probes one batch, at most `BATCH_ROWS` pairs at a time: one row may have millions of partners. */
export class Prober {
	readonly batch: Batch;
	readonly #table: BuildTable;
	readonly #options: ProbeOptions;
	readonly #firsts: Int32Array;
	/** 1 where a row found a partner in this table. */
	readonly matched: Uint8Array;
	#row: number;
	/** The next partner of the row; -2: its first one. */
	#partner = -2;
	#given = 0;

	constructor(table: BuildTable, batch: Batch, keys: readonly number[], options: ProbeOptions, at: ProbePosition = { row: 0, given: 0 }) {
		this.batch = batch;
		this.#table = table;
		this.#options = options;
		this.#firsts = table.find(columnsAt(batch, keys), batch.length).slice(0, batch.length);
		this.matched = this.#firsts.reduce((bits, first, row) => {
			bits[row] = first >= 0 ? 1 : 0;
			return bits;
		}, new Uint8Array(batch.length));
		this.#row = at.row;
		if (at.given > 0) {
			this.#partner = this.#firsts[at.row] as number;
			for (let skipped = 0; skipped < at.given; skipped++) this.#partner = table.next(this.#partner);
			this.#given = at.given;
			if (this.#partner === -1) this.#leaveRow();
		}
	}

	/** The next pairs; null when the batch is done. */
	next(): Pairs | null {
		const { length } = this.batch;
		if (this.#row >= length) return null;
		const probe = new Int32Array(BATCH_ROWS);
		const build = new Int32Array(BATCH_ROWS);
		const { matched } = this.#table;
		let count = 0;
		while (this.#row < length && count < BATCH_ROWS) {
			if (this.#partner === -2) this.#partner = this.#firsts[this.#row] as number;
			if (this.#partner === -1) {
				if (this.#options.keepProbe && this.#options.matchedBefore?.[this.#row] !== 1) {
					probe[count] = this.#row;
					build[count++] = -1;
				}
				this.#leaveRow();
				continue;
			}
			while (this.#partner !== -1 && count < BATCH_ROWS) {
				probe[count] = this.#row;
				build[count++] = this.#partner;
				matched[this.#partner] = 1;
				this.#given++;
				this.#partner = this.#table.next(this.#partner);
			}
			if (this.#partner === -1) this.#leaveRow();
		}
		return { probe, build, count };
	}

	position(): ProbePosition {
		return { row: this.#row, given: this.#given };
	}

	#leaveRow(): void {
		this.#row++;
		this.#partner = -2;
		this.#given = 0;
	}
}

/** Rows of the table from `from` on that found no partner, as pairs; null when there are none left. */
export function unmatchedPairs(table: BuildTable, from: number): { readonly pairs: Pairs; readonly next: number } | null {
	const build = new Int32Array(BATCH_ROWS);
	let count = 0;
	let row = from;
	for (; row < table.rows.length && count < BATCH_ROWS; row++) if (table.matched[row] === 0) build[count++] = row;
	return count === 0 ? null : { pairs: { probe: new Int32Array(count).fill(-1), build, count }, next: row };
}
