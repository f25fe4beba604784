import { AppError } from '../../../lib/errors.ts';
import { BATCH_ROWS } from '../../batch.ts';
import { kernel } from '../../kernel/kernel.ts';
import type { Schema } from '../../types.ts';
import { markedEncoding, refuseMark } from '../byte-order-mark.ts';
import { ByteQueue } from '../byte-queue.ts';
import {
	type DecodedBatch,
	type DecodeRequest,
	type DecoderPosition,
	type DelimitedFormat,
	MAX_RECORD_BYTES,
	type RecordError,
	type StreamDecoder,
} from '../codec.ts';
import { headerNames } from '../header.ts';
import type { Slice, Tokenizer } from './block.ts';
import { BlockReader } from './block-reader.ts';
import { ByteTokenizer } from './byte-tokenizer.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { firstRecord } from './first-record.ts';
import { KernelTokenizer } from './kernel-tokenizer.ts';
import { SequenceTokenizer } from './sequence-tokenizer.ts';

/** A batch is closed once its records take this many bytes. */
const BLOCK_BYTES = 1_048_576;
/** Fewer new bytes than this wait for more: small chunks would make small loops. */
const LEAST_BYTES = 65_536;
/** A batch of so many bytes goes on rather than wait for the rest of its rows. */
const ENOUGH_BYTES = 262_144;

/** Decoder of delimited text in an encoding whose line ends are those of ASCII; see `transcoded` for UTF-16. */
export class DelimitedDecoder implements StreamDecoder {
	readonly #dialect: Dialect;
	readonly #tokenizer: Tokenizer;
	readonly #request: DecodeRequest;
	readonly #schema: Schema;
	readonly #queue: ByteQueue;
	#header: readonly string[] | null;
	/** Fields a record has; -1 before the first. */
	#columns: number;
	#record: number;
	#reader: BlockReader | null = null;
	/** Bytes of the queue that are split into the block already. */
	#split = 0;
	/** Do not try again before the queue is this long: keeps a record that spans many chunks linear. */
	#retryAt = 0;

	constructor(format: DelimitedFormat, request: DecodeRequest, position: DecoderPosition | null) {
		this.#dialect = dialectOf(format);
		this.#tokenizer = tokenizerOf(this.#dialect);
		this.#request = request;
		this.#schema = request.fields.map(({ name, type }) => ({ name, type }));
		this.#queue = new ByteQueue(position?.byteOffset ?? 0);
		const state = position?.state as { header: string[] | null; columns: number } | undefined;
		this.#header = state?.header ?? null;
		this.#columns = state?.columns ?? -1;
		this.#record = position?.recordNumber ?? 1;
	}

	get columns(): readonly string[] | null {
		return this.#header;
	}

	push(bytes: Uint8Array): DecodedBatch[] {
		this.#queue.push(bytes);
		return this.#queue.length < this.#retryAt ? [] : this.#drain(false);
	}

	flush(): DecodedBatch[] {
		return this.#reader === null || this.#reader.block.rows === 0 ? [] : [this.#take()];
	}

