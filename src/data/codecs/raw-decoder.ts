import { AppError } from '../../lib/errors.ts';
import { BATCH_ROWS } from '../batch.ts';
import { type VectorBuilder, vectorBuilder } from '../builder.ts';
import { notOfType } from '../json.ts';
import { parseValue } from '../text.ts';
import type { Schema } from '../types.ts';
import { markedEncoding } from './byte-order-mark.ts';
import { ByteQueue } from './byte-queue.ts';
import { charsetOf } from './charset.ts';
import {
	type DecodedBatch,
	type DecodeRequest,
	type DecoderPosition,
	MAX_RECORD_BYTES,
	type RawFormat,
	type RecordError,
	type StreamDecoder,
} from './codec.ts';

const LF = 10;
const CR = 13;
/** A batch is closed once its records take this many bytes. */
const BLOCK_BYTES = 1_048_576;

/** Each line, or the file, as one record: every wanted field gets all of it, as text, bytes or whatever else its type reads. */
export class RawDecoder implements StreamDecoder {
	/** Nothing names columns here. */
	readonly columns = null;
	readonly #byLine: boolean;
	readonly #text: TextDecoder;
	readonly #schema: Schema;
	readonly #batchRows: number;
	readonly #most: number;
	readonly #queue: ByteQueue;
	#builders: VectorBuilder[];
	#errors: RecordError[] = [];
	#rows = 0;
	/** Number of the first record of the batch that is being made. */
	#record: number;
	/** Bytes of the queue that are in the batch already. */
	#read = 0;
	/** No line end in the queue up to here. */
	#searched = 0;

	constructor(format: RawFormat, request: DecodeRequest, position: DecoderPosition | null) {
		this.#byLine = format.recordDelimiter !== 'end_of_file';
		this.#text = new TextDecoder(charsetOf(format.encoding).encoding, { fatal: true, ignoreBOM: true });
		this.#schema = request.fields.map(({ name, type }) => ({ name, type }));
		this.#batchRows = request.batchRows ?? BATCH_ROWS;
		this.#most = request.maxRecordBytes ?? MAX_RECORD_BYTES;
		this.#queue = new ByteQueue(position?.byteOffset ?? 0);
		this.#record = position?.recordNumber ?? 1;
		this.#builders = this.#newBuilders();
	}

	push(bytes: Uint8Array): DecodedBatch[] {
		this.#queue.push(bytes);
		if (this.#byLine) return this.#lines(false);
		if (this.#queue.length <= this.#most) return [];
		throw new AppError('limit', `the file is larger than ${this.#most} bytes, too large to be one record`, {
			hint: 'Read it line by line (record_delimiter new_line), or as delimited, json or ndjson.',
		});
	}

	flush(): DecodedBatch[] {
		return this.#rows === 0 ? [] : [this.#take()];
	}

	finish(): DecodedBatch[] {
		if (this.#byLine) return [...this.#lines(true), ...this.flush()];
		// The one record is read wholly or not at all.
		if (this.#record > 1) return [];
		this.#add(this.#queue.rest());
		this.#read = this.#queue.length;
		return this.flush();
	}

	position(): DecoderPosition {
		return { byteOffset: this.#queue.offset, recordNumber: this.#record, state: null };
	}

	#lines(final: boolean): DecodedBatch[] {
		const batches: DecodedBatch[] = [];
		const queue = this.#queue;
		for (;;) {
			const from = queue.from + this.#read;
			const stop = this.#lineEnd(Math.max(from, queue.from + this.#searched), final);
			if ((stop ?? queue.end) - from > this.#most) throw this.#tooLarge();
			if (stop === null || (stop === queue.end && from === queue.end)) return batches;
			this.#add(queue.bytes.subarray(from, stop));
			const both = queue.bytes[stop] === CR && stop + 1 < queue.end && queue.bytes[stop + 1] === LF;
			this.#read = Math.min(stop + (both ? 2 : 1), queue.end) - queue.from;
			this.#searched = this.#read;
			if (this.#rows >= this.#batchRows || this.#read >= BLOCK_BYTES) batches.push(...this.flush());
		}
	}

	/** Where the line ends; null where that is not known yet, as behind a CR that may be half a line end. */
	#lineEnd(from: number, final: boolean): number | null {
		const { bytes, end } = this.#queue;
		for (let at = from; at < end; at++) {
			if (bytes[at] !== LF && bytes[at] !== CR) continue;
			if (bytes[at] === LF || at + 1 < end || final) return at;
			this.#searched = at - this.#queue.from;
			return null;
		}
		this.#searched = this.#queue.length;
		return final ? end : null;
	}

	#add(bytes: Uint8Array): void {
		const text = this.#decoded(bytes);
		const record = this.#record + this.#rows;
		this.#builders.forEach((builder, column) => {
			const message = this.#push(builder, bytes, text);
			if (message === null) return;
			const field = this.#schema[column]?.name ?? null;
			this.#errors.push({ row: this.#rows, record, field, value: (text ?? '').slice(0, 1000), class: 'parse_error', message });
		});
		this.#rows++;
	}

	#decoded(bytes: Uint8Array): string | null {
		const marked = this.#record + this.#rows === 1 && this.#text.encoding === 'utf-8' && markedEncoding(bytes) === 'utf-8';
		try {
			return this.#text.decode(marked ? bytes.subarray(3) : bytes);
		} catch {
			return null;
		}
	}

	/** What is wrong, or null. */
	#push(builder: VectorBuilder, bytes: Uint8Array, text: string | null): string | null {
		if (builder.type.kind === 'binary') {
			builder.push(bytes.slice());
			return null;
		}
		const value = text === null ? undefined : parseValue(builder.type, text);
		builder.push(value ?? null);
		if (text === null) return `the ${this.#byLine ? 'line' : 'file'} is not ${this.#text.encoding}: set char_encoding, or read it as binary`;
		return value === undefined ? notOfType(builder.type, JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)) : null;
	}

	#take(): DecodedBatch {
		const columns = this.#builders.map((builder) => builder.finish());
		const batch: DecodedBatch = { batch: { schema: this.#schema, length: this.#rows, columns }, firstRecord: this.#record, errors: this.#errors };
		this.#record += this.#rows;
		this.#rows = 0;
		this.#errors = [];
		this.#builders = this.#newBuilders();
		this.#queue.consume(this.#queue.from + this.#read);
		this.#searched = Math.max(0, this.#searched - this.#read);
		this.#read = 0;
		return batch;
	}

	#newBuilders(): VectorBuilder[] {
		return this.#schema.map(({ type }) => vectorBuilder(type, this.#byLine ? 1024 : 1));
	}

	#tooLarge(): AppError {
		return new AppError('limit', `record ${this.#record + this.#rows} is larger than ${this.#most} bytes`, {
			hint: 'The file may not be lines of text: check record_type and compression.',
		});
	}
}
