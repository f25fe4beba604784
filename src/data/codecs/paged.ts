import type { DecodeRequest, DecoderPosition, PagedDecoder, PagedFormat, RandomAccessFile } from './codec.ts';
import { openExcel } from './excel/decoder.ts';
import { openParquet } from './parquet/decoder.ts';

/** A decoder of a format that is read at any place; with the position of an earlier one, of what that one had not given. */
export function openPaged(file: RandomAccessFile, format: PagedFormat, request: DecodeRequest, position: DecoderPosition | null): Promise<PagedDecoder> {
	return format.type === 'parquet' ? openParquet(file, request, position) : openExcel(file, format, request, position);
}
