import type { ColumnMetaData, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { BATCH_ROWS } from '../../batch.ts';
import { concatVectors, nullVector } from '../../gather.ts';
import type { Vector } from '../../vector.ts';
import { checkThrift } from './check-thrift.ts';
import { checkPage } from './checksum.ts';
import type { ChunkBytes, Stretch } from './chunk-bytes.ts';
import type { ColumnCursor, ReadRows } from './column-cursor.ts';
import type { Leaf } from './leaf.ts';
import type { LeafTexts } from './leaf-texts.ts';
import { PageReader } from './page.ts';
import type { PageRows } from './page-rows.ts';

/** Page headers are some dozen bytes, more with statistics of long texts. */
const HEADER_BYTES = 4_096;

/** A page says how many rows it has before there is anything to check that by. */
const MOST_PAGE_ROWS = 50_000_000;

/** Where a column's pages are. Throws a RangeError where that is not inside the file: damaged metadata may have anything in it, or nothing. */
export function stretchOf(metadata: ColumnMetaData, fileSize: number): Stretch {
	const from = Math.min(Number(metadata.dictionary_page_offset || metadata.data_page_offset), Number(metadata.data_page_offset));
	const end = from + Number(metadata.total_compressed_size);
	if (!(from >= 0 && end >= from && end <= fileSize)) throw new RangeError('a column lies outside the file');
	return { from, end };
}

interface FlatColumnOptions {
	readonly texts: LeafTexts;
	readonly lent: boolean;
	/** Which column of which row group it is, for errors. */
	readonly place: string;
}

/** A column that is neither nested nor repeated, page by page: only one page is in memory at a time. */
export class FlatColumn implements ColumnCursor {
	readonly #bytes: ChunkBytes;
	readonly #leaf: Leaf;
	readonly #reader: PageReader;
	readonly #lent: boolean;
	readonly #place: string;
	/** Pages begun, dictionary included. */
	#pages = 0;
	/** What the rows of a read are indexes in, where they are only lent. */
	#indexes: Int32Array | null = null;
	#page: PageRows | null = null;
	/** Rows of the page that were given. */
	#given = 0;

	constructor(bytes: ChunkBytes, codec: ColumnMetaData['codec'], leaf: Leaf, { texts, lent, place }: FlatColumnOptions) {
		this.#bytes = bytes;
		this.#leaf = leaf;
		this.#lent = lent;
		this.#place = place;
		this.#reader = new PageReader(leaf, codec, texts);
	}

	readNow(count: number): ReadRows | null {
		const page = this.#page;
		if (page === null || page.length - this.#given < count) return null;
		const rows = page.next(count, this.#room(count));
		this.#advance(page, count);
		return rows;
	}

	async read(count: number): Promise<ReadRows> {
		const pieces: Vector[] = [];
		const invalid: number[] = [];
		let done = 0;
		while (done < count) {
			const page = this.#page ?? (await this.#nextPage(0));
			if (page === null) continue;
			const take = Math.min(count - done, page.length - this.#given);
			const piece = page.next(take, take === count ? this.#room(count) : null);
			pieces.push(piece.vector);
			for (const row of piece.invalid) invalid.push(done + row);
			done += take;
			this.#advance(page, take);
		}
		return { vector: pieces.length === 0 ? nullVector(this.#leaf.type, 0) : concatVectors(pieces), invalid };
	}

	async skip(count: number): Promise<void> {
		let left = count;
		while (left > 0) {
			const page = this.#page ?? (await this.#nextPage(left));
			if (page === null) {
				left -= this.#skipped;
				continue;
			}
			const take = Math.min(left, page.length - this.#given, BATCH_ROWS);
			page.next(take, this.#room(take));
			left -= take;
			this.#advance(page, take);
		}
	}

	#skipped = 0;

	#room(count: number): Int32Array | null {
		if (!this.#lent) return null;
		if (this.#indexes === null || this.#indexes.length < count) this.#indexes = new Int32Array(count);
		return this.#indexes.subarray(0, count);
	}

	#advance(page: PageRows, rows: number): void {
		this.#given += rows;
		if (this.#given >= page.length) this.#page = null;
	}

	/** The next data page; null after a dictionary, or a page of at most `skippable` rows, which is passed over unread. */
	async #nextPage(skippable: number): Promise<PageRows | null> {
		this.#skipped = 0;
		const { header, length } = await this.#header();
		this.#bytes.skip(length);
		this.#pages++;
		const size = header.compressed_page_size;
		if (!(size >= 0 && size <= this.#bytes.left)) throw new RangeError('a page is longer than its column');
		const rows = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_rows;
		if (rows !== undefined && !(rows >= 0 && rows <= MOST_PAGE_ROWS)) throw new RangeError(`a page has ${rows} rows`);
		if (rows !== undefined && rows > 0 && rows <= skippable) {
			this.#bytes.skip(size);
			this.#skipped = rows;
			return null;
		}
		const body = (await this.#bytes.peek(size)).subarray(0, size);
		this.#bytes.skip(size);
		checkPage(body, header.crc, () => `page ${this.#pages} of ${this.#place}`);
		if (header.type === 'DICTIONARY_PAGE') {
			this.#reader.readDictionary(header, body);
			return null;
		}
		if (rows === undefined || rows === 0) return null;
		this.#page = this.#reader.read(header, body);
		this.#given = 0;
		return this.#page;
	}

	async #header(): Promise<{ header: PageHeader; length: number }> {
		if (this.#bytes.left <= 0) throw new RangeError('a column has fewer rows than its row group');
		for (let wanted = HEADER_BYTES; ; wanted *= 64) {
			const bytes = await this.#bytes.peek(wanted);
			const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
			try {
				checkThrift(bytes);
				return { header: parquetHeader(reader), length: reader.offset };
			} catch (error) {
				// It may only be cut off.
				if (bytes.length >= this.#bytes.left) throw error;
			}
		}
	}
}
