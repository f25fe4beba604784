import { gzipSync } from 'node:zlib';
import type { Json } from '../../../lib/json.ts';
import { AsciiText } from '../../ascii-text.ts';
import type { Batch } from '../../batch.ts';
import { ByteWriter } from '../../byte-io.ts';
import { Coded } from '../../coded.ts';
import { dictionary } from '../../pack-text.ts';
import type { Schema } from '../../types.ts';
import type { Vector } from '../../vector.ts';
import type { Encoder } from '../codec.ts';
import { pageChecksum } from './checksum.ts';
import { snappyCompress } from './snappy.ts';
import { i32, i64, list, struct, type Thrift, text, thriftBytes } from './thrift-writer.ts';
import { PHYSICAL, physicalOf, schemaElement } from './written-type.ts';
import { definitionLevels, hybridBytes, plainBytes, texts } from './written-values.ts';

const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31);
const CODECS = { snappy: 1, gzip: 2 } as const;
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;

/** Where a column's pages are is the sum of what comes before: bytes of its dictionary page (0: none), of both, and uncompressed. */
type ChunkSizes = readonly [number, number, number];
interface State {
	/** Rows and column sizes of each row group. */
	readonly groups: readonly { readonly rows: number; readonly chunks: readonly ChunkSizes[] }[];
}

/**
 * Writes Parquet: each batch is a row group, so nothing has to be held back, and what the footer needs of one is three numbers a
 * column. Texts that repeat become dictionaries.
 */
export class ParquetEncoder implements Encoder {
	readonly schema: Schema;
	readonly #codec: keyof typeof CODECS;
	readonly #groups: { readonly rows: number; readonly chunks: readonly ChunkSizes[] }[];

	constructor(schema: Schema, codec: 'snappy' | 'gzip', state: Json | null) {
		this.schema = schema;
		this.#codec = codec;
		this.#groups = [...((state as unknown as State | null)?.groups ?? [])];
	}

