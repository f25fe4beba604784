import { float64Vector, safeIntVector, type Vector } from '../../data/vector.ts';
import type { WindowBlock, WindowEvaluator } from './block.ts';

/** row_number, rank and dense_rank: they know all they need from the rows before, so a partition may come in pieces. */
export class Rank implements WindowEvaluator {
	readonly streams = true;
	readonly needsPeers = false;
	readonly lookahead = 0;
	readonly #kind: 'row_number' | 'rank' | 'dense_rank';
	#row = 0;
	#rank = 0;
	#dense = 0;

	constructor(kind: 'row_number' | 'rank' | 'dense_rank') {
		this.#kind = kind;
	}

	evaluate(block: WindowBlock): Vector {
		const values = new Float64Array(block.count);
		let partition = 0;
		let peer = 0;
		for (let row = 0; row < block.count; row++) {
			if (block.partitions[partition] === row) {
				partition++;
				if (row > 0 || !block.continued) {
					this.#row = 0;
					this.#rank = 0;
					this.#dense = 0;
				}
			}
			this.#row++;
			if (block.peers[peer] === row) {
				peer++;
				if (row > 0 || !block.peersContinued) {
					this.#rank = this.#row;
					this.#dense++;
				}
			}
			values[row] = this.#kind === 'row_number' ? this.#row : this.#kind === 'rank' ? this.#rank : this.#dense;
		}
		return safeIntVector({ kind: 'long' }, values, null);
	}
}

/** percent_rank, cume_dist and ntile: they divide by the number of rows, so a partition must be whole. */
export class Share implements WindowEvaluator {
	readonly streams = false;
	readonly needsPeers = true;
	readonly lookahead = 0;
	readonly #kind: 'percent_rank' | 'cume_dist' | 'ntile';
	readonly #buckets: number;

	constructor(kind: 'percent_rank' | 'cume_dist' | 'ntile', buckets: number) {
		this.#kind = kind;
		this.#buckets = buckets;
	}

	evaluate(block: WindowBlock): Vector {
		const values = new Float64Array(block.count);
		let peer = 0;
		for (let partition = 0; partition + 1 < block.partitions.length; partition++) {
			const from = block.partitions[partition] as number;
			const to = block.partitions[partition + 1] as number;
			if (this.#kind === 'ntile') {
				this.#tiles(values, from, to);
				continue;
			}
			while ((block.peers[peer] as number) < to) {
				const first = block.peers[peer++] as number;
				const end = block.peers[peer] as number;
				const rows = to - from;
				const share = this.#kind === 'cume_dist' ? (end - from) / rows : rows === 1 ? 0 : (first - from) / (rows - 1);
				values.fill(share, first, end);
			}
		}
		return this.#kind === 'ntile' ? safeIntVector({ kind: 'long' }, values, null) : float64Vector({ kind: 'double' }, values, null);
	}

	/** The first buckets take one row more where rows do not divide evenly. */
	#tiles(values: Float64Array, from: number, to: number): void {
		const rows = to - from;
		const size = Math.floor(rows / this.#buckets);
		const larger = rows % this.#buckets;
		const border = larger * (size + 1);
		for (let at = 0; at < rows; at++) values[from + at] = at < border ? Math.floor(at / (size + 1)) + 1 : larger + Math.floor((at - border) / size) + 1;
	}
}
