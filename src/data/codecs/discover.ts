import { charsetOf } from './charset.ts';
import type { CodecFormat, DiscoveredField, StreamFormat } from './codec.ts';
import { CompressedBytes } from './compression/compressed-bytes.ts';
import { type Compression, compressionOf } from './compression/index.ts';
import { sampleDelimited } from './delimited/sample.ts';
import { excelFields } from './excel/decoder.ts';
import { streamDecoder } from './index.ts';
import { sampleRecords } from './json/sample.ts';
import type { FileBytes } from './open-file.ts';
import { parquetFields } from './parquet/decoder.ts';

/** How much of a file's beginning is a good sample. */
export const SAMPLE_BYTES = 1_048_576;

/** The columns of a file of any format and compression: see `discoverFields`. Throws `AppError` for a file that is not of the format. */
export async function discoverFile(file: FileBytes, format: CodecFormat, compression: 'auto' | 'none' | Compression): Promise<DiscoveredField[]> {
	if (format.type === 'parquet') return parquetFields(file);
	if (format.type === 'excel') return excelFields(file, format);
	const { bytes, complete } = await fileSample(file, compressionOf(compression, file.path));
	return discoverFields(format, bytes, complete);
}

/**
 * The columns of a file by a sample of its beginning, each of the narrowest type that keeps every value of the sample.
 * `complete`: the sample is the whole file, otherwise its last record is not looked at. None for a file without records.
 */
export function discoverFields(format: StreamFormat, sample: Uint8Array, complete: boolean): DiscoveredField[] {
	if (format.type === 'raw') return [{ source: 0, name: 'content', type: { kind: 'string' } }];
	if (format.type === 'delimited') {
		const charset = charsetOf(format.encoding);
		if (charset.kind !== 'utf16') return sampleDelimited(format, sample, complete);
		const text = new TextDecoder(charset.encoding).decode(complete ? sample : sample.subarray(0, sample.length & ~1));
		return sampleDelimited({ ...format, encoding: 'utf-8' }, new TextEncoder().encode(text), complete);
	}
	const decoder = streamDecoder(format, { fields: [{ source: '$', name: 'record', type: { kind: 'json' }, format: null }] });
	const batches = decoder.push(sample);
	return sampleRecords([...batches, ...(complete ? decoder.finish() : decoder.flush())]);
}

export interface FileSample {
	readonly bytes: Uint8Array;
	/** It is the whole file. */
	readonly complete: boolean;
}

/** The beginning of a file, decompressed. */
export async function fileSample(file: FileBytes, compression: Compression | null): Promise<FileSample> {
	const sample = new Uint8Array(SAMPLE_BYTES);
	let length = 0;
	const take = (bytes: Uint8Array) => {
		const taken = bytes.subarray(0, SAMPLE_BYTES - length);
		sample.set(taken, length);
		length += taken.length;
	};
	const compressed = compression === null ? null : new CompressedBytes(compression, null);
	const reader = (await file.stream(0)).getReader();
	for (let ended = false; !ended && length < SAMPLE_BYTES; ) {
		const { value, done } = await reader.read();
		ended = done;
		if (compressed === null) {
			if (!done) take(value);
			continue;
		}
		if (!done) compressed.push(value);
		for (let bytes = compressed.next(done); bytes !== null && length < SAMPLE_BYTES; bytes = compressed.next(done)) take(bytes);
	}
	const complete = length < SAMPLE_BYTES;
	if (!complete) await reader.cancel();
	return { bytes: sample.subarray(0, length), complete };
}
