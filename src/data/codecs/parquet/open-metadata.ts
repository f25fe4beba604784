import { type AsyncBuffer, type FileMetaData, parquetMetadata } from 'hyparquet';
import { AppError } from '../../../lib/errors.ts';
import type { RandomAccessFile } from '../codec.ts';
import { checkThrift } from './check-thrift.ts';

const MOST_METADATA_BYTES = 32 * 2 ** 20;
/** Read at once: what most files have of metadata, so that one request is enough. */
const TAIL_BYTES = 65_536;
const MAGIC = 'PAR1';

/** Reads what stands at a Parquet file's end. Throws `AppError` for a file that is none. */
export async function openMetadata(file: RandomAccessFile): Promise<FileMetaData> {
	if (file.size < 12) throw notParquet(`has only ${file.size} bytes`);
	const tail = await file.read(Math.max(0, file.size - TAIL_BYTES), Math.min(file.size, TAIL_BYTES));
	const end = tail.subarray(Math.max(0, tail.length - 8));
	const magic = new TextDecoder('latin1').decode(end.subarray(4));
	if (magic === 'PARE') throw new AppError('invalid_input', 'the Parquet file is encrypted', { hint: 'Write it without encryption.' });
	if (magic !== MAGIC) throw notParquet(`does not end in ${MAGIC}`);
	const length = new DataView(end.buffer, end.byteOffset, 4).getUint32(0, true);
	if (length > MOST_METADATA_BYTES) {
		throw new AppError('limit', `the Parquet file has ${length} bytes of metadata, more than ${MOST_METADATA_BYTES}`, {
			hint: 'Write it with larger row groups, or fewer columns.',
		});
	}
	if (length + 12 > file.size) throw notParquet('says that its metadata is larger than itself');
	return readingParquet(async () => {
		const footer = length + 8 <= tail.length ? tail.subarray(tail.length - length - 8) : await file.read(file.size - length - 8, length + 8);
		checkThrift(footer.subarray(0, length));
		return parquetMetadata(new Uint8Array(footer), { geoparquet: false });
	});
}

export function asyncBuffer(file: RandomAccessFile): AsyncBuffer {
	return {
		byteLength: file.size,
		async slice(start, end = file.size) {
			const bytes = await file.read(start, end - start);
			if (bytes.length < end - start) throw new RangeError('the file ends too early');
			// Not slice(): that of a Buffer copies nothing.
			return new Uint8Array(bytes).buffer;
		},
	};
}

/** What the parsing throws on damaged bytes (out of range, unknown encodings) as an error for people. */
export async function readingParquet<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof AppError) throw error;
		// What the language says of values that are not there means nothing to whoever wrote the file.
		const what = error instanceof TypeError ? 'its metadata does not fit together' : error instanceof Error ? error.message : String(error);
		throw new AppError('invalid_input', `the Parquet file cannot be read: ${what}`, {
			hint: 'Check it with the tool that wrote it, and upload it again.',
			cause: error,
		});
	}
}

function notParquet(why: string): AppError {
	return new AppError('invalid_input', `the file ${why}, it is not Parquet`, { hint: 'Set record_type to the format of the file, and upload it whole.' });
}
