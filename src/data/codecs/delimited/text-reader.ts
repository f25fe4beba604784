import { codedVector } from '../../coded.ts';
import { nullVector } from '../../gather.ts';
import { type Kernel, PLACES, TABLE_SLOTS } from '../../kernel/kernel.ts';
import type { DataType } from '../../types.ts';
import { textVector, type Vector } from '../../vector.ts';
import { isCacheable, TextCache } from '../text-cache.ts';
import { asciiFields } from './ascii-fields.ts';
import { type Block, ESCAPED, MALFORMED, PLAIN } from './block.ts';
import type { ColumnReader } from './column-reader.ts';
import type { FieldTexts } from './field-texts.ts';
import { GrowingWords } from './growing-words.ts';

/** Lookups after which a cache must have paid; below half hits it costs more than it saves. */
const PROBATION = 4096;
/** Blocks of fewer rows have little to share. */
const LEAST_ROWS = 64;
/** A column of more distinct texts in a block is kept as bytes. */
const MOST_DISTINCT = 1024;
/** What the kernel says of a column with more, and of one that it cannot read. */
const MANY = -1;
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
	readonly #dictionary: GrowingWords;

	/** A cache takes 100 kB, too much for each of thousands of columns. */
	constructor(type: DataType, cached: boolean) {
		this.#type = type;
		this.#cached = cached;
		this.#dictionary = new GrowingWords(type);
	}

	read(block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector {
		const { rows, width } = block;
		const { bytes, base } = texts;
		if (rows >= LEAST_ROWS) {
			const coded = this.#asBytes || block.kernel === null || !this.#cached ? null : this.#coded(block.kernel, block, texts, slot, fail);
			if (coded !== null) return coded;
			const ascii = this.#asBytes ? asciiFields(this.#type, block, slot, bytes, base, texts.dialect) : null;
			if (ascii !== null) return ascii;
		}
		const { spans } = block;
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

	/** A column of few distinct texts, as indexes into a dictionary that blocks share; null where they are many: from then on they are bytes. */
	#coded(kernel: Kernel, block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector | null {
		const { rows, width } = block;
		const most = Math.min(MOST_DISTINCT, rows >> 1);
		const { exports, ints } = kernel;
		const step = width * 8;
		const count = exports.textCodes(PLACES.bytes, PLACES.spans + slot * 8, step, rows, most, PLACES.table, TABLE_SLOTS, PLACES.ends, PLACES.misses);
		if (count === MANY) this.#asBytes = true;
		if (count < 0) return null;
		this.#cache ??= new TextCache();
		const dictionary = this.#dictionary;
		dictionary.begin();
		const places = new Int32Array(count);
		for (let code = 0; code < count; code++) {
			const row = ints[(PLACES.misses >> 2) + code] as number;
			const at = (PLACES.spans >> 2) + (row * width + slot) * 2;
			const text = this.#shared(texts, row, slot, (ints[at] as number) >> 2, ints[at + 1] as number);
			places[code] = text === null ? -1 : dictionary.place(text);
		}
		const indexes = new Int32Array(rows);
		let nulls: Uint8Array | null = null;
		for (let row = 0, at = PLACES.ends >> 2; row < rows; row++, at++) {
			const code = ints[at] as number;
			const place = code < 0 ? -1 : (places[code] as number);
			if (place >= 0) {
				indexes[row] = place;
				continue;
			}
			nulls ??= new Uint8Array(rows);
			nulls[row] = 1;
			if (code >= 0) fail(row);
		}
		const words = dictionary.words();
		return words === null ? nullVector(this.#type, rows) : codedVector(words, indexes, nulls);
	}

	/** A text as the string that earlier blocks had for it, where it is short; null where its bytes are not of the encoding. */
	#shared(texts: FieldTexts, row: number, slot: number, from: number, to: number): string | null {
		const cache = this.#cache;
		if (cache === null || !isCacheable(to - from)) return texts.alone(row, slot);
		const known = cache.find(texts.bytes, texts.base + from, texts.base + to);
		if (known !== undefined) return known;
		const text = texts.alone(row, slot);
		if (text !== null) cache.keep(text);
		return text;
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
