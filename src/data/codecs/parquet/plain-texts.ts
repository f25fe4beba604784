import { AsciiText } from '../../ascii-text.ts';
import type { DataType } from '../../types.ts';

/** Texts as PLAIN has them, each behind its length, kept as bytes; null where one is not ASCII. */
export function plainTexts(type: DataType, bytes: Uint8Array, count: number): AsciiText | null {
	// A count that the bytes cannot hold must not set aside memory for it.
	if (count * 4 > bytes.length) throw new RangeError('a page ends too early');
	const ends = new Int32Array(count + 1);
	const texts = new Uint8Array(bytes.length - count * 4);
	let at = 0;
	let to = 0;
	let seen = 0;
	for (let i = 0; i < count; i++) {
		const length = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
		at += 4;
		if (length < 0 || at + length > bytes.length) throw new RangeError('a page ends too early');
		for (const end = at + length; at < end; at++) {
			const byte = bytes[at] as number;
			seen |= byte;
			texts[to++] = byte;
		}
		if (seen > 127) return null;
		ends[i + 1] = to;
	}
	return new AsciiText(type, texts, ends, null);
}
