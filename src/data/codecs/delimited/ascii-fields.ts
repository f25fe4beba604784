import { AsciiText } from '../../ascii-text.ts';
import { type Kernel, PLACES } from '../../kernel/kernel.ts';
import type { DataType } from '../../types.ts';
import { type Block, ESCAPED, MALFORMED, PLAIN } from './block.ts';
import type { Dialect } from './dialect.ts';

/**
 * A text column of a block as bytes. Null where a field is malformed, has a byte above 127, or is escaped in another way than by
 * doubled quotes: then it is read as strings.
 */
export function asciiFields(type: DataType, block: Block, slot: number, bytes: Uint8Array, base: number, dialect: Dialect): AsciiText | null {
	if (dialect.charset.kind !== 'utf8') return null;
	const quote = dialect.quote.length === 1 && dialect.escape.length === 0 ? (dialect.quote[0] as number) : -1;
	if (block.kernel !== null) return inKernel(block.kernel, type, block, slot, quote);
	const { rows, width, spans } = block;
	const step = width * 2;
	let room = 0;
	for (let row = 0, at = slot * 2; row < rows; row++, at += step)
		if ((spans[at] as number) >= 0) room += (spans[at + 1] as number) - ((spans[at] as number) >> 2);
	const target = new Uint8Array(room);
	const ends = new Int32Array(rows + 1);
	let nulls: Uint8Array | null = null;
	let end = 0;
	let seen = 0;
	for (let row = 0, at = slot * 2; row < rows; row++, at += step) {
		const start = spans[at] as number;
		const flag = start & 3;
		let from = base + (start >> 2);
		const to = base + (spans[at + 1] as number);
		if (start < 0 || (flag === PLAIN && from === to)) {
			nulls ??= new Uint8Array(rows);
			nulls[row] = 1;
		} else if (flag < ESCAPED) {
			while (from < to) {
				const byte = bytes[from++] as number;
				seen |= byte;
				target[end++] = byte;
			}
		} else {
			if (flag === MALFORMED || quote < 0) return null;
			while (from < to) {
				const byte = bytes[from++] as number;
				seen |= byte;
				target[end++] = byte;
				// The tokenizer has seen to it that a quote inside is one of two.
				if (byte === quote) from++;
			}
		}
		ends[row + 1] = end;
	}
	return seen < 128 ? new AsciiText(type, target, ends, nulls) : null;
}

function inKernel(kernel: Kernel, type: DataType, { rows, width }: Block, slot: number, quote: number): AsciiText | null {
	const { exports } = kernel;
	const size = exports.asciiTexts(PLACES.bytes, PLACES.spans + slot * 8, width * 8, rows, quote, PLACES.texts, PLACES.ends, PLACES.nulls);
	if (size < 0) return null;
	const nulls = exports.absent.value > 0 ? kernel.bytesAt(PLACES.nulls, rows) : null;
	return new AsciiText(type, kernel.bytesAt(PLACES.texts, size), kernel.intsAt(PLACES.ends, rows + 1), nulls);
}