	finish(): DecodedBatch[] {
		return [...this.#drain(true), ...this.flush()];
	}

	position(): DecoderPosition {
		return {
			byteOffset: this.#queue.offset,
			recordNumber: this.#record,
			state: { header: this.#header === null ? null : [...this.#header], columns: this.#columns },
		};
	}

	#drain(final: boolean): DecodedBatch[] {
		const batches: DecodedBatch[] = [];
		const queue = this.#queue;
		while (this.#start(final)) {
			const reader = this.#reader as BlockReader;
			const from = queue.from + this.#split;
			const next = this.#tokenizer.split(this.#slice(from, final), reader.block, reader.layout);
			this.#split = next - queue.from;
			const full = reader.block.rows === reader.block.capacity || this.#split >= BLOCK_BYTES || this.#tokenizer.isFull === true;
			if (!full) {
				this.#checkRest(final);
				if (this.#split >= ENOUGH_BYTES && reader.block.rows > 0) batches.push(this.#take());
				break;
			}
			if (reader.block.rows > 0) batches.push(this.#take());
			else this.#skip();
		}
		this.#retryAt = this.#reader === null ? queue.length * 2 : this.#split + Math.max(LEAST_BYTES, (queue.length - this.#split) * 2);
		return batches;
	}

	#slice(from: number, final: boolean): Slice {
		const { bytes, end, from: base } = this.#queue;
		return { bytes, base, from, end, final, until: base + BLOCK_BYTES };
	}

	/** Reads what comes before the records; false where there are not enough bytes for that yet. */
	#start(final: boolean): boolean {
		if (this.#reader !== null) return true;
		const queue = this.#queue;
		if (queue.offset === 0 && !this.#skipByteOrderMark(final)) return false;
		if (this.#columns < 0) {
			const first = firstRecord(this.#dialect.simple ? new ByteTokenizer(this.#dialect) : this.#tokenizer, this.#slice(queue.from, final), this.#dialect);
			if (first === null) {
				this.#checkRest(final);
				return false;
			}
			this.#columns = first.fields.length;
			if (this.#dialect.headerRow) {
				this.#header = headerNames(first.fields);
				queue.consume(first.next);
			}
		}
		const block = { batchRows: this.#request.batchRows ?? BATCH_ROWS, columns: this.#columns };
		this.#reader = new BlockReader(this.#request.fields, this.#header, block, this.#dialect);
		return true;
	}

	/** The mark is three bytes in UTF-8; one of UTF-16 in a file said to be UTF-8 is told rather than read as text. */
	#skipByteOrderMark(final: boolean): boolean {
		if (this.#queue.length < 3 && !final) return false;
		if (this.#dialect.charset.kind !== 'utf8') return true;
		const mark = markedEncoding(this.#queue.rest());
		if (mark === 'utf-8') this.#queue.consume(this.#queue.from + 3);
		else if (mark !== null) refuseMark(mark, 'UTF-8');
		return true;
	}

	#take(): DecodedBatch {
		const reader = this.#reader as BlockReader;
		const queue = this.#queue;
		if (!reader.block.isHeld) this.#tokenizer.split({ ...this.#slice(queue.from, false), until: queue.from + this.#split }, reader.block, reader.layout);
		const { columns, errors } = reader.read(queue.bytes, queue.from, this.#split, this.#record);
		const length = reader.block.rows;
		const batch: DecodedBatch = { batch: { schema: this.#schema, length, columns }, firstRecord: this.#record, errors: errors satisfies RecordError[] };
		this.#record += length;
		reader.block.clear();
		this.#skip();
		return batch;
	}

	#skip(): void {
		this.#queue.consume(this.#queue.from + this.#split);
		this.#split = 0;
	}

	/** What is not split is one record that is not whole. */
	#checkRest(final: boolean): void {
		const rest = this.#queue.length - this.#split;
		const most = this.#request.maxRecordBytes ?? MAX_RECORD_BYTES;
		const record = this.#reader === null && this.#dialect.headerRow ? 'the header' : `record ${this.#record + (this.#reader?.block.rows ?? 0)}`;
		const inQuotes = this.#tokenizer.unclosed;
		if (rest > most) {
			throw new AppError('limit', `${record} is larger than ${most} bytes`, {
				hint: inQuotes ? 'It is inside quotes there: look for a quote that is never closed, or set another quote.' : 'Check the record delimiter.',
				details: { record: this.#record },
			});
		}
		if (final && rest > 0 && inQuotes) {
			throw new AppError('invalid_input', `a quote opened in ${record} is not closed before the end of the file`, {
				hint: 'Repair the file, or set quote to "" where quotes are ordinary text.',
			});
		}
	}
}

/** The fastest that can split the dialect. */
function tokenizerOf(dialect: Dialect): Tokenizer {
	const loops = kernel();
	if (!dialect.simple) return new SequenceTokenizer(dialect);
	return loops === null ? new ByteTokenizer(dialect) : new KernelTokenizer(loops, dialect);
}
