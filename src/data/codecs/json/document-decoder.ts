import { AppError } from '../../../lib/errors.ts';
import { BATCH_ROWS } from '../../batch.ts';
import { parseJsonNumbers } from '../../json-text.ts';
import { EVERY, type JsonPath, parseJsonPath, recordsAt } from '../../jsonpath.ts';
import { markedEncoding, refuseMark } from '../byte-order-mark.ts';
import { ByteQueue } from '../byte-queue.ts';
import { charsetOf } from '../charset.ts';
import { type DecodedBatch, type DecodeRequest, type DecoderPosition, type JsonFormat, MAX_RECORD_BYTES, type StreamDecoder } from '../codec.ts';
import { DocumentWalker, type WalkerState } from './document-walker.ts';
import { RecordBuilder } from './record-builder.ts';

const BLOCK_BYTES = 1_048_576;

/**
 * The records of a JSON document, streamed: the base path is followed in the bytes up to its first `[*]`, or its end; what is left
 * of it is followed in memory in each item found there.
 */
export class DocumentDecoder implements StreamDecoder {
	/** Nothing names columns here. */
	readonly columns = null;
	readonly #walker: DocumentWalker;
	readonly #baseRecord: string;
	/** The path from its first `[*]` on. */
	readonly #rest: JsonPath;
	readonly #builder: RecordBuilder;
	readonly #queue: ByteQueue;
	readonly #text: TextDecoder;
	readonly #batchRows: number;
	readonly #most: number;
	/** Bytes of the queue that are walked over. */
	readonly #cursor = { at: 0 };
	#record: number;
	/** Where the walker was when the records now in the builder began. */
	#settled: WalkerState;
	#retryAt = 0;

	constructor(format: JsonFormat, request: DecodeRequest, position: DecoderPosition | null) {
		this.#baseRecord = format.baseRecord === '' ? '$' : format.baseRecord;
		const path = parseJsonPath(this.#baseRecord);
		const every = path.indexOf(EVERY);
		const streamed = every < 0 ? path : path.slice(0, every);
		if (streamed.some((step) => typeof step === 'number' && step < 0)) {
			throw new AppError('invalid_input', `the base record ${this.#baseRecord} counts from an array's end`, {
				hint: 'A file is read front to back: count from 0.',
			});
		}
		this.#walker = new DocumentWalker(streamed as (string | number)[], (position?.state ?? null) as WalkerState | null);
		this.#rest = every < 0 ? [] : path.slice(every);
		this.#batchRows = request.batchRows ?? BATCH_ROWS;
		this.#most = request.maxRecordBytes ?? MAX_RECORD_BYTES;
		this.#builder = new RecordBuilder(request, this.#batchRows);
		this.#queue = new ByteQueue(position?.byteOffset ?? 0);
		this.#record = position?.recordNumber ?? 1;
		this.#text = new TextDecoder(charsetOf(format.encoding).encoding, { fatal: true, ignoreBOM: true });
		this.#settled = this.#walker.state();
	}

	push(bytes: Uint8Array): DecodedBatch[] {
		const walked = this.#cursor.at - this.#queue.from;
		this.#queue.push(bytes);
		this.#cursor.at = this.#queue.from + walked;
		return this.#queue.length < this.#retryAt ? [] : this.#drain(false);
	}

	flush(): DecodedBatch[] {
		return this.#builder.rows === 0 ? [] : [this.#take()];
	}

	finish(): DecodedBatch[] {
		const batches = this.#drain(true);
		// What is left is the beginning of a value, of the first or of one behind others.
		if (!this.#walker.complete || this.#cursor.at < this.#queue.end) {
			throw new AppError('invalid_input', `the JSON document ends too early, behind record ${this.#record + this.#builder.rows - 1}`, {
				hint: 'Check that the file was written to its end.',
			});
		}
		if (!this.#walker.found && this.#queue.offset + this.#queue.length > 0) {
			throw new AppError('invalid_input', `the base record ${this.#baseRecord} leads nowhere in the document`, {
				hint: 'Set base_record to the path of the records, for example $.data[*]; $ is the document itself.',
			});
		}
		return [...batches, ...this.flush()];
	}

	position(): DecoderPosition {
		if (this.#builder.rows === 0) this.#settle();
		const { indexes, skip, ...rest } = this.#settled;
		return { byteOffset: this.#queue.offset, recordNumber: this.#record, state: { ...rest, indexes: [...indexes], skip: skip === null ? null : { ...skip } } };
	}

	#drain(final: boolean): DecodedBatch[] {
		const batches: DecodedBatch[] = [];
		const queue = this.#queue;
		if (queue.offset === 0 && this.#cursor.at === queue.from && !this.#skipByteOrderMark(final)) return batches;
		for (let step = this.#walker.next(queue, this.#cursor, final); step !== null; step = this.#walker.next(queue, this.#cursor, final)) {
			const given = batches.length;
			this.#item(queue.bytes.subarray(step.start, step.stop), step.item, batches);
			const full = batches.length > given || this.#builder.rows >= this.#batchRows || this.#cursor.at - queue.from >= BLOCK_BYTES;
			if (full) batches.push(...this.flush());
			if (this.#builder.rows === 0) this.#settle();
		}
		if (this.#cursor.at - queue.from >= BLOCK_BYTES) batches.push(...this.flush());
		if (this.#builder.rows === 0) this.#settle();
		const rest = queue.end - this.#cursor.at;
		if (rest > this.#most) {
			throw new AppError('limit', `record ${this.#record + this.#builder.rows} is larger than ${this.#most} bytes`, {
				hint: 'Set base_record to the path of the records inside the document, for example $.data[*].',
			});
		}
		this.#retryAt = this.#cursor.at - queue.from + rest * 2;
		return batches;
	}

	/** One item may hold several records; a batch that they overfill is given at once. */
	#item(bytes: Uint8Array, item: boolean, batches: DecodedBatch[]): void {
		const number = () => this.#record + this.#builder.rows;
		let text: string;
		try {
			text = this.#text.decode(bytes);
		} catch {
			this.#builder.addBroken(number(), new TextDecoder().decode(bytes), `the record is not ${this.#text.encoding}`);
			return;
		}
		const value = parseJsonNumbers(text);
		if (value === undefined) {
			this.#builder.addBroken(number(), text, `${JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)} is not JSON`);
			return;
		}
		for (const record of this.#records(value, item)) {
			if (this.#builder.rows >= this.#batchRows) {
				batches.push(this.#builder.take(this.#record));
				this.#record += this.#batchRows;
			}
			this.#builder.add(record, number());
		}
	}

	/** The walker has taken the `[*]` of an array's items; at anything else it is still to be taken. A null in place of the records is none. */
	#records(value: unknown, item: boolean): unknown[] {
		const path = item ? this.#rest.slice(1) : this.#rest;
		if (path.length > 0) return recordsAt(path, value);
		return value === null && !item ? [] : [value];
	}

	#take(): DecodedBatch {
		const batch = this.#builder.take(this.#record);
		this.#record += batch.batch.length;
		this.#settle();
		return batch;
	}

	/** Nothing before the walker is needed any more. */
	#settle(): void {
		this.#queue.consume(this.#cursor.at);
		this.#settled = this.#walker.state();
	}

	#skipByteOrderMark(final: boolean): boolean {
		if (this.#queue.length < 3 && !final) return false;
		const mark = markedEncoding(this.#queue.rest());
		if (mark === 'utf-8') this.#cursor.at += 3;
		else if (mark !== null) refuseMark(mark, 'UTF-8');
		return true;
	}
}
