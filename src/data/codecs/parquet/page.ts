import type { ColumnMetaData, PageHeader } from 'hyparquet';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { HybridReader } from './hybrid.ts';
import type { Leaf } from './leaf.ts';
import type { LeafTexts } from './leaf-texts.ts';
import { bytesValues, fixedValues, type LeafValues } from './leaf-values.ts';
import { decompressPage } from './page-codec.ts';
import { countPresent, DictionaryRows, type PageRows, PlainRows, Presence } from './page-rows.ts';
import { plainTexts } from './plain-texts.ts';

/** Where a page's definition levels are, each one bit; null where every row has a value. */
type Levels = { readonly bytes: Uint8Array; readonly from: number } | null;

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

	read(header: PageHeader, compressed: Uint8Array): PageRows {
		const first = header.data_page_header;
		if (first !== undefined) {
			const bytes = this.#decompress(compressed, header.uncompressed_page_size);
			if (!this.#leaf.optional) return this.#rows(bytes, first.num_values, null, first.encoding);
			// Levels with their length before them, then the values.
			const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(0, true);
			return this.#rows(bytes.subarray(4 + length), first.num_values, { bytes: bytes.subarray(0, 4 + length), from: 4 }, first.encoding);
		}
		const second = header.data_page_header_v2;
		if (second === undefined) throw new RangeError('a page has no header of its kind');
		const size = second.repetition_levels_byte_length + second.definition_levels_byte_length;
		const levels = this.#leaf.optional ? { bytes: compressed.subarray(0, size), from: second.repetition_levels_byte_length } : null;
		const body = compressed.subarray(size);
		const bytes = second.is_compressed === false ? body : this.#decompress(body, header.uncompressed_page_size - size);
		return this.#rows(bytes, second.num_values, levels, second.encoding);
	}

	#decompress(bytes: Uint8Array, length: number): Uint8Array {
		return decompressPage(bytes, length, this.#codec);
	}

	#rows(bytes: Uint8Array, rows: number, levels: Levels, encoding: string): PageRows {
		const readLevels = () => (levels === null ? null : new HybridReader(levels.bytes, levels.from, 1));
		const presence = new Presence(readLevels());
		if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY') {
			if (this.#dictionary === null) throw new RangeError('a page has no dictionary');
			return new DictionaryRows(rows, presence, this.#dictionary, new HybridReader(bytes, 1, bytes[0] ?? 0));
		}
		const again = readLevels();
		return new PlainRows(rows, presence, this.#encoded(bytes, again === null ? rows : countPresent(again, rows), encoding));
	}

	#encoded(bytes: Uint8Array, count: number, encoding: string): LeafValues {
		const leaf = this.#leaf;
		const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
		switch (encoding) {
			case 'PLAIN':
				return this.#plain(bytes, count);
			case 'RLE': {
				const flags = new Uint8Array(count);
				new HybridReader(bytes, 4, 1).read(flags, count);
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
		const leaf = this.#leaf;
		if (leaf.physical !== 'BYTE_ARRAY') return fixedValues(leaf, bytes, count);
		if (leaf.meaning.kind === 'text' && leaf.type.kind === 'string') {
			const texts = plainTexts(leaf.type, bytes, count);
			if (texts !== null) return { vector: texts, invalid: null };
		}
		return bytesValues(leaf, plainByteArrays(bytes, count), this.#texts);
	}
}

/** Byte arrays, each behind its length; views of `bytes`. */
function plainByteArrays(bytes: Uint8Array, count: number): Uint8Array[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const values = new Array<Uint8Array>(count);
	let at = 0;
	for (let i = 0; i < count; i++) {
		const length = view.getInt32(at, true);
		at += 4 + length;
		if (length < 0 || at > bytes.length) throw new RangeError('a page ends too early');
		values[i] = bytes.subarray(at - length, at);
	}
	return values;
}

/** One bit a flag, as PLAIN has booleans. */
function packed(flags: Uint8Array): Uint8Array {
	const bits = new Uint8Array((flags.length + 7) >> 3);
	for (let i = 0; i < flags.length; i++) bits[i >> 3] = (bits[i >> 3] as number) | ((flags[i] as number) << (i & 7));
	return bits;
}
