import { AppError } from '../../../lib/errors.ts';
import { BATCH_ROWS } from '../../batch.ts';
import { parseJsonRounded } from '../../json-text.ts';
import { ByteQueue } from '../byte-queue.ts';
import { charsetOf } from '../charset.ts';
import { type DecodedBatch, type DecodeRequest, type DecoderPosition, MAX_RECORD_BYTES, type StreamDecoder } from '../codec.ts';
import { RecordBuilder } from './record-builder.ts';

const LF = 10;
const BLOCK_BYTES = 1_048_576;

/** JSON, one value a line. Blank lines are skipped; a line that is not JSON is a bad record. */
export class NdjsonDecoder implements StreamDecoder {
	/** Nothing names columns here. */
	readonly columns = null;
	readonly #builder: RecordBuilder;
	readonly #queue: ByteQueue;
	readonly #text: TextDecoder;
	readonly #batchRows: number;
	readonly #most: number;
	#record: number;
	/** Offset in the queue behind the lines in the builder. */
	#read = 0;
	/** No line end in the queue up to here. */
	#searched = 0;

	constructor(encoding: string, request: DecodeRequest, position: DecoderPosition | null) {
		this.#batchRows = request.batchRows ?? BATCH_ROWS;
		this.#most = request.maxRecordBytes ?? MAX_RECORD_BYTES;
		this.#builder = new RecordBuilder(request, this.#batchRows);
		this.#queue = new ByteQueue(position?.byteOffset ?? 0);
		this.#record = position?.recordNumber ?? 1;
		this.#text = new TextDecoder(charsetOf(encoding).encoding, { fatal: true, ignoreBOM: false });
	}

	push(bytes: Uint8Array): DecodedBatch[] {
		this.#queue.push(bytes);
		return this.#drain(false);
	}

	flush(): DecodedBatch[] {
		return this.#builder.rows === 0 ? [] : [this.#take()];
	}

	finish(): DecodedBatch[] {
		return [...this.#drain(true), ...this.flush()];
	}

	position(): DecoderPosition {
		return { byteOffset: this.#queue.offset, recordNumber: this.#record, state: null };
	}

	#drain(final: boolean): DecodedBatch[] {
		const batches: DecodedBatch[] = [];
		const queue = this.#queue;
		for (;;) {
			const from = queue.from + this.#read;
			let stop = queue.bytes.indexOf(LF, Math.max(from, queue.from + this.#searched));
			if (stop < 0 || stop >= queue.end) {
				this.#searched = queue.length;
				if (queue.end - from > this.#most) throw this.#tooLarge();
				if (!final || from === queue.end) return batches;
				stop = queue.end;
			}
			if (stop - from > this.#most) throw this.#tooLarge();
			this.#line(queue.bytes.subarray(from, stop));
			this.#read = Math.min(stop + 1, queue.end) - queue.from;
			this.#searched = this.#read;
			if (this.#builder.rows >= this.#batchRows || this.#read >= BLOCK_BYTES) batches.push(...this.flush());
		}
	}

	#line(bytes: Uint8Array): void {
		const number = this.#record + this.#builder.rows;
		let line: string;
		try {
			line = this.#text.decode(bytes);
		} catch {
			this.#builder.addBroken(number, new TextDecoder().decode(bytes), `the line is not ${this.#text.encoding}`);
			return;
		}
		const value = parseJsonRounded(line);
		if (value !== undefined) this.#builder.add(value, number, line);
		else if (line.trim() !== '') this.#builder.addBroken(number, line, this.#notJson(line, number));
	}

	#notJson(line: string, number: number): string {
		const shown = JSON.stringify(line.length > 100 ? `${line.slice(0, 100)}…` : line);
		return number === 1 && /^\s*[[{]\s*$/.test(line)
			? `${shown} is not JSON; a document over several lines is read with record_type json`
			: `${shown} is not JSON`;
	}

	#take(): DecodedBatch {
		const batch = this.#builder.take(this.#record);
		this.#record += batch.batch.length;
		this.#queue.consume(this.#queue.from + this.#read);
		this.#searched -= this.#read;
		this.#read = 0;
		return batch;
	}

	#tooLarge(): AppError {
		return new AppError('limit', `record ${this.#record + this.#builder.rows} is larger than ${this.#most} bytes`, {
			hint: 'The file may not be one JSON value a line: try record_type json.',
		});
	}
}
