import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ColumnMetaData, Compressors } from 'hyparquet';
import { AppError } from '../../../lib/errors.ts';
import { uncompressLz4 } from './lz4.ts';
import { snappyUncompress } from './unsnappy.ts';

/** A page larger than this is an attack or a mistake: writers make pages of about 1 MiB. */
const MOST_PAGE_BYTES = 256 * 2 ** 20;

/** How a page's bytes are made whole again. */
export const PAGE_CODECS: Compressors = {
	SNAPPY: (input, length) => snappyUncompress(input, bounded(length)),
	GZIP: (input, length) => plainBytes(gunzipSync(input, options(length))),
	ZSTD: (input, length) => plainBytes(zstdDecompressSync(input, options(length))),
	BROTLI: (input, length) => plainBytes(brotliDecompressSync(input, options(length))),
	LZ4_RAW: (input, length) => uncompressLz4(input, bounded(length)),
};

/** The page's bytes, as many as its header says. */
export function decompressPage(bytes: Uint8Array, length: number, codec: ColumnMetaData['codec']): Uint8Array {
	// An empty page compresses to nothing in some writers.
	if (length === 0) return new Uint8Array(0);
	const decompress = PAGE_CODECS[codec];
	if (codec !== 'UNCOMPRESSED' && decompress === undefined) throw new RangeError(`the compression ${codec} is not known`);
	const page = decompress === undefined ? bytes : decompress(bytes, length);
	if (page.length !== length) throw new RangeError(`a page has ${page.length} bytes where its header says ${length}`);
	return page;
}

/** Throws `AppError` for a page that says it is larger than any should be. */
function bounded(length: number): number {
	if (length > MOST_PAGE_BYTES)
		throw new AppError('limit', `the Parquet file has a page of ${length} bytes, more than ${MOST_PAGE_BYTES}`, {
			hint: 'Write it again with pages of about 1 MB.',
		});
	return Math.max(1, length);
}

/** Made in one piece where that is known beforehand: put together from pieces of 16 KiB a page would be copied once more. */
function options(length: number): { maxOutputLength: number; chunkSize: number } {
	return { maxOutputLength: roomFor(length), chunkSize: Math.max(1024, length + 1) };
}

/**
 * workerd counts the memory it has set aside against the bound, not what was written into it, and doubles it as it goes: a page of
 * 100,000 bytes would not fit a bound of 100,000. Who asked compares the length that came out.
 */
function roomFor(length: number): number {
	return bounded(length) * 2 + 65_536;
}

/** A Buffer is a Uint8Array whose `slice` copies nothing: code that relies on a copy must never see one. */
function plainBytes(buffer: Uint8Array): Uint8Array {
	return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
