import type { CodecFormat, DecodedBatch, DecodeRequest, DecoderPosition, RandomAccessFile } from './codec.ts';
import { compressionAt } from './compression/compressed-bytes.ts';
import { compressionOf, type Decompression } from './compression/index.ts';
import { openPaged } from './paged.ts';
import { PagedFile } from './paged-file.ts';
import { StreamedFile } from './streamed-file.ts';

/** A file somewhere, as far as reading it goes. */
export interface FileBytes extends RandomAccessFile {
	/** For `compression: auto`. */
	readonly path: string;
	/** Everything from `offset` on. */
	stream(offset: number): Promise<ReadableStream<Uint8Array>>;
}

export interface FileOptions {
	readonly format: CodecFormat;
	readonly compression: 'auto' | 'none' | Decompression;
	readonly request: DecodeRequest;
	readonly position: DecoderPosition | null;
}

/** One file being read, whatever its format and compression. A step does a bounded amount of work, however well a file is compressed. */
export interface FileDecoder {
	/** The next batches, perhaps none yet; null at the file's end. `bytes`: how many of the file were read for it. */
	next(): Promise<{ readonly batches: readonly DecodedBatch[]; readonly bytes: number } | null>;
	/**
	 * Where another `openFile` gives exactly the records not given yet. One left before it gave any may do the same work again:
	 * who reads in slices goes on until there was a batch.
	 */
	position(): DecoderPosition;
	/** Names of the file's columns; null where it has none, or they are not known yet. */
	columns(): readonly string[] | null;
	close(): void;
}

/** Opens a file for reading, from the beginning or a position. Throws `AppError` for a file that is not of the format. */
export async function openFile(file: FileBytes, { format, compression, request, position }: FileOptions): Promise<FileDecoder> {
	if (format.type === 'parquet' || format.type === 'excel') return new PagedFile(await openPaged(file, format, request, position), file.size);
	const said = compressionOf(compression, file.path);
	// What is raw may be an archive that is wanted as it is.
	if (said !== null || compression === 'none' || format.type === 'raw') return new StreamedFile(file, format, said, request, position);
	return new StreamedFile(file, format, position === null ? 'unknown' : compressionAt(position), request, position);
}
