import type { Discovery } from '../../catalogue/build/context.ts';
import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import { discoverFields, SAMPLE_BYTES } from '../../data/codecs/discover.ts';
import type { Schema } from '../../data/types.ts';
import { findFiles } from '../../engine/scan/find-files.ts';
import type { FileSource } from '../../plan/endpoints.ts';

/** A folder may begin with empty files; so many are looked into. */
const FILES_LOOKED_INTO = 3;

/** The columns of the first file of a path that has any, by a sample of its beginning: at most `lines` lines where given. */
export async function fileColumns(store: FileStore, source: FileSource, lines?: number): Promise<Discovery> {
	const { format } = source;
	if (format.type === 'parquet' || format.type === 'excel' || format.type === 'raw') {
		return { message: `the columns of ${format.type} files are not looked up`, hint: 'name its fields with their types' };
	}
	const files = await findFiles(store, source.bucket, source.path);
	for (const file of files.slice(0, FILES_LOOKED_INTO)) {
		const compression = source.compression === 'auto' ? compressionOf(file.path) : source.compression;
		if (compression !== 'none' && compression !== 'gzip') {
			return { message: `the columns of ${compression} files are not looked up`, hint: 'name its fields with their types' };
		}
		const { bytes, complete } = firstLines(await sample(store, source, file, compression), lines);
		const found = discoverFields(format, bytes, complete);
		if (found.length > 0) return found.map(({ name, type }): Schema[number] => ({ name, type }));
	}
	return [];
}

interface Sample {
	readonly bytes: Uint8Array;
	/** It is the whole file. */
	readonly complete: boolean;
}

const NEW_LINE = 10;

function firstLines({ bytes, complete }: Sample, lines: number | undefined): Sample {
	let end = 0;
	for (let line = 0; line < (lines ?? 0); line++) {
		const next = bytes.indexOf(NEW_LINE, end);
		if (next === -1) return { bytes, complete };
		end = next + 1;
	}
	return end === 0 ? { bytes, complete } : { bytes: bytes.subarray(0, end), complete: complete && end === bytes.length };
}

function compressionOf(path: string): FileSource['compression'] {
	if (/\.gz$/i.test(path)) return 'gzip';
	if (/\.bz2$/i.test(path)) return 'bzip2';
	return /\.zip$/i.test(path) ? 'zip' : 'none';
}

/** The beginning of a file, decompressed. */
async function sample(store: FileStore, { bucket }: FileSource, file: FileInfo, compression: 'none' | 'gzip'): Promise<Sample> {
	const raw = await store.read({ bucket, path: file.path, offset: 0, length: null, etag: file.etag });
	const stream = compression === 'gzip' ? raw.pipeThrough(new DecompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>) : raw;
	const reader = stream.getReader();
	const bytes = new Uint8Array(SAMPLE_BYTES);
	let length = 0;
	while (length < SAMPLE_BYTES) {
		const { value, done } = await reader.read();
		if (done) return { bytes: bytes.subarray(0, length), complete: true };
		const taken = value.subarray(0, SAMPLE_BYTES - length);
		bytes.set(taken, length);
		length += taken.length;
	}
	await reader.cancel();
	return { bytes, complete: false };
}
