import { offsetAt, valueAt } from '../../data/access.ts';
import { vectorBuilder } from '../../data/builder.ts';
import type { DataType, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { WindowBlock, WindowEvaluator } from './block.ts';

/** lead (offset > 0) and lag (offset < 0): the value of another row of the partition, or a default where there is none. */
export class Shift implements WindowEvaluator {
	readonly streams = true;
	readonly needsPeers = false;
	readonly lookahead: number;
	readonly #column: number;
	readonly #type: DataType;
	readonly #offset: number;
	readonly #otherwise: Value;
	/** lag: the last values of the partition before this block, newest last. */
	#before: { value: Value; zone: number }[] = [];

	constructor(column: number, type: DataType, offset: number, otherwise: Value) {
		this.#column = column;
		this.#type = type;
		this.#offset = offset;
		this.#otherwise = otherwise;
		this.lookahead = Math.max(0, offset);
	}

	evaluate(block: WindowBlock): Vector {
		const source = block.batch.columns[this.#column] as Vector;
		const builder = vectorBuilder(this.#type, block.count);
		let partition = 0;
		let from = 0;
		let to = 0;
		if (!block.continued) this.#before = [];
		for (let row = 0; row < block.count; row++) {
			if (row === to) {
				from = row;
				to = block.partitions[++partition] as number;
				if (row > 0) this.#before = [];
			}
			const wanted = row + this.#offset;
			if (wanted >= from && wanted < to) builder.push(valueAt(source, wanted), offsetAt(source, wanted));
			else if (wanted < from && this.#before.length >= from - wanted) {
				const before = this.#before[this.#before.length - (from - wanted)] as { value: Value; zone: number };
				builder.push(before.value, before.zone);
			} else builder.push(this.#otherwise);
		}
		this.#remember(source, from, block.count);
		return builder.finish();
	}

	/** For the next block, which may go on with the last partition. */
	#remember(source: Vector, from: number, to: number): void {
		if (this.#offset >= 0) return;
		const first = Math.max(from, to + this.#offset);
		for (let row = first; row < to; row++) this.#before.push({ value: valueAt(source, row), zone: offsetAt(source, row) });
		this.#before = this.#before.slice(this.#offset);
	}
}
