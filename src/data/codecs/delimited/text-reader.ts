import type { DataType } from '../../types.ts';
import { textVector, type Vector } from '../../vector.ts';
import { isCacheable, TextCache } from '../text-cache.ts';
import { asciiFields } from './ascii-fields.ts';
import { type Block, ESCAPED, MALFORMED, PLAIN } from './block.ts';
import type { ColumnReader } from './column-reader.ts';
import type { FieldTexts } from './field-texts.ts';

/** Lookups after which a cache must have paid; below half hits it costs more than it saves. */
const PROBATION = 4096;
/** Blocks of fewer rows have little to share. */
const LEAST_ROWS = 64;
/** A block with more cacheable texts that were not found than this is decoded as a whole. */
const MOST_SINGLE_DECODES = 64;

export class TextReader implements ColumnReader {
	readonly #type: DataType;
	#cache: TextCache | null = null;
	#cached: boolean;
	#lookups = 0;
	#hits = 0;
	/** Texts that hardly repeat are kept as bytes, which costs a third; those of a few values are strings that rows share. */
	#asBytes = false;

	/** A cache takes 100 kB, too much for each of thousands of columns. */
	constructor(type: DataType, cached: boolean) {
		this.#type = type;
		this.#cached = cached;
	}

	read(block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector {
		const { rows, width, spans } = block;
		const { bytes, base } = texts;
		if (this.#asBytes && rows >= LEAST_ROWS) {
			const ascii = asciiFields(this.#type, block, slot, bytes, base, texts.dialect);
			if (ascii !== null) return ascii;
		}
		const values = new Array<string>(rows);
		if (this.#cached && rows >= LEAST_ROWS) this.#cache ??= new TextCache();
		const cache = this.#cache;
		let nulls: Uint8Array | null = null;
		let hits = 0;
		let lookups = 0;
		for (let row = 0, at = slot * 2; row < rows; row++, at += width * 2) {
			const start = spans[at] as number;
			const flag = start & 3;
			const from = start >> 2;
			const to = spans[at + 1] as number;
			values[row] = '';
			if (start < 0 || (flag === PLAIN && from === to)) {
				nulls ??= new Uint8Array(rows);
				nulls[row] = 1;
				continue;
			}
			if (flag === MALFORMED) {
				nulls ??= new Uint8Array(rows);
				nulls[row] = 1;
				fail(row);
				continue;
			}
			const cacheable = cache !== null && flag !== ESCAPED && isCacheable(to - from);
			if (cacheable) {
				lookups++;
				const known = cache.find(bytes, base + from, base + to);
				if (known !== undefined) {
					hits++;
					values[row] = known;
					continue;
				}
			}
			const text = cacheable && lookups - hits < MOST_SINGLE_DECODES ? texts.alone(row, slot) : texts.at(row, slot);
			if (text === null) {
				nulls ??= new Uint8Array(rows);
				nulls[row] = 1;
				fail(row);
				continue;
			}
			values[row] = text;
			if (cacheable) cache.keep(text);
		}
		this.#judge(lookups, hits);
		if (rows >= LEAST_ROWS && hits * 2 < rows) this.#asBytes = true;
		return textVector(this.#type, values, nulls);
	}

	#judge(lookups: number, hits: number): void {
		if (this.#cache === null) return;
		this.#lookups += lookups;
		this.#hits += hits;
		if (this.#lookups < PROBATION || this.#hits * 2 >= this.#lookups) return;
		this.#cache = null;
		this.#cached = false;
	}
}
