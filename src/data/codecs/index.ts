import type { Json } from '../../lib/json.ts';
import type { Schema } from '../types.ts';
import { charsetOf } from './charset.ts';
import type { DecodeRequest, DecoderPosition, Encoder, EncoderFormat, StreamDecoder, StreamFormat } from './codec.ts';
import { GzipEncoder } from './compression/gzip-encoder.ts';
import { DelimitedDecoder } from './delimited/decoder.ts';
import { DelimitedEncoder } from './delimited/encoder.ts';
import { DocumentDecoder } from './json/document-decoder.ts';
import { JsonEncoder } from './json/json-encoder.ts';
import { NdjsonDecoder } from './json/ndjson-decoder.ts';
import { ParquetEncoder } from './parquet/encoder.ts';
import { RawDecoder } from './raw-decoder.ts';
import { transcoded } from './transcoded.ts';

/**
 * A decoder of a format that is read front to back; with the position of an earlier one, of what that one had not given.
 * Throws `AppError` for options that contradict each other.
 */
export function streamDecoder(format: StreamFormat, request: DecodeRequest, position: DecoderPosition | null = null): StreamDecoder {
	const charset = charsetOf(format.encoding);
	if (charset.kind === 'utf16') return transcoded(charset.encoding, position, (inner) => streamDecoder({ ...format, encoding: 'utf-8' }, request, inner));
	switch (format.type) {
		case 'raw':
			return new RawDecoder(format, request, position);
		case 'delimited':
			return new DelimitedDecoder(format, request, position);
		case 'ndjson':
			return new NdjsonDecoder(format.encoding, request, position);
		case 'json':
			return new DocumentDecoder(format, request, position);
	}
}

/**
 * An encoder; with the state of an earlier one, of what comes behind its bytes. Gzip is of the file, but inside Parquet of its
 * pages, since its readers expect that. Throws `AppError` for options that contradict each other.
 */
export function encoderOf(format: EncoderFormat, schema: Schema, state: Json | null = null, compression: 'none' | 'gzip' = 'none'): Encoder {
	if (format.type === 'parquet') return new ParquetEncoder(schema, compression === 'gzip' ? 'gzip' : 'snappy', state);
	const encoder = format.type === 'delimited' ? new DelimitedEncoder(format, schema, state) : new JsonEncoder(format.type, schema, state);
	return compression === 'gzip' ? new GzipEncoder(encoder) : encoder;
}
