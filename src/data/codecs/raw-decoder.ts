import { AppError } from '../../lib/errors.ts';
import { type VectorBuilder, vectorBuilder } from '../builder.ts';
import { notOfType } from '../json.ts';
import { parseValue } from '../text.ts';
import type { Schema } from '../types.ts';
import { ByteQueue } from './byte-queue.ts';
import { type DecodedBatch, type DecodeRequest, type DecoderPosition, MAX_RECORD_BYTES, type RecordError, type StreamDecoder } from './codec.ts';

/** A file as one record: every wanted field gets all of it, as text, bytes or whatever else its type reads. */
export class RawDecoder implements StreamDecoder {
	/** Nothing names columns here. */
	readonly columns = null;
	readonly #request: DecodeRequest;
	readonly #schema: Schema;
	readonly #queue: ByteQueue;
	#done: boolean;

	constructor(request: DecodeRequest, position: DecoderPosition | null) {
		this.#request = request;
		this.#schema = request.fields.map(({ name, type }) => ({ name, type }));
		this.#queue = new ByteQueue(position?.byteOffset ?? 0);
		this.#done = (position?.recordNumber ?? 1) > 1;
	}

	push(bytes: Uint8Array): DecodedBatch[] {
		const most = this.#request.maxRecordBytes ?? MAX_RECORD_BYTES;
		if (this.#queue.length + bytes.length > most) {
			throw new AppError('limit', `the file is larger than ${most} bytes, too large to be one record`, { hint: 'Read it as delimited, json or ndjson.' });
		}
		this.#queue.push(bytes);
		return [];
	}

	flush(): DecodedBatch[] {
		return [];
	}

	finish(): DecodedBatch[] {
		if (this.#done) return [];
		const bytes = this.#queue.rest().slice();
		const builders = this.#schema.map(({ type }) => vectorBuilder(type, 1));
		const errors: RecordError[] = [];
		const text = decoded(bytes);
		builders.forEach((builder, column) => {
			const error = pushRaw(builder, bytes, text);
			if (error !== null)
				errors.push({ row: 0, record: 1, field: this.#schema[column]?.name ?? null, value: (text ?? '').slice(0, 1000), class: 'parse_error', message: error });
		});
		this.#done = true;
		this.#queue.consume(this.#queue.end);
		return [{ batch: { schema: this.#schema, length: 1, columns: builders.map((builder) => builder.finish()) }, firstRecord: 1, errors }];
	}

	/** The one record is read wholly or not at all. */
	position(): DecoderPosition {
		return { byteOffset: this.#queue.offset, recordNumber: this.#done ? 2 : 1, state: null };
	}
}

function decoded(bytes: Uint8Array): string | null {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
	} catch {
		return null;
	}
}

/** What is wrong, or null. */
function pushRaw(builder: VectorBuilder, bytes: Uint8Array, text: string | null): string | null {
	if (builder.type.kind === 'binary') {
		builder.push(bytes);
		return null;
	}
	const value = text === null ? undefined : parseValue(builder.type, text);
	builder.push(value ?? null);
	if (text === null) return 'the file is not UTF-8: read it as binary';
	return value === undefined ? notOfType(builder.type, JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)) : null;
}
