import { Coded } from './coded.ts';
import { detached } from './detached.ts';
import type { DataType } from './types.ts';
import type { TextVector, Vector } from './vector.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A text column as bytes, all of them ASCII, row after row. Texts of a file that only pass through (landed, sorted, joined and
 * written again) are copied as bytes and never become strings, which cost 50 ns each to make and a look-up in memory each time
 * they are touched. Whoever wants strings finds them in `values`, made when first asked for.
 */
export class AsciiText implements TextVector {
	readonly layout = 'text';
	readonly type: DataType;
	readonly length: number;
	readonly nulls: Uint8Array | null;
	readonly bytes: Uint8Array;
	/** Row i is `bytes` from `ends[i]` up to `ends[i + 1]`; a null is empty. */
	readonly ends: Int32Array;
	#values: readonly string[] | null = null;

	constructor(type: DataType, bytes: Uint8Array, ends: Int32Array, nulls: Uint8Array | null) {
		this.type = type;
		this.length = ends.length - 1;
		this.nulls = nulls;
		this.bytes = bytes;
		this.ends = ends;
	}

	get values(): readonly string[] {
		this.#values ??= this.#strings();
		return this.#values;
	}

	/** How many bytes its texts take. */
	get size(): number {
		return (this.ends[this.length] as number) - (this.ends[0] as number);
	}

	/** The rows of those indexes; a negative one is an empty text. */
	gather(rows: Int32Array | Uint32Array, count: number, nulls: Uint8Array | null): AsciiText {
		return interleaved(this.type, [this], null, rows, count, nulls);
	}

	slice(from: number, to: number, nulls: Uint8Array | null): AsciiText {
		return new AsciiText(this.type, this.bytes, this.ends.subarray(from, to + 1), nulls);
	}

	/** Orders row i of these and row j of others by code point. */
	compare(i: number, others: AsciiText, j: number): number {
		let a = this.ends[i] as number;
		let b = others.ends[j] as number;
		const lengthA = (this.ends[i + 1] as number) - a;
		const lengthB = (others.ends[j + 1] as number) - b;
		for (const end = a + Math.min(lengthA, lengthB); a < end; a++, b++) {
			const difference = (this.bytes[a] as number) - (others.bytes[b] as number);
			if (difference !== 0) return difference;
		}
		return lengthA - lengthB;
	}

	#strings(): readonly string[] {
		const { ends, length } = this;
		const first = ends[0] as number;
		const all = decoder.decode(this.bytes.subarray(first, ends[length]));
		const values = new Array<string>(length);
		for (let row = 0; row < length; row++) values[row] = detached(all, (ends[row] as number) - first, (ends[row + 1] as number) - first);
		return values;
	}
}

/** Text i is row `rows[i]` of `sources[which[i]]`, of the only source where `which` is null; a negative row is empty. */
export function interleaved(
	type: DataType,
	sources: readonly AsciiText[],
	which: Int32Array | null,
	rows: Int32Array | Uint32Array,
	count: number,
	nulls: Uint8Array | null,
): AsciiText {
	const ends = new Int32Array(count + 1);
	let size = 0;
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		const from = (sources[which === null ? 0 : (which[i] as number)] as AsciiText).ends;
		if (row >= 0) size += (from[row + 1] as number) - (from[row] as number);
		ends[i + 1] = size;
	}
	const bytes = new Uint8Array(size);
	let at = 0;
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		if (row < 0) continue;
		const source = sources[which === null ? 0 : (which[i] as number)] as AsciiText;
		const { bytes: given } = source;
		const to = source.ends[row + 1] as number;
		for (let from = source.ends[row] as number; from < to; from++) bytes[at++] = given[from] as number;
	}
	return new AsciiText(type, bytes, ends, nulls);
}

/** A text column as bytes; null where some of its texts are not ASCII. */
export function asAscii(vector: Vector): AsciiText | null {
	if (vector instanceof AsciiText) return vector;
	if (vector.layout !== 'text') return null;
	if (vector instanceof Coded) return asAscii(vector.words)?.gather(vector.places(), vector.length, vector.nulls) ?? null;
	const { values, nulls, length, type } = vector;
	const ends = new Int32Array(length + 1);
	let size = 0;
	for (let row = 0; row < length; row++) {
		if (nulls === null || nulls[row] === 0) size += (values[row] as string).length;
		ends[row + 1] = size;
	}
	const bytes = new Uint8Array(size);
	let at = 0;
	for (let row = 0; row < length; row++) {
		if (nulls !== null && nulls[row] === 1) continue;
		const text = values[row] as string;
		for (let i = 0; i < text.length; i++) {
			const unit = text.charCodeAt(i);
			if (unit > 127) return null;
			bytes[at++] = unit;
		}
	}
	return new AsciiText(type, bytes, ends, nulls);
}

/** Columns of texts one behind another; null where one of them is not ASCII, or none is held as bytes. */
export function concatAscii(vectors: readonly Vector[], nulls: Uint8Array | null): AsciiText | null {
	const sources = allAscii(vectors);
	if (sources === null) return null;
	const length = sources.reduce((sum, source) => sum + source.length, 0);
	const ends = new Int32Array(length + 1);
	const bytes = new Uint8Array(sources.reduce((sum, source) => sum + source.size, 0));
	let at = 0;
	let row = 0;
	for (const source of sources) {
		const first = source.ends[0] as number;
		bytes.set(source.bytes.subarray(first, source.ends[source.length]), at);
		for (let i = 1; i <= source.length; i++) ends[++row] = (source.ends[i] as number) - first + at;
		at += source.size;
	}
	return new AsciiText((sources[0] as AsciiText).type, bytes, ends, nulls);
}

/** All as bytes, where one is so already and the others can be. */
export function allAscii(vectors: readonly Vector[]): readonly AsciiText[] | null {
	if (!vectors.some(isHeldAsBytes)) return null;
	const sources: AsciiText[] = [];
	for (const vector of vectors) {
		const source = asAscii(vector);
		if (source === null) return null;
		sources.push(source);
	}
	return sources;
}

function isHeldAsBytes(vector: Vector): boolean {
	return vector instanceof AsciiText || (vector instanceof Coded && vector.words instanceof AsciiText);
}
