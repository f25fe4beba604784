import type { ColumnMetaData, PageHeader } from 'hyparquet';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readHybrid } from './hybrid.ts';
import type { Leaf } from './leaf.ts';
import type { LeafTexts } from './leaf-texts.ts';
import { bytesValues, fixedValues, type LeafValues } from './leaf-values.ts';
import { bounded, PAGE_CODECS } from './page-codec.ts';

/** A data page, read: which of `source` each row has, -1 being null; `rows` null: each its own. */
export interface Page {
	readonly source: LeafValues;
	readonly rows: Int32Array | null;
	readonly length: number;
}

/** Reads dictionary and data pages of one flat column. */
export class PageReader {
	readonly #leaf: Leaf;
	readonly #codec: ColumnMetaData['codec'];
	readonly #texts: LeafTexts;
	#dictionary: LeafValues | null = null;

	constructor(leaf: Leaf, codec: ColumnMetaData['codec'], texts: LeafTexts) {
		this.#leaf = leaf;
		this.#codec = codec;
		this.#texts = texts;
	}

	readDictionary(header: PageHeader, compressed: Uint8Array): void {
		const count = header.dictionary_page_header?.num_values ?? 0;
		this.#dictionary = this.#plain(this.#decompress(compressed, header.uncompressed_page_size), count);
	}

	read(header: PageHeader, compressed: Uint8Array): Page {
		const first = header.data_page_header;
		if (first !== undefined) {
			const bytes = this.#decompress(compressed, header.uncompressed_page_size);
			if (!this.#leaf.optional) return this.#values(bytes, first.num_values, null, first.encoding);
			// Levels with their length before them, then the values.
			const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(0, true);
			const defined = new Uint8Array(first.num_values);
			readHybrid(bytes.subarray(0, 4 + length), 4, 1, defined);
			return this.#values(bytes.subarray(4 + length), first.num_values, defined, first.encoding);
		}
		const second = header.data_page_header_v2;
		if (second === undefined) throw new RangeError('a page has no header of its kind');
		const levels = second.repetition_levels_byte_length + second.definition_levels_byte_length;
		let defined: Uint8Array | null = null;
		if (this.#leaf.optional) {
			defined = new Uint8Array(second.num_values);
			readHybrid(compressed.subarray(0, levels), second.repetition_levels_byte_length, 1, defined);
		}
		const body = compressed.subarray(levels);
		const bytes = second.is_compressed === false ? body : this.#decompress(body, header.uncompressed_page_size - levels);
		return this.#values(bytes, second.num_values, defined, second.encoding);
	}

	#decompress(bytes: Uint8Array, length: number): Uint8Array {
		// An empty page compresses to nothing in some writers.
		return length === 0 ? new Uint8Array(0) : decompressPage(bytes, bounded(length), this.#codec, PAGE_CODECS);
	}

	#values(bytes: Uint8Array, rowCount: number, defined: Uint8Array | null, encoding: string): Page {
		const rows = defined?.includes(0) ? placesOf(defined) : null;
		const count = rows === null ? rowCount : rows.reduce((most, place) => Math.max(most, place), -1) + 1;
		if (encoding !== 'RLE_DICTIONARY' && encoding !== 'PLAIN_DICTIONARY') return { source: this.#encoded(bytes, count, encoding), rows, length: rowCount };
		const dictionary = this.#dictionary;
		if (dictionary === null) throw new RangeError('a page has no dictionary');
		const indexes = new Int32Array(count);
		if (count > 0) readHybrid(bytes, 1, bytes[0] as number, indexes);
		refuseBeyond(indexes, dictionary.vector.length);
		if (rows === null) return { source: dictionary, rows: indexes, length: rowCount };
		for (let row = 0; row < rowCount; row++) {
			const place = rows[row] as number;
			if (place >= 0) rows[row] = indexes[place] as number;
		}
		return { source: dictionary, rows, length: rowCount };
	}

	#encoded(bytes: Uint8Array, count: number, encoding: string): LeafValues {
		const leaf = this.#leaf;
		const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
		switch (encoding) {
			case 'PLAIN':
				return this.#plain(bytes, count);
			case 'RLE': {
				const flags = new Uint8Array(count);
				readHybrid(bytes, 4, 1, flags);
				return fixedValues(leaf, packed(flags), count);
			}
			case 'DELTA_BINARY_PACKED': {
				const values = leaf.physical === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
				deltaBinaryUnpack(reader, count, values);
				return fixedValues(leaf, new Uint8Array(values.buffer), count);
			}
			case 'DELTA_LENGTH_BYTE_ARRAY':
			case 'DELTA_BYTE_ARRAY': {
				const values = new Array<Uint8Array>(count);
				if (encoding === 'DELTA_BYTE_ARRAY') deltaByteArray(reader, count, values);
				else deltaLengthByteArray(reader, count, values);
				return bytesValues(leaf, values, this.#texts);
			}
			case 'BYTE_STREAM_SPLIT': {
				const values = byteStreamSplit(reader, count, leaf.physical, leaf.width) as ArrayLike<unknown>;
				if (ArrayBuffer.isView(values)) return fixedValues(leaf, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), count);
				return bytesValues(leaf, Array.from(values) as Uint8Array[], this.#texts);
			}
			default:
				throw new RangeError(`a page has the unknown encoding ${encoding}`);
		}
	}

	#plain(bytes: Uint8Array, count: number): LeafValues {
		if (this.#leaf.physical !== 'BYTE_ARRAY') return fixedValues(this.#leaf, bytes, count);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const values = new Array<Uint8Array>(count);
		let at = 0;
		for (let i = 0; i < count; i++) {
			const length = view.getInt32(at, true);
			at += 4 + length;
			if (length < 0 || at > bytes.length) throw new RangeError('a page ends too early');
			values[i] = bytes.subarray(at - length, at);
		}
		return bytesValues(this.#leaf, values, this.#texts);
	}
}

/** One bit a flag, as PLAIN has booleans. */
function packed(flags: Uint8Array): Uint8Array {
	const bits = new Uint8Array((flags.length + 7) >> 3);
	for (let i = 0; i < flags.length; i++) bits[i >> 3] = (bits[i >> 3] as number) | ((flags[i] as number) << (i & 7));
	return bits;
}

/** The place of each defined value among them; -1 for null. */
function placesOf(defined: Uint8Array): Int32Array {
	const places = new Int32Array(defined.length);
	let place = 0;
	for (let row = 0; row < defined.length; row++) places[row] = defined[row] === 1 ? place++ : -1;
	return places;
}

function refuseBeyond(indexes: Int32Array, size: number): void {
	for (let i = 0; i < indexes.length; i++) {
		if ((indexes[i] as number) >>> 0 >= size) throw new RangeError(`a page names entry ${indexes[i]} of a dictionary of ${size}`);
	}
}
