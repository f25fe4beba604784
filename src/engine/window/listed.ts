import { isNull, offsetAt, valueAt } from '../../data/access.ts';
import { vectorBuilder } from '../../data/builder.ts';
import type { Vector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import type { WindowCall, WindowFrame } from '../../plan/operators.ts';
import { jsonMember } from '../aggregate/collect.ts';
import { dictionary, NULL_CODE } from '../hash/dictionary.ts';
import type { KeyColumn } from '../sort/row-order.ts';
import type { WindowBlock, WindowEvaluator } from './block.ts';
import { computeFrames } from './frame.ts';

/** Of the lists of one block, which are in memory together. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
/** Cells after which others may have their turn. */
const PIECE = 200_000;

/** Functions of a frame that need its rows one by one: its ends, its list, its distinct values. */
export class FrameRows implements WindowEvaluator {
	readonly streams = false;
	readonly needsPeers = true;
	readonly lookahead = 0;
	readonly #call: WindowCall;
	readonly #frame: WindowFrame;
	readonly #column: number;
	readonly #key: KeyColumn | null;

	constructor(call: WindowCall, frame: WindowFrame, column: number, key: KeyColumn | null) {
		this.#call = call;
		this.#frame = frame;
		this.#column = column;
		this.#key = key;
	}

	*evaluate(block: WindowBlock): Generator<number, Vector> {
		const source = block.batch.columns[this.#column] as Vector;
		const frames = computeFrames(block, this.#frame, this.#key);
		const builder = vectorBuilder(this.#call.type, block.count);
		const distinct = this.#call.function === 'count_distinct' || this.#call.function === 'approx_count_distinct' ? new MovingSet(source) : null;
		let characters = 0;
		let cells = block.count * 2;
		for (let row = 0; row < block.count; row++) {
			const from = frames.start[row] as number;
			const to = frames.end[row] as number;
			// Only lists look at each row of a frame again.
			cells += this.#call.function === 'collect' ? 2 + (to - from) * 4 : 2;
			if (cells >= PIECE) {
				yield cells;
				cells = 0;
			}
			if (distinct !== null) builder.push(distinct.count(from, to));
			else if (this.#call.function === 'collect') {
				const collected = list(source, from, to);
				characters += collected.length;
				if (characters > MOST_CHARACTERS) throw tooLarge(this.#call.alias);
				builder.push(collected);
			} else if (to <= from) builder.push(null);
			else {
				const at = this.#call.function === 'first_value' || this.#call.function === 'first' ? from : to - 1;
				builder.push(valueAt(source, at), offsetAt(source, at));
			}
		}
		return builder.finish();
	}
}

function tooLarge(alias: string): AppError {
	return new AppError('limit', `the lists of collect ${alias} would have more than ${MOST_CHARACTERS} characters together`, {
		hint: 'Let its frame begin a number of rows before, such as "20 preceding", or use an aggregate component.',
	});
}

function list(source: Vector, from: number, to: number): string {
	const members: string[] = [];
	for (let row = from; row < to; row++) if (!isNull(source, row)) members.push(jsonMember(source, row));
	return `[${members.join(',')}]`;
}

/** The number of distinct values between two borders that only ever grow. */
class MovingSet {
	readonly #codes: Int32Array;
	readonly #counts = new Map<number, number>();
	#from = 0;
	#to = 0;

	constructor(source: Vector) {
		this.#codes = new Int32Array(source.length);
		dictionary(source.type).encode(source, this.#codes);
	}

	count(from: number, to: number): number {
		for (; this.#to < to; this.#to++) this.#change(this.#codes[this.#to] as number, 1);
		for (; this.#from < Math.min(from, this.#to); this.#from++) this.#change(this.#codes[this.#from] as number, -1);
		if (from >= this.#to) {
			this.#from = from;
			this.#to = Math.max(from, to);
		}
		return to <= from ? 0 : this.#counts.size;
	}

	#change(code: number, by: 1 | -1): void {
		if (code === NULL_CODE) return;
		const count = (this.#counts.get(code) ?? 0) + by;
		if (count === 0) this.#counts.delete(code);
		else this.#counts.set(code, count);
	}
}
