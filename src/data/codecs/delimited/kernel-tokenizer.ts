import { BLOCK_ROOM, type Kernel, MOST_ROWS, MOST_SLOTS, PLACES, SPANS_ROOM } from '../../kernel/kernel.ts';
import type { Block, ColumnLayout, Slice, Tokenizer } from './block.ts';
import { ByteTokenizer } from './byte-tokenizer.ts';
import type { Dialect } from './dialect.ts';

/**
 * Splits as `ByteTokenizer` does, in the kernel: several GB/s, and at that speed from the first call on. Bytes and spans stay in the
 * kernel's memory for the readers of columns. What it has no room for is left to the other one: a record of more than a megabyte.
 */
export class KernelTokenizer implements Tokenizer {
	unclosed = false;
	isFull = false;
	readonly #kernel: Kernel;
	readonly #plain: ByteTokenizer;
	readonly #signs: number;
	readonly #escape: number;
	/** Bytes of the block that are in the kernel's memory. */
	#loaded = 0;

	constructor(kernel: Kernel, dialect: Dialect) {
		this.#kernel = kernel;
		this.#plain = new ByteTokenizer(dialect);
		this.#signs = (dialect.delimiter[0] as number) | ((dialect.quote[0] ?? -1) << 8);
		this.#escape = dialect.escape[0] ?? -1;
	}

	split(slice: Slice, block: Block, layout: ColumnLayout): number {
		if (layout.slots.length > MOST_SLOTS) return this.#splitPlainly(slice, block, layout);
		const { bytes, base, end, until } = slice;
		const { exports, bytes: memory, ints } = this.#kernel;
		let from = slice.from;
		if (block.rows > 0 && block.kernel === null) return this.#splitPlainly(slice, block, layout);
		if (block.rows === 0 || !block.isHeld) {
			// Somebody else has used the memory in between: from the block's first byte once more.
			from = block.rows === 0 ? from : base;
			block.clear();
			this.#loaded = 0;
			this.#kernel.holder = block;
			ints.set(layout.slots, PLACES.slots >> 2);
		}
		const length = Math.min(end - base, BLOCK_ROOM);
		if (length > this.#loaded) memory.set(bytes.subarray(base + this.#loaded, base + length), PLACES.bytes + this.#loaded);
		this.#loaded = length;
		const cut = base + length < end;
		const capacity = Math.min(block.capacity, MOST_ROWS, block.width === 0 ? MOST_ROWS : Math.floor(SPANS_ROOM / (8 * block.width)));
		const next = exports.split(
			PLACES.bytes,
			PLACES.bytes + from - base,
			PLACES.bytes + length,
			PLACES.bytes + Math.min(until - base, length),
			slice.final && !cut,
			block.rows,
			capacity,
			PLACES.spans,
			block.width,
			PLACES.slots,
			layout.slots.length,
			layout.columns,
			PLACES.notes,
			this.#signs,
			this.#escape,
		);
		block.splitBy(this.#kernel);
		block.rows = exports.rows.value;
		for (let note = 0, at = PLACES.notes >> 2; note < exports.ragged.value; note++, at += 2) {
			block.ragged.push({ row: ints[at] as number, fields: ints[at + 1] as number });
		}
		this.unclosed = exports.unclosed.value !== 0;
		const reached = base + next - PLACES.bytes;
		if (cut && reached === base) return this.#splitPlainly(slice, block, layout);
		this.isFull = cut || block.rows === capacity;
		return reached;
	}

	#splitPlainly(slice: Slice, block: Block, layout: ColumnLayout): number {
		if (block.kernel !== null) block.clear();
		const next = this.#plain.split(slice, block, layout);
		this.unclosed = this.#plain.unclosed;
		this.isFull = false;
		return next;
	}
}
