import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { AppError } from '../../../lib/errors.ts';
import { uncompressLz4 } from './lz4.ts';

/** A page larger than this is an attack or a mistake: writers make pages of about 1 MiB. */
const MOST_PAGE_BYTES = 256 * 2 ** 20;

/** What a page's codec needs beyond Snappy, which hyparquet has. */
export const PAGE_CODECS: Compressors = {
	GZIP: (input, length) => plainBytes(gunzipSync(input, { maxOutputLength: roomFor(length) })),
	ZSTD: (input, length) => plainBytes(zstdDecompressSync(input, { maxOutputLength: roomFor(length) })),
	BROTLI: (input, length) => plainBytes(brotliDecompressSync(input, { maxOutputLength: roomFor(length) })),
	LZ4_RAW: (input, length) => uncompressLz4(input, bounded(length)),
};

/** Throws `AppError` for a page that says it is larger than any should be. */
export function bounded(length: number): number {
	if (length > MOST_PAGE_BYTES)
		throw new AppError('limit', `the Parquet file has a page of ${length} bytes, more than ${MOST_PAGE_BYTES}`, {
			hint: 'Write it again with pages of about 1 MB.',
		});
	return Math.max(1, length);
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
