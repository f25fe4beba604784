import { type VectorBuilder, vectorBuilder } from '../../data/builder.ts';
import type { Vector } from '../../data/vector.ts';
import type { WindowCall, WindowFrame } from '../../plan/operators.ts';
import type { KeyColumn } from '../sort/row-order.ts';
import type { WindowBlock, WindowEvaluator } from './block.ts';
import type { Fold } from './fold.ts';
import { computeFrames } from './frame.ts';

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

	evaluate(block: WindowBlock): Vector {
		const frames = computeFrames(block, this.#frame, this.#key);
		const lift = this.#fold.open(this.#column === null ? null : (block.batch.columns[this.#column] as Vector));
		const builder = vectorBuilder(this.#call.type, block.count);
		for (let partition = 0; partition + 1 < block.partitions.length; partition++) {
			this.#slide(frames.start, frames.end, block.partitions[partition] as number, block.partitions[partition + 1] as number, lift, builder);
		}
		return builder.finish();
	}

	/**
	 * A queue of two stacks: rows enter at the back, which holds one combined state, and leave at the front, which holds the
	 * combined state of each row and all behind it up to the border. When the front is empty the back is turned over into it.
	 */
	#slide(start: Int32Array, end: Int32Array, from: number, to: number, lift: (row: number) => unknown, builder: VectorBuilder): void {
		const fold = this.#fold;
		const both = (a: unknown, b: unknown) => (a === null ? b : b === null ? a : fold.combine(a, b));
		const front: unknown[] = [];
		let back: unknown = null;
		let border = from;
		let entered = from;
		let left = from;
		for (let row = from; row < to; row++) {
			const first = start[row] as number;
			for (; entered < (end[row] as number); entered++) back = both(back, lift(entered));
			if (first >= border) {
				// Everything in front has left: what is still inside is turned over.
				front.length = 0;
				left = first;
				border = Math.max(first, entered);
				let state: unknown = null;
				for (let at = border - 1; at >= first; at--) {
					state = both(lift(at), state);
					front.push(state);
				}
				entered = border;
				back = null;
			}
			for (; left < first; left++) front.pop();
			builder.push(fold.result((end[row] as number) <= first ? null : both(front.at(-1) ?? null, back)));
		}
	}
}
