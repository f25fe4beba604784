import { toExact } from '../../data/exact.ts';
import type { Vector } from '../../data/vector.ts';
import type { FrameBound, WindowFrame } from '../../plan/operators.ts';
import type { KeyColumn } from '../sort/row-order.ts';
import type { WindowBlock } from './block.ts';

/** The frame of each row: rows `start[i]` up to `end[i]` of the block; empty where they meet. Both only ever grow. */
export interface Frames {
	readonly start: Int32Array;
	readonly end: Int32Array;
}

/** Frames of all rows of whole partitions. `key` is the one sort key where a range has distances. */
export function computeFrames(block: WindowBlock, frame: WindowFrame, key: KeyColumn | null): Frames {
	const start = new Int32Array(block.batch.length);
	const end = new Int32Array(block.batch.length);
	const peerOf = new Int32Array(block.batch.length);
	for (let peer = 0; peer + 1 < block.peers.length; peer++) peerOf.fill(peer, block.peers[peer], block.peers[peer + 1]);
	const distance = key === null || frame.unit === 'rows' ? null : new Distances(block.batch.columns[key.column] as Vector, key.descending);
	for (let partition = 0; partition + 1 < block.partitions.length; partition++) {
		const from = block.partitions[partition] as number;
		const to = block.partitions[partition + 1] as number;
		const cursors = { start: from, end: from };
		for (let row = from; row < to; row++) {
			const peers: [number, number] = [block.peers[peerOf[row] as number] as number, block.peers[(peerOf[row] as number) + 1] as number];
			if (frame.unit === 'rows') {
				start[row] = clamp(rowStart(frame.start, row, from, to), from, to);
				end[row] = clamp(rowEnd(frame.end, row, from, to), from, to);
			} else {
				start[row] = cursors.start = rangeStart(frame.start, row, from, to, peers, distance, cursors.start);
				end[row] = cursors.end = rangeEnd(frame.end, row, from, to, peers, distance, cursors.end);
			}
			if ((end[row] as number) < (start[row] as number)) end[row] = start[row] as number;
		}
	}
	return { start, end };
}

function rowStart(bound: FrameBound, row: number, from: number, to: number): number {
	switch (bound.kind) {
		case 'unbounded_preceding':
			return from;
		case 'current_row':
			return row;
		case 'preceding':
			return row - bound.offset;
		case 'following':
			return row + bound.offset;
		case 'unbounded_following':
			return to;
	}
}

function rowEnd(bound: FrameBound, row: number, from: number, to: number): number {
	switch (bound.kind) {
		case 'unbounded_preceding':
			return from;
		case 'current_row':
			return row + 1;
		case 'preceding':
			return row - bound.offset + 1;
		case 'following':
			return row + bound.offset + 1;
		case 'unbounded_following':
			return to;
	}
}

function rangeStart(
	bound: FrameBound,
	row: number,
	from: number,
	to: number,
	peers: readonly [number, number],
	distances: Distances | null,
	before: number,
): number {
	switch (bound.kind) {
		case 'unbounded_preceding':
			return from;
		case 'current_row':
			return peers[0];
		case 'unbounded_following':
			return to;
		default: {
			// Beside null every distance is null: the frame is what is equal to it.
			if (distances === null || distances.isNull(row)) return peers[0];
			const offset = bound.kind === 'preceding' ? -bound.offset : bound.offset;
			let at = before;
			while (at < to && (distances.isNull(at) ? at < row : distances.between(row, at) < offset)) at++;
			return at;
		}
	}
}

function rangeEnd(
	bound: FrameBound,
	row: number,
	from: number,
	to: number,
	peers: readonly [number, number],
	distances: Distances | null,
	before: number,
): number {
	switch (bound.kind) {
		case 'unbounded_preceding':
			return from;
		case 'current_row':
			return peers[1];
		case 'unbounded_following':
			return to;
		default: {
			if (distances === null || distances.isNull(row)) return peers[1];
			const offset = bound.kind === 'preceding' ? -bound.offset : bound.offset;
			let at = before;
			while (at < to && (distances.isNull(at) ? at < row : distances.between(row, at) <= offset)) at++;
			return at;
		}
	}
}

function clamp(value: number, least: number, most: number): number {
	return Math.min(most, Math.max(least, value));
}

/** How far rows are apart in the sort key, in the direction of the sort. */
class Distances {
	readonly #vector: Vector;
	readonly #sign: 1 | -1;
	readonly #scale: number;

	constructor(vector: Vector, descending: boolean) {
		this.#vector = vector;
		this.#sign = descending ? -1 : 1;
		this.#scale = vector.type.kind === 'decimal' ? 10 ** vector.type.scale : 1;
	}

	isNull(row: number): boolean {
		return this.#vector.nulls !== null && this.#vector.nulls[row] === 1;
	}

	between(row: number, other: number): number {
		const vector = this.#vector;
		if (vector.layout === 'bigint') return (Number(toExact((vector.values[other] as bigint) - (vector.values[row] as bigint))) * this.#sign) / this.#scale;
		const values = vector.values as ArrayLike<number>;
		return (((values[other] as number) - (values[row] as number)) * this.#sign) / this.#scale;
	}
}
