import type { StreamFormat } from '../../data/codecs/codec.ts';
import { streamDecoder } from '../../data/codecs/index.ts';
import { AppError } from '../../lib/errors.ts';
import { type FileReader, type FileToRead, StreamedFile } from './file-reader.ts';

/** A reader of a file by its format and compression, at a position. */
export async function openReader(target: FileToRead): Promise<FileReader> {
	const { store, source, file, request, position } = target;
	const { format } = source;
	const compression = source.compression === 'auto' ? compressionOf(file.path) : source.compression;
	if (format.type === 'parquet' || format.type === 'excel') {
		throw new AppError('invalid_input', `${format.type} files cannot be read here`, { hint: 'Use delimited, json or ndjson.' });
	}
	const decoder = streamDecoder(format as StreamFormat, request, position);
	const offset = position?.byteOffset ?? 0;
	const read = (from: number) => store.read({ bucket: source.bucket, path: file.path, offset: from, length: null, etag: file.etag });
	// Compressed bytes cannot be entered in the middle: they are read from the start and passed over.
	if (compression === 'none') return new StreamedFile(decoder, () => read(offset), 0);
	return new StreamedFile(decoder, async () => decompressed(await read(0), compression), offset);
}

function compressionOf(path: string): 'none' | 'gzip' | 'bzip2' | 'zip' {
	if (/\.gz$/i.test(path)) return 'gzip';
	if (/\.bz2$/i.test(path)) return 'bzip2';
	return /\.zip$/i.test(path) ? 'zip' : 'none';
}

function decompressed(bytes: ReadableStream<Uint8Array>, compression: 'gzip' | 'bzip2' | 'zip'): ReadableStream<Uint8Array> {
	if (compression === 'gzip') return bytes.pipeThrough(new DecompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>);
	throw new AppError('invalid_input', `${compression} files cannot be read here`, { hint: 'Use gzip or none.' });
}
