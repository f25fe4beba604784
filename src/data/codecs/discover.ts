import { AppError } from '../../lib/errors.ts';
import { bytePieces, piecesOf } from '../byte-pieces.ts';
import { markedUtf16 } from './byte-order-mark.ts';
import { charsetOf } from './charset.ts';
import type { CodecFormat, DiscoveredField, StreamFormat } from './codec.ts';
import { CompressedBytes } from './compression/compressed-bytes.ts';
import { BEGINNING_BYTES, compressionIn, compressionOf, type Decompression } from './compression/index.ts';
import { sampleDelimited } from './delimited/sample.ts';
import { excelFields } from './excel/decoder.ts';
import { streamDecoder } from './index.ts';
import { sampleRecords } from './json/sample.ts';
import type { FileBytes } from './open-file.ts';
import { parquetFields } from './parquet/decoder.ts';

/** How much of a file's beginning is a good sample. */
export const SAMPLE_BYTES = 1_048_576;

/** Read from the file at a time. */
const PIECE_BYTES = 262_144;

/** The columns of a file of any format and compression: see `discoverFields`. Throws `AppError` for a file that is not of the format. */
export async function discoverFile(file: FileBytes, format: CodecFormat, compression: 'auto' | 'none' | Decompression): Promise<DiscoveredField[]> {
	if (format.type === 'parquet') return parquetFields(file);
	if (format.type === 'excel') return excelFields(file, format);
	const { bytes, complete } = await fileSample(file, format, compression);
	return discoverFields(format, bytes, complete);
}

/**
 * The columns of a file by a sample of its beginning, each of the narrowest type that keeps every value of the sample.
 * `complete`: the sample is the whole file, otherwise its last record is not looked at. None for a file without records.
 */
export function discoverFields(format: StreamFormat, sample: Uint8Array, complete: boolean): DiscoveredField[] {
	if (format.type === 'raw') return [{ source: 0, name: 'data', type: { kind: 'string' } }];
	if (format.type === 'delimited') {
		const charset = charsetOf(format.encoding);
		if (charset.kind !== 'utf16') return sampleDelimited(format, sample, complete);
		const text = new TextDecoder(markedUtf16(sample, charset.encoding)).decode(complete ? sample : sample.subarray(0, sample.length & ~1));
		return sampleDelimited({ ...format, encoding: 'utf-8' }, new TextEncoder().encode(text), complete);
	}
	const decoder = streamDecoder(format, { fields: [{ source: '$', name: 'record', type: { kind: 'json' }, format: null }] });
	const batches = decoder.push(sample);
	const records = [...batches, ...(complete ? decoder.finish() : decoder.flush())];
	if (!complete && records.length === 0) throw recordBeyondSample(format.type);
	return sampleRecords(records);
}

function recordBeyondSample(type: 'json' | 'ndjson'): AppError {
	const inner =
		type === 'json' ? ' Where the records are inside a larger document, base_record says where.' : ' Where the file is one document, record_type is json.';
	return new AppError('limit', `the first record does not end within the first ${SAMPLE_BYTES} bytes, from which columns are found out`, {
		hint: `Name the fields that are wanted: a record may have 8 MiB then.${inner}`,
	});
}

export interface FileSample {
	readonly bytes: Uint8Array;
	/** It is the whole file. */
	readonly complete: boolean;
}

/** The beginning of a file, decompressed as `openFile` would do it. */
export async function fileSample(file: FileBytes, format: StreamFormat, compression: 'auto' | 'none' | Decompression): Promise<FileSample> {
	const sample = new Uint8Array(SAMPLE_BYTES);
	let length = 0;
	const take = (bytes: Uint8Array) => {
		const taken = bytes.subarray(0, SAMPLE_BYTES - length);
		sample.set(taken, length);
		length += taken.length;
	};
	const said = compressionOf(compression, file.path);
	const pieces = bytePieces(await file.stream(0), PIECE_BYTES, PIECE_BYTES);
	try {
		let piece = await piecesOf(pieces, BEGINNING_BYTES);
		const found = said ?? (compression === 'none' || format.type === 'raw' || piece === null ? null : compressionIn(piece));
		const compressed = found === null ? null : new CompressedBytes(found, null);
		for (; length < SAMPLE_BYTES; piece = await pieces.next()) {
			if (compressed === null) {
				if (piece !== null) take(piece);
			} else {
				if (piece !== null) compressed.push(piece);
				const ended = piece === null;
				for (let bytes = compressed.next(ended); bytes !== null && length < SAMPLE_BYTES; bytes = compressed.next(ended)) take(bytes);
			}
			if (piece === null) break;
		}
	} finally {
		// Also where it is damaged: nobody reads the rest of it.
		await pieces.cancel().catch(() => undefined);
	}
	const complete = length < SAMPLE_BYTES;
	return { bytes: sample.subarray(0, length), complete };
}