	encode(batch: Batch): Uint8Array {
		if (batch.length === 0) return new Uint8Array(0);
		const out = new ByteWriter(65_536);
		if (this.#groups.length === 0) out.bytes(MAGIC);
		const chunks = batch.columns.map((column) => this.#chunk(out, column));
		this.#groups.push({ rows: batch.length, chunks });
		return out.finish();
	}

	finish(): Uint8Array {
		const out = new ByteWriter(4096);
		if (this.#groups.length === 0) out.bytes(MAGIC);
		const footer = thriftBytes(this.#metadata());
		out.bytes(footer);
		out.bytes(Uint8Array.of(footer.length, footer.length >>> 8, footer.length >>> 16, footer.length >>> 24));
		out.bytes(MAGIC);
		return out.finish();
	}

	state(): Json {
		return { groups: this.#groups.map(({ rows, chunks }) => ({ rows, chunks: chunks.map((sizes) => [...sizes]) })) };
	}

	#chunk(out: ByteWriter, column: Vector): ChunkSizes {
		const from = out.length;
		const levels = hybridBytes(definitionLevels(column), 1);
		const coded = dictionaryOf(column);
		let uncompressed = 0;
		let values: Uint8Array;
		if (coded !== null && coded.words.length > 0) {
			const header = (written: WrittenPage) => pageHeader(DICTIONARY_PAGE, written, 7, struct([1, i32(coded.words.length)], [2, i32(PLAIN)]));
			uncompressed += this.#page(out, texts(coded.words), header);
			const width = Math.max(1, 32 - Math.clz32(coded.words.length - 1));
			values = joined(Uint8Array.of(width), hybridBytes(coded.indexes, width));
		} else values = plainBytes(column);
		const dictionaryBytes = out.length - from;
		const body = joined(Uint8Array.of(levels.length, levels.length >>> 8, levels.length >>> 16, levels.length >>> 24), levels, values);
		const fields = struct([1, i32(column.length)], [2, i32(dictionaryBytes > 0 ? RLE_DICTIONARY : PLAIN)], [3, i32(RLE)], [4, i32(RLE)]);
		uncompressed += this.#page(out, body, (written) => pageHeader(DATA_PAGE, written, 5, fields));
		return [dictionaryBytes, out.length - from, uncompressed];
	}

	/** Writes a page; gives its size uncompressed, header and all. */
	#page(out: ByteWriter, body: Uint8Array, header: (written: WrittenPage) => Uint8Array): number {
		const compressed = this.#codec === 'snappy' ? snappyCompress(body) : gzipSync(body, { level: 6 });
		const head = header({ uncompressed: body.length, compressed: compressed.length, checksum: pageChecksum(compressed) });
		out.bytes(head);
		out.bytes(compressed);
		return head.length + body.length;
	}

	#metadata(): Thrift {
		let at = MAGIC.length;
		const groups = this.#groups.map(({ rows, chunks }) => {
			const columns = chunks.map((sizes, index) => {
				const column = this.#columnChunk(index, rows, at, sizes);
				at += sizes[1];
				return column;
			});
			return struct([1, list('struct', columns)], [2, i64(chunks.reduce((sum, [, , size]) => sum + size, 0))], [3, i64(rows)]);
		});
		const root = struct([4, text('schema')], [5, i32(this.schema.length)]);
		return struct(
			[1, i32(1)],
			[2, list('struct', [root, ...this.schema.map(schemaElement)])],
			[3, i64(this.#groups.reduce((sum, { rows }) => sum + rows, 0))],
			[4, list('struct', groups)],
			[6, text('headgate')],
		);
	}

	#columnChunk(index: number, rows: number, at: number, [dictionaryBytes, size, uncompressed]: ChunkSizes): Thrift {
		const field = this.schema[index] as Schema[number];
		const encodings = dictionaryBytes > 0 ? [PLAIN, RLE, RLE_DICTIONARY] : [PLAIN, RLE];
		const data = struct(
			[1, i32(PHYSICAL[physicalOf(field.type)])],
			[2, list('i32', encodings.map(i32))],
			[3, list('text', [text(field.name)])],
			[4, i32(CODECS[this.#codec])],
			[5, i64(rows)],
			[6, i64(uncompressed)],
			[7, i64(size)],
			[9, i64(at + dictionaryBytes)],
			[11, dictionaryBytes > 0 ? i64(at) : null],
		);
		return struct([2, i64(at)], [3, data]);
	}
}

/** Rows whose texts are looked at before all of a column that is held as bytes become strings. */
const PROBE = 1024;

/** The distinct texts of a text column where they repeat enough. */
function dictionaryOf(column: Vector): ReturnType<typeof dictionary> {
	if (column.layout !== 'text') return null;
	if (column instanceof Coded) return usedWords(column);
	if (column instanceof AsciiText && column.length > PROBE && dictionary(column.slice(0, PROBE, null).values) === null) return null;
	return dictionary(column.nulls === null ? column.values : column.values.filter((_, row) => column.nulls?.[row] !== 1));
}

/** The dictionary of a coded column without the words that no row has. */
function usedWords({ words: all, indexes: of, nulls, length }: Coded): ReturnType<typeof dictionary> {
	const texts = all.values as readonly string[];
	const places = new Int32Array(texts.length).fill(-1);
	const words: string[] = [];
	const indexes = new Int32Array(length);
	let present = 0;
	for (let row = 0; row < length; row++) {
		if (nulls !== null && nulls[row] === 1) continue;
		const index = of[row] as number;
		let place = places[index] as number;
		if (place < 0) {
			place = words.push(texts[index] as string) - 1;
			places[index] = place;
		}
		indexes[present++] = place;
	}
	return words.length * 2 > present ? null : { words, indexes: indexes.subarray(0, present) };
}

/** What a page's header says of its body: bytes before and after compression. */
interface WrittenPage {
	readonly uncompressed: number;
	readonly compressed: number;
	readonly checksum: number;
}

function pageHeader(kind: number, { uncompressed, compressed, checksum }: WrittenPage, field: number, own: Thrift): Uint8Array {
	return thriftBytes(struct([1, i32(kind)], [2, i32(uncompressed)], [3, i32(compressed)], [4, i32(checksum)], [field, own]));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}
