import type { FileDestination } from '../../plan/endpoints.ts';

const CONTENT_TYPES = {
	delimited: 'text/csv; charset=utf-8',
	ndjson: 'application/x-ndjson',
	json: 'application/json',
	parquet: 'application/vnd.apache.parquet',
} as const;

export function contentType({ compression, format }: FileDestination): string {
	return compression === 'gzip' && format.type !== 'parquet' ? 'application/gzip' : CONTENT_TYPES[format.type];
}
