import { type Kernel, PLACES } from '../../kernel/kernel.ts';

/**
 * The records of one batch, split but not yet read: for each record and wanted column where its bytes are. Kept apart from the
 * values so that splitting and each type's reading are tight loops of their own.
 */
export class Block {
	/** Wanted columns of the file. */
	readonly width: number;
	/** Most rows. */
	readonly capacity: number;
	rows = 0;
	/** Records with another number of fields than expected. */
	readonly ragged: { readonly row: number; readonly fields: number }[] = [];
	/** Where the kernel has split it; null: the spans are here. */
	kernel: Kernel | null = null;
	#spans: Int32Array | null = null;
	/** The kernel's spans were copied. */
	#copied = false;

	constructor(width: number, batchRows: number) {
		this.width = width;
		// 2 MiB of spans at most: 10,000 columns make batches of 26 rows.
		this.capacity = width === 0 ? batchRows : Math.max(1, Math.min(batchRows, Math.floor(MOST_SPANS / (2 * width))));
	}

	/** Two numbers a field: `start << 2 | flag` and `end`, both from the block's first byte; a start of -1 is a field that is not there. */
	get spans(): Int32Array {
		this.#spans ??= new Int32Array(this.capacity * this.width * 2);
		if (this.kernel !== null && !this.#copied) {
			const from = PLACES.spans >> 2;
			this.#spans.set(this.kernel.ints.subarray(from, from + this.rows * this.width * 2));
			this.#copied = true;
		}
		return this.#spans;
	}

	/** What was split can be read: the kernel's memory has not been taken for something else since. */
	get isHeld(): boolean {
		return this.kernel === null || this.kernel.holder === this;
	}

	/** Says who has split what is in it from now on. */
	splitBy(kernel: Kernel | null): void {
		this.kernel = kernel;
		this.#copied = false;
	}

	clear(): void {
		this.rows = 0;
		this.ragged.length = 0;
		this.splitBy(null);
	}
}

const MOST_SPANS = 524_288;

/** An unquoted field. */
export const PLAIN = 0;
/** A quoted one; the span is what is inside the quotes. */
export const QUOTED = 1;
/** A quoted one with escapes inside. */
export const ESCAPED = 2;
/** One with text behind its closing quote; the span is all of it. */
export const MALFORMED = 3;

/**
 * Where a tokenizer works: `bytes` from `from` up to `end`. The byte at `end` must exist and is the tokenizer's to write.
 * Spans are counted from `base`.
 */
export interface Slice {
	readonly bytes: Uint8Array;
	readonly base: number;
	readonly from: number;
	readonly end: number;
	/** Nothing follows behind `end`. */
	readonly final: boolean;
	/** No record is begun from here on, so that a batch stays small. */
	readonly until: number;
}

/** Which of the file's columns are wanted. */
export interface ColumnLayout {
	/** Fields a record has; -1 while that is not known. */
	readonly columns: number;
	/** By field: its place among the wanted, or -1. Fields behind its end are not wanted. */
	readonly slots: Int32Array;
}

export interface Tokenizer {
	/** Adds whole records to the block until it is full or none is left; gives where the first one not added begins. */
	split(slice: Slice, block: Block, layout: ColumnLayout): number;
	/** The record at which the last `split` ended is still inside quotes. */
	readonly unclosed: boolean;
	/** The last `split` ended before the slice did, because it had no room for more. */
	readonly isFull?: boolean;
}

/** A blank line is no record, but in a file of one column it is the only way to say null. */
export function isBlank(fields: number, length: number, columns: number): boolean {
	return fields === 1 && length === 0 && columns !== 1;
}

/** Notes a record's number of fields where it is another, and marks the wanted ones that are not there. */
export function noteRagged(block: Block, row: number, fields: number, layout: ColumnLayout): void {
	block.ragged.push({ row, fields });
	for (let field = fields; field < layout.slots.length; field++) {
		const slot = layout.slots[field] as number;
		if (slot >= 0) block.spans[(row * block.width + slot) * 2] = -1;
	}
}
