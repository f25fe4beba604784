import type { ByteReader, ByteWriter } from './byte-io.ts';
import { detached } from './detached.ts';
import { packNumbers, unpackNumbers } from './pack-numbers.ts';

/** Texts one behind another with their lengths, or, where few are distinct, as a dictionary and indexes into it. */

const PLAIN = 0;
const DICTIONARY = 1;

const UTF8 = 0;
/** For texts with lone surrogates, which UTF-8 cannot say. */
const UTF16 = 1;

/** A dictionary pays while at least every second text is a repeat; looked at over the first rows and again at the end. */
const PROBE = 512;
const MOST_DISTINCT = 65_536;

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function packTexts(out: ByteWriter, values: readonly string[]): void {
	const coded = dictionary(values);
	if (coded === null) {
		out.byte(PLAIN);
		packPlain(out, values);
		return;
	}
	out.byte(DICTIONARY);
	out.varint(coded.words.length);
	packPlain(out, coded.words);
	packNumbers(out, coded.indexes);
}

export function unpackTexts(input: ByteReader, length: number): string[] {
	if (input.byte() === PLAIN) return unpackPlain(input, length);
	const words = unpackPlain(input, input.varint());
	const indexes = unpackNumbers(input, new Int32Array(length));
	const values = new Array<string>(length);
	for (let i = 0; i < length; i++) values[i] = words[indexes[i] as number] as string;
	return values;
}

/** The distinct texts and each row's place among them; null where that would not be smaller. */
export function dictionary(values: readonly string[]): { readonly words: string[]; readonly indexes: Int32Array } | null {
	const known = new Map<string, number>();
	const words: string[] = [];
	const indexes = new Int32Array(values.length);
	for (let i = 0; i < values.length; i++) {
		const value = values[i] as string;
		let index = known.get(value);
		if (index === undefined) {
			if (words.length * 2 > Math.max(i, PROBE) || words.length >= MOST_DISTINCT) return null;
			index = words.length;
			known.set(value, index);
			words.push(value);
		}
		indexes[i] = index;
	}
	return words.length * 2 > values.length ? null : { words, indexes };
}

function packPlain(out: ByteWriter, values: readonly string[]): void {
	const lengths = new Int32Array(values.length);
	for (let i = 0; i < values.length; i++) lengths[i] = (values[i] as string).length;
	packNumbers(out, lengths);
	const all = values.join('');
	const wellFormed = all.isWellFormed();
	const bytes = wellFormed ? encoder.encode(all) : utf16(all);
	out.byte(wellFormed ? UTF8 : UTF16);
	out.varint(bytes.length);
	out.bytes(bytes);
}

function unpackPlain(input: ByteReader, length: number): string[] {
	const lengths = unpackNumbers(input, new Int32Array(length));
	const encoding = input.byte();
	const bytes = input.bytes(input.varint());
	const all = encoding === UTF8 ? utf8.decode(bytes) : fromUtf16(bytes);
	const values = new Array<string>(length);
	let at = 0;
	for (let i = 0; i < length; i++) {
		const end = at + (lengths[i] as number);
		values[i] = detached(all, at, end);
		at = end;
	}
	return values;
}

function utf16(text: string): Uint8Array {
	const units = new Uint16Array(text.length);
	for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
	return new Uint8Array(units.buffer);
}

function fromUtf16(bytes: Uint8Array): string {
	const units = new Uint16Array(bytes.slice().buffer);
	let text = '';
	for (let i = 0; i < units.length; i += 8192) text += String.fromCharCode(...units.subarray(i, i + 8192));
	return text;
}
