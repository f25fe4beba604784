import type { Json } from '../../../lib/json.ts';
import { offsetAt, valueAt } from '../../access.ts';
import type { Batch } from '../../batch.ts';
import { toJsonValue } from '../../json.ts';
import type { Schema } from '../../types.ts';
import type { Vector } from '../../vector.ts';
import type { Encoder } from '../codec.ts';
import { type ScalarWriter, scalarWriter } from '../scalar-writers.ts';
import { TextSink } from '../text-sink.ts';

const QUOTE = 34;

/** Characters below 128 that JSON escapes. */
const ESCAPED = Uint8Array.from({ length: 128 }, (_, code) => (code < 32 || code === QUOTE || code === 92 ? 1 : 0));

/** Rows as JSON objects: one a line, or the items of one array. Null members are written. */
export class JsonEncoder implements Encoder {
	readonly schema: Schema;
	readonly #array: boolean;
	readonly #sink = new TextSink();
	/** `{"id":`, `,"name":` … */
	readonly #names: readonly Uint8Array[];
	readonly #writers: readonly ScalarWriter[];
	#begun: boolean;

	constructor(type: 'json' | 'ndjson', schema: Schema, state: Json | null) {
		this.schema = schema;
		this.#array = type === 'json';
		const encoder = new TextEncoder();
		this.#names = schema.map(({ name }, column) => encoder.encode(`${column === 0 ? '{' : ','}${JSON.stringify(name)}:`));
		this.#writers = schema.map(({ type: fieldType }) => memberWriter(fieldType.kind, scalarWriter(fieldType)));
		this.#begun = (state as { readonly begun: boolean } | null)?.begun === true;
	}

	encode(batch: Batch): Uint8Array {
		const sink = this.#sink;
		const { columns } = batch;
		for (let row = 0; row < batch.length; row++) {
			if (this.#array) sink.text(this.#begun ? ',\n' : '[\n');
			this.#begun = true;
			if (columns.length === 0) sink.byte(0x7b);
			for (let column = 0; column < columns.length; column++) {
				const vector = columns[column] as Vector;
				sink.raw(this.#names[column] as Uint8Array);
				if (vector.nulls !== null && vector.nulls[row] === 1) sink.text('null');
				else (this.#writers[column] as ScalarWriter)(sink, vector, row);
			}
			sink.byte(0x7d);
			if (!this.#array) sink.byte(10);
		}
		return sink.lend();
	}

	finish(): Uint8Array {
		if (this.#array) this.#sink.text(this.#begun ? '\n]\n' : '[]\n');
		return this.#sink.lend();
	}

	state(): Json {
		return { begun: this.#begun };
	}
}

function memberWriter(kind: Schema[number]['type']['kind'], scalar: ScalarWriter): ScalarWriter {
	switch (kind) {
		case 'integer':
		case 'boolean':
			return scalar;
		case 'double':
			// JSON has no NaN, infinities or -0 that reads back; those go the exact way.
			return (sink, vector, row) =>
				vector.layout === 'float64' && Number.isFinite(vector.values[row]) ? scalar(sink, vector, row) : writeValue(sink, vector, row);
		case 'long':
			return (sink, vector, row) => (vector.layout === 'safeint' ? scalar(sink, vector, row) : writeValue(sink, vector, row));
		case 'date':
		case 'datetime':
		case 'binary':
			return (sink, vector, row) => {
				sink.byte(QUOTE);
				scalar(sink, vector, row);
				sink.byte(QUOTE);
			};
		case 'string':
			return writeString;
		case 'json':
			// Already compact JSON: copied, so that long numbers inside keep every digit.
			return (sink, vector, row) => sink.text(vector.layout === 'text' ? (vector.values[row] as string) : '');
		default:
			return writeValue;
	}
}

function writeString(sink: TextSink, vector: Vector, row: number): void {
	if (vector.layout !== 'text') return;
	const text = vector.values[row] as string;
	const { length } = text;
	sink.ensure(length + 2);
	const { bytes, at } = sink;
	bytes[at] = QUOTE;
	for (let i = 0; i < length; i++) {
		const code = text.charCodeAt(i);
		if (code >= 128 || ESCAPED[code] === 1) {
			sink.text(JSON.stringify(text));
			return;
		}
		bytes[at + 1 + i] = code;
	}
	bytes[at + length + 1] = QUOTE;
	sink.at = at + length + 2;
}

function writeValue(sink: TextSink, vector: Vector, row: number): void {
	sink.text(JSON.stringify(toJsonValue(vector.type, valueAt(vector, row), offsetAt(vector, row))));
}
