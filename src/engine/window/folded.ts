import { type VectorBuilder, vectorBuilder } from '../../data/builder.ts';
import type { Vector } from '../../data/vector.ts';
import type { WindowCall, WindowFrame } from '../../plan/operators.ts';
import type { KeyColumn } from '../sort/row-order.ts';
import type { WindowBlock, WindowEvaluator } from './block.ts';
import type { Fold } from './fold.ts';
import { computeFrames, type Frames } from './frame.ts';

/** An aggregate over frames that begin with the partition and end with the current row (or its peers): one running state. */
export class RunningAggregate implements WindowEvaluator {
	readonly streams = true;
	readonly needsPeers: boolean;
	readonly lookahead = 0;
	readonly #call: WindowCall;
	readonly #column: number | null;
	readonly #fold: Fold<unknown>;
	#state: unknown = null;

	constructor(call: WindowCall, column: number | null, fold: Fold<unknown>, byPeers: boolean) {
		this.#call = call;
		this.#column = column;
		this.#fold = fold;
		this.needsPeers = byPeers;
	}

	evaluate(block: WindowBlock): Vector {
		const fold = this.#fold;
		const lift = fold.open(this.#column === null ? null : (block.batch.columns[this.#column] as Vector));
		const builder = vectorBuilder(this.#call.type, block.count);
		let partition = 0;
		let peer = 0;
		for (let row = 0; row < block.count; ) {
			if (block.partitions[partition] === row) {
				partition++;
				if (row > 0 || !block.continued) this.#state = null;
			}
			while ((block.peers[peer] as number) <= row) peer++;
			const end = this.needsPeers ? Math.min(block.count, block.peers[peer] as number) : row + 1;
			for (let at = row; at < end; at++) {
				const value = lift(at);
				if (value !== null) this.#state = this.#state === null ? value : fold.combine(this.#state, value);
			}
			const value = fold.result(this.#state);
			for (; row < end; row++) builder.push(value);
		}
		return builder.finish();
	}
}

/** Rows between two places where others may have their turn, and what one of them costs in cells. */
const PIECE_ROWS = 16_384;
const ROW_CELLS = 6;

/** An aggregate over any frames of whole partitions. */
export class FramedAggregate implements WindowEvaluator {
	readonly streams = false;
	readonly needsPeers = true;
	readonly lookahead = 0;
	readonly #call: WindowCall;
	readonly #frame: WindowFrame;
	readonly #column: number | null;
	readonly #fold: Fold<unknown>;
	readonly #key: KeyColumn | null;

	constructor(call: WindowCall, frame: WindowFrame, column: number | null, fold: Fold<unknown>, key: KeyColumn | null) {
		this.#call = call;
		this.#frame = frame;
		this.#column = column;
		this.#fold = fold;
		this.#key = key;
	}

	*evaluate(block: WindowBlock): Generator<number, Vector> {
		const frames = computeFrames(block, this.#frame, this.#key);
		const lift = this.#fold.open(this.#column === null ? null : (block.batch.columns[this.#column] as Vector));
		const builder = vectorBuilder(this.#call.type, block.count);
		yield block.count * ROW_CELLS;
		let rows = 0;
		for (let partition = 0; partition + 1 < block.partitions.length; partition++) {
			const from = block.partitions[partition] as number;
			const to = block.partitions[partition + 1] as number;
			const slide = new Slide(this.#fold, frames, lift, from);
			for (let row = from; row < to; ) {
				const end = Math.min(to, row + PIECE_ROWS - rows);
				slide.run(row, end, builder);
				rows += end - row;
				row = end;
				if (rows < PIECE_ROWS) continue;
				yield rows * ROW_CELLS;
				rows = 0;
			}
		}
		return builder.finish();
	}
}

/**
 * A frame that moves over the rows of a partition, as a queue of two stacks: rows enter at the back, which holds one combined state,
 * and leave at the front, which holds the combined state of each row and all behind it up to the border. When the front is empty the
 * back is turned over into it.
 */
class Slide {
	readonly #fold: Fold<unknown>;
	readonly #frames: Frames;
	readonly #lift: (row: number) => unknown;
	readonly #front: unknown[] = [];
	#back: unknown = null;
	#border: number;
	#entered: number;
	#left: number;

	/** `from`: the partition's first row. */
	constructor(fold: Fold<unknown>, frames: Frames, lift: (row: number) => unknown, from: number) {
		this.#fold = fold;
		this.#frames = frames;
		this.#lift = lift;
		this.#border = from;
		this.#entered = from;
		this.#left = from;
	}

	/** The results of rows `from` up to `to`, which follow the last ones. */
	run(from: number, to: number, builder: VectorBuilder): void {
		const { start, end } = this.#frames;
		const fold = this.#fold;
		const lift = this.#lift;
		const front = this.#front;
		const both = (a: unknown, b: unknown) => (a === null ? b : b === null ? a : fold.combine(a, b));
		let back = this.#back;
		let entered = this.#entered;
		let left = this.#left;
		for (let row = from; row < to; row++) {
			const first = start[row] as number;
			for (; entered < (end[row] as number); entered++) back = both(back, lift(entered));
			if (first >= this.#border) {
				// Everything in front has left: what is still inside is turned over.
				front.length = 0;
				left = first;
				this.#border = Math.max(first, entered);
				let state: unknown = null;
				for (let at = this.#border - 1; at >= first; at--) {
					state = both(lift(at), state);
					front.push(state);
				}
				entered = this.#border;
				back = null;
			}
			for (; left < first; left++) front.pop();
			builder.push(fold.result((end[row] as number) <= first ? null : both(front.at(-1) ?? null, back)));
		}
		this.#back = back;
		this.#entered = entered;
		this.#left = left;
	}
}
