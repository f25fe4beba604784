import type { DecodeRequest, DecoderPosition, PagedDecoder, PagedFormat, RandomAccessFile } from './codec.ts';
import { openParquet } from './parquet/decoder.ts';

/** A decoder of a format that is read at any place; with the position of an earlier one, of what that one had not given. */
export function openPaged(file: RandomAccessFile, format: PagedFormat, request: DecodeRequest, position: DecoderPosition | null): Promise<PagedDecoder> {
	return openParquet(file, request, position);
}
