import type { DataType, Schema } from '../data/types.ts';
import type { Expr } from '../expression/ir.ts';

/** Where a scan reads. `connection` is the id of a connection of the run's account; texts have their variables filled in. */
export type Source = FileSource | TableSource | HttpSource | PayloadSource;

export interface FileSource {
	readonly kind: 'files';
	readonly connection: number;
	readonly bucket: string | null;
	/** Object, folder (ends in `/`) or glob; names that begin with `_` or `.` are ignored. */
	readonly path: string;
	readonly format: FileFormat;
	readonly compression: 'auto' | 'none' | 'gzip' | 'bzip2' | 'zip';
	/** Which columns to read, as what: see `SourceField`. */
	readonly fields: readonly SourceField[];
	readonly otherFields: 'drop' | 'keep';
	/** source_action `copy`: where the list of processed files is kept; null reads all. */
	readonly manifest: string | null;
}

export type FileFormat = DelimitedFormat | JsonFormat | { readonly type: 'parquet' } | ExcelFormat | RawFormat;

export interface ExcelFormat {
	readonly type: 'excel';
	/** Null: the first. */
	readonly sheet: string | null;
	readonly headerRow: boolean;
}

/** Each record is one text. */
export interface RawFormat {
	readonly type: 'raw';
	/** As a delimited file's. */
	readonly recordDelimiter: string;
	readonly encoding: string;
}

export interface DelimitedFormat {
	readonly type: 'delimited';
	readonly delimiter: string;
	/** Empty: no quoting. */
	readonly quote: string;
	/** Empty: a quote inside quotes is doubled. */
	readonly escape: string;
	readonly headerRow: boolean;
	/** `\n` also takes `\r\n` and a lone `\r`; `end_of_file` is one record a file. */
	readonly recordDelimiter: string;
	readonly encoding: string;
}

export interface JsonFormat {
	readonly type: 'json' | 'ndjson';
	/** JSONPath of the records inside a json document. */
	readonly baseRecord: string;
	readonly encoding: string;
}

/** `source`: the name in the file's header, or its 0-based position where there is none; `name`: the column it becomes. */
export interface SourceField {
	readonly source: string | number;
	readonly name: string;
	readonly type: DataType;
	/** How dates are spelled where not ISO 8601. */
	readonly format: string | null;
}

export interface TableSource {
	readonly kind: 'table';
	readonly connection: number;
	readonly from: { readonly schema: string | null; readonly table: string } | { readonly query: string; readonly parameters: readonly QueryParameter[] };
	readonly where: Expr | null;
	readonly splitBy: string | null;
	readonly parallel: number;
	readonly fields: readonly SourceField[];
}

export interface QueryParameter {
	readonly type: DataType;
	readonly value: null | boolean | number | string;
}

export interface HttpSource {
	readonly kind: 'http';
	readonly connection: number;
	readonly request: HttpRequestSpec;
	readonly pagination: Pagination;
	readonly responseType: 'json' | 'ndjson' | 'raw';
	readonly baseRecord: string;
	readonly sleepMs: number;
	readonly maxRequests: number | null;
	readonly requestsPerSecond: number | null;
	readonly fields: readonly SourceField[];
}

/** `path` is below the connection's own origin, never a full URL. */
export interface HttpRequestSpec {
	readonly path: string;
	readonly method: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, string>>;
	readonly body: string | null;
}

export type Pagination =
	| { readonly scheme: 'none' | 'auto' | 'link_header' }
	| { readonly scheme: 'page'; readonly pageParam: string; readonly firstPage: number; readonly sizeParam: string; readonly size: number | null }
	| { readonly scheme: 'offset'; readonly offsetParam: string; readonly sizeParam: string; readonly size: number }
	| { readonly scheme: 'cursor'; readonly cursorPath: string; readonly cursorParam: string };

export interface PayloadSource {
	readonly kind: 'payload';
	readonly fields: readonly SourceField[];
}

/** Where a sink writes. Nothing becomes visible before the run completes. */
export type Destination = FileDestination | TableDestination | HttpDestination | ResultDestination;

export interface FileDestination {
	readonly kind: 'files';
	readonly connection: number;
	readonly bucket: string | null;
	/** Folder and file name; the extension is already there. */
	readonly path: string;
	readonly fileName: string;
	readonly format: DelimitedFormat | { readonly type: 'ndjson' | 'json' | 'parquet' };
	readonly compression: 'none' | 'gzip';
	readonly ifExists: 'refuse' | 'add' | 'replace_file' | 'replace_folder';
	readonly singleFile: boolean;
}

export interface TableDestination {
	readonly kind: 'table';
	readonly connection: number;
	readonly schema: string | null;
	readonly table: string;
	readonly operation: 'append' | 'truncate_and_insert' | 'delete_and_insert' | 'merge_delete_insert' | 'merge_update_insert';
	readonly mergeKeys: readonly string[];
	/** Over `source.x` and `target.x`; update only where true. */
	readonly mergeCondition: Expr | null;
	readonly createTable: boolean;
	readonly addMissingColumns: boolean;
	/** Which input field goes to which column, as what. */
	readonly columns: readonly { readonly field: string; readonly column: string; readonly type: DataType }[];
	readonly preSql: BoundSql | null;
	readonly postSql: BoundSql | null;
	readonly batchSize: number;
}

/** The database's own SQL, its variables as bound parameters in order of `?`. */
export interface BoundSql {
	readonly sql: string;
	readonly parameters: readonly QueryParameter[];
}

export interface HttpDestination {
	readonly kind: 'http';
	readonly connection: number;
	readonly request: Omit<HttpRequestSpec, 'body'>;
	readonly bodyTemplate: string | null;
	readonly batchSize: number;
	readonly requestsPerSecond: number | null;
	readonly keepFailed: boolean;
}

export interface ResultDestination {
	readonly kind: 'result';
	readonly maxRows: number;
}

/** Columns that a dead-lettered row carries behind its own. */
export const DEAD_LETTER_FIELDS: Schema = [
	{ name: '_component', type: { kind: 'string' } },
	{ name: '_row_number', type: { kind: 'long' } },
	{ name: '_error_class', type: { kind: 'string' } },
	{ name: '_error_field', type: { kind: 'string' } },
	{ name: '_error_message', type: { kind: 'string' } },
];
