import type { Batch } from '../../data/batch.ts';
import type { Vector } from '../../data/vector.ts';
import { type KeyColumn, RowKeys } from '../sort/row-order.ts';

/** Sorted rows that a window function is computed over: whole partitions, or pieces of one that is too large for memory. */
export interface WindowBlock {
	readonly batch: Batch;
	/** Rows to give values for; those behind are there to be looked ahead at. */
	readonly count: number;
	/** First row of each partition, and the number of rows behind the last. */
	readonly partitions: Int32Array;
	/** First row of each group of peers (rows of a partition that tie in the sort), and the number of rows. */
	readonly peers: Int32Array;
	/** The first partition began in an earlier block … */
	readonly continued: boolean;
	/** … and so did its first peers. */
	readonly peersContinued: boolean;
}

/** One window function, block after block. What it carries from one to the next is lost only with the whole operator. */
export interface WindowEvaluator {
	/** It can take a partition in pieces; others are given whole partitions. */
	readonly streams: boolean;
	/** All peers of a row must be in its block. */
	readonly needsPeers: boolean;
	/** Rows it looks ahead. */
	readonly lookahead: number;
	/** Where that is much work it comes in pieces: what is yielded are the cells (see `Meter`) worked since. */
	evaluate(block: WindowBlock): Vector | Generator<number, Vector>;
}

/** First rows of the groups within which the keys agree, ending with the number of rows. `forced`: rows that begin a group anyway. */
export function groupStarts(batch: Batch, keys: readonly KeyColumn[], forced: Int32Array | null): Int32Array {
	const prepared = new RowKeys(batch, keys);
	const starts = new Int32Array(batch.length + 1);
	let count = 0;
	let next = 0;
	for (let row = 0; row < batch.length; row++) {
		let begins = row === 0;
		if (forced !== null && forced[next] === row) {
			next++;
			begins = true;
		}
		if (begins || !prepared.same(row - 1, prepared, row)) starts[count++] = row;
	}
	starts[count++] = batch.length;
	return starts.slice(0, count);
}
