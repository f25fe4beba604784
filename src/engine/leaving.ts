import { BATCH_ROWS, type Batch, LENT_ROWS } from '../data/batch.ts';
import { sliceBatch } from '../data/gather.ts';
import type { OutPort } from '../plan/plan.ts';
import { batchBytes } from './storage/batch-bytes.ts';

/** What one piece may cost, in cells: some two tenths of a second. Smaller ones would pay for each expression's own start too often. */
const PIECE = 6_000_000;
/** Of text so many bytes are as much work as a cell. */
const BYTES_A_CELL = 2;
/** Rows from which the size of all is estimated. */
const LOOKED_AT = 32;

interface Waiting {
	readonly batch: Batch;
	readonly port: OutPort;
	/** Cells a row costs those who take it. */
	readonly cost: number;
	from: number;
}

/** Rows that a node has given and that are too much work at once for those behind it: they leave piece by piece. */
export class Leaving {
	readonly #waiting: Waiting[] = [];
	readonly #mostRows: number;

	/** `lent`: its rows are only looked at. */
	constructor(lent: boolean) {
		this.#mostRows = lent ? LENT_ROWS : BATCH_ROWS;
	}

	get isEmpty(): boolean {
		return this.#waiting.length === 0;
	}

	/** Takes in what is too much at once, or comes behind such. Gives false where the batch may go as it is, and what it costs. */
	holds(batch: Batch, port: OutPort, rowCost: number): { readonly held: boolean; readonly cells: number } {
		const cost = 1 + rowCost + rowBytes(batch) / BYTES_A_CELL;
		const cells = batch.length * cost;
		if (this.isEmpty && batch.length <= this.#mostRows && (cells <= PIECE || batch.length === 1)) return { held: false, cells };
		this.#waiting.push({ batch, port, cost, from: 0 });
		return { held: true, cells: 0 };
	}

	/** The next piece, with what it costs. */
	next(): { readonly piece: Batch; readonly port: OutPort; readonly cells: number } {
		const first = this.#waiting[0] as Waiting;
		const { batch, port, cost, from } = first;
		const to = Math.min(batch.length, from + this.#mostRows, from + Math.max(1, Math.floor(PIECE / cost)));
		first.from = to;
		if (to === batch.length) this.#waiting.shift();
		return { piece: from === 0 && to === batch.length ? batch : sliceBatch(batch, from, to), port, cells: (to - from) * cost };
	}

	clear(): void {
		this.#waiting.length = 0;
	}
}

function rowBytes(batch: Batch): number {
	const rows = Math.min(LOOKED_AT, batch.length);
	return batchBytes(sliceBatch(batch, 0, rows)) / rows;
}
