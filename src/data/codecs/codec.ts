import type { Json } from '../../lib/json.ts';
import type { Batch } from '../batch.ts';
import type { DataType, Schema } from '../types.ts';
import type { MemberWatch } from './json/member-watch.ts';

/**
 * The contract of file formats. A decoder reads only the fields that are wanted and tells what is wrong with a record without
 * stopping; it can be left at any record and gone on with by another one. An encoder gives bytes batch by batch; what it has
 * to remember between two is JSON.
 */

/** A wanted column: `source` is its name in the file (header, member, column) or its 0-based position; `name` what it becomes. */
export interface WantedField {
	readonly source: string | number;
	readonly name: string;
	readonly type: DataType;
	/** Date pattern where dates are not ISO 8601; see `dateFormat`. */
	readonly format: string | null;
}

export interface DelimitedFormat {
	readonly type: 'delimited';
	readonly delimiter: string;
	/** Empty: no quoting. */
	readonly quote: string;
	/** The sign before a quote, or before itself, inside quotes; empty: a quote is doubled. */
	readonly escape: string;
	readonly headerRow: boolean;
	/** `\n` also takes `\r\n` and a lone `\r`; `end_of_file` is one record a file. */
	readonly recordDelimiter: string;
	/** A label of the WHATWG Encoding Standard. */
	readonly encoding: string;
}

export interface JsonFormat {
	readonly type: 'json' | 'ndjson';
	/** JSONPath of the records inside a json document; an array there, or with `[*]`, gives its items. */
	readonly baseRecord: string;
	readonly encoding: string;
}

export interface RawFormat {
	readonly type: 'raw';
	/** `\n`: each line is a record, whichever sign ends it; `end_of_file`: the file is. */
	readonly recordDelimiter: string;
	readonly encoding: string;
}

export interface ParquetFormat {
	readonly type: 'parquet';
}

export interface ExcelFormat {
	readonly type: 'excel';
	/** Null: the first. */
	readonly sheet: string | null;
	readonly headerRow: boolean;
}

/** Read front to back. */
export type StreamFormat = DelimitedFormat | JsonFormat | RawFormat;
/** Read at any place, because what is where stands at the file's end. */
export type PagedFormat = ParquetFormat | ExcelFormat;
export type CodecFormat = StreamFormat | PagedFormat;

/** What can be written. */
export type EncoderFormat = DelimitedFormat | { readonly type: 'ndjson' | 'json' | 'parquet' };

export interface DecodeRequest {
	readonly fields: readonly WantedField[];
	/** Most rows of a batch; when left out `BATCH_ROWS`, or `LENT_ROWS` where rows are lent and small. */
	readonly batchRows?: number;
	/** A record larger than this ends the reading with a `limit` error; 8 MiB when left out. */
	readonly maxRecordBytes?: number;
	/** Whoever gets a batch keeps nothing of it: its memory may be used again for the next. */
	readonly lent?: boolean;
	/** Sources that the package knows, wanted or not: with them a record of JSON that has other members is told. */
	readonly known?: readonly (string | number)[];
	/** Looks at each record of JSON. */
	readonly watch?: MemberWatch;
}

/** Every record is a row of the batch, faulty ones too: with null in the field that failed. */
export interface DecodedBatch {
	readonly batch: Batch;
	/** Number of row 0 in its file, counted from 1; a header row is not counted, blank lines neither. */
	readonly firstRecord: number;
	readonly errors: readonly RecordError[];
}

/** What is wrong with one row; a row may have several. */
export interface RecordError {
	/** Index in the batch. */
	readonly row: number;
	/** Number in the file, from 1. */
	readonly record: number;
	/** The wanted field's `name`; null where the record as a whole is meant. */
	readonly field: string | null;
	/** As it stands in the file, cut at 1,000 characters. */
	readonly value: string | null;
	readonly class: 'parse_error' | 'too_many_columns' | 'too_few_columns' | 'unknown_column';
	readonly message: string;
}

/**
 * Where to go on: a decoder made with it and fed the file's bytes from `byteOffset` on gives exactly the records not given yet.
 * Plain JSON. Offsets count the bytes the decoder was fed, that is, behind any decompression.
 */
export interface DecoderPosition {
	readonly byteOffset: number;
	/** Number of the next record, from 1. */
	readonly recordNumber: number;
	/** The format's own, such as the header. */
	readonly state: Json;
}

/** Throws `AppError` for what concerns the file as a whole: a wanted column missing, an unclosed quote, a record too large. */
export interface StreamDecoder {
	/** Takes the next bytes, which it may keep: do not write to them again. Gives the batches that became full. */
	push(bytes: Uint8Array): DecodedBatch[];
	/** Gives the complete records that are held back for a full batch. */
	flush(): DecodedBatch[];
	/** The bytes have ended: gives what is left. */
	finish(): DecodedBatch[];
	/** Of the first record not given yet. */
	position(): DecoderPosition;
	/** Names in the header; null where there is none, or it was not read yet. */
	readonly columns: readonly string[] | null;
}

/** A file that can be read at any place. `read` may give less only at the file's end. */
export interface RandomAccessFile {
	readonly size: number;
	read(offset: number, length: number): Promise<Uint8Array>;
}

export interface PagedDecoder {
	/** The next batch; null at the end. */
	next(): Promise<DecodedBatch | null>;
	/** `byteOffset` says nothing here and is 0. */
	position(): DecoderPosition;
	/** Names in the header; null where there is none. */
	readonly columns: readonly string[] | null;
	/** Records in the file. */
	readonly rows: number;
}

export interface Encoder {
	readonly schema: Schema;
	/** May hold bytes back; what it gives is written over by the next call of either. */
	encode(batch: Batch): Uint8Array;
	/** Writes what is left and what ends a file. Called once. */
	finish(): Uint8Array;
	/** An encoder made with it goes on behind the bytes given so far. */
	state(): Json;
}

/** A column found in a sample. */
export interface DiscoveredField {
	readonly source: string | number;
	readonly name: string;
	readonly type: DataType;
}

export const MAX_RECORD_BYTES = 8 * 1024 * 1024;
