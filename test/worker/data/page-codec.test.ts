import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { PAGE_CODECS } from '../../../src/data/codecs/parquet/page-codec.ts';

it.each([1, 1000, 16_384, 100_000, 131_072])('a page of %i bytes comes out of each codec', (length) => {
	const page = Uint8Array.from({ length }, (_, i) => (i * 7919) >>> 5);
	for (const [codec, compress] of [
		['GZIP', gzipSync],
		['ZSTD', zstdCompressSync],
		['BROTLI', brotliCompressSync],
	] as const) {
		expect(PAGE_CODECS[codec]?.(new Uint8Array(compress(page)), length)).toEqual(page);
	}
});
