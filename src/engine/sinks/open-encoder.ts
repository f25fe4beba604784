import type { Encoder } from '../../data/codecs/codec.ts';
import { encoderOf } from '../../data/codecs/index.ts';
import type { Schema } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import type { FileDestination } from '../../plan/endpoints.ts';

export function openEncoder(destination: FileDestination, schema: Schema, state: Json | null): Encoder {
	const { format } = destination;
	if (format.type === 'delimited') return encoderOf(format, schema, state);
	if (format.type !== 'parquet') return encoderOf({ type: format.type }, schema, state);
	throw new AppError('invalid_input', 'parquet files cannot be written here', { hint: 'Use delimited, ndjson or json.' });
}

const CONTENT_TYPES = {
	delimited: 'text/csv; charset=utf-8',
	ndjson: 'application/x-ndjson',
	json: 'application/json',
	parquet: 'application/vnd.apache.parquet',
} as const;

export function contentType(destination: FileDestination): string {
	return destination.compression === 'gzip' ? 'application/gzip' : CONTENT_TYPES[destination.format.type];
}
