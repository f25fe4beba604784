import { AppError } from '../../../lib/errors.ts';
import type { Json } from '../../../lib/json.ts';
import { offsetAt, valueAt } from '../../access.ts';
import { AsciiText } from '../../ascii-text.ts';
import type { Batch } from '../../batch.ts';
import { Coded } from '../../coded.ts';
import { kernel } from '../../kernel/kernel.ts';
import { formatValue } from '../../text.ts';
import type { Schema, TypeKind, Value } from '../../types.ts';
import type { Vector } from '../../vector.ts';
import { charsetOf } from '../charset.ts';
import type { DelimitedFormat, Encoder } from '../codec.ts';
import { type ScalarWriter, scalarWriter } from '../scalar-writers.ts';
import { TextSink } from '../text-sink.ts';
import { KernelRows } from './kernel-rows.ts';
import { copyField, type Fields, WordFields } from './word-fields.ts';

/** Rows that are written before the kernel is asked again, where it had room for few. */
const LEAST_PLAIN = 64;
/** What may need quotes; empty bytes too. */
const TEXTS: ReadonlySet<string> = new Set<TypeKind>(['string', 'json', 'binary']);

/**
 * Writes delimited text in UTF-8: a field is quoted only where it must be; null is an empty field, an empty text is a quoted one.
 * With quoting off both are empty, and a value that would need quotes ends the writing with an error.
 */
export class DelimitedEncoder implements Encoder {
	readonly schema: Schema;
	readonly #format: DelimitedFormat;
	readonly #lineEnd: string;
	readonly #sink = new TextSink();
	readonly #writers: readonly (ScalarWriter | null)[];
	/** By character below 128: a field with one of them is quoted. */
	readonly #special = new Uint8Array(128);
	readonly #otherSigns: readonly string[];
	readonly #delimiter: Uint8Array;
	/** The quote where it is one byte and doubled inside quotes; else -1. */
	readonly #onlyQuote: number;
	readonly #words = new WordFields();
	/** Null where there is no kernel, or the format is none that it can write. */
	readonly #inKernel: KernelRows | null;
	#headerDue: boolean;

	constructor(format: DelimitedFormat, schema: Schema, state: Json | null) {
		if (charsetOf(format.encoding).kind !== 'utf8') {
			throw new AppError('invalid_input', `delimited files are written in UTF-8, not in ${format.encoding}`, { hint: 'Leave the encoding out.' });
		}
		this.schema = schema;
		this.#format = format;
		this.#lineEnd = format.recordDelimiter === 'end_of_file' ? '\n' : format.recordDelimiter;
		const { quote, escape: escapes } = format;
		this.#onlyQuote = quote.length === 1 && quote.charCodeAt(0) < 128 && (escapes === '' || escapes === quote) ? quote.charCodeAt(0) : -1;
		this.#delimiter = new TextEncoder().encode(format.delimiter);
		this.#headerDue = format.headerRow && (state as { readonly header: boolean } | null)?.header !== true;
		// A line end is special even where another one ends records: readers that split lines must not see it.
		// So is each character of a longer sign: half of one at a field's edge would join the other half.
		const signs = new Set([...format.delimiter, ...format.quote, ...this.#lineEnd, '\r', '\n']);
		for (const sign of signs) if (sign.charCodeAt(0) < 128) this.#special[sign.charCodeAt(0)] = 1;
		this.#otherSigns = [...signs].filter((sign) => sign.charCodeAt(0) >= 128);
		// Numbers and dates are written without a look at their signs, unless one of those is a sign of the format.
		const plain = !/[A-Za-z0-9+\-.:/=]/.test([...signs].join(''));
		this.#writers = schema.map(({ type }) => (TEXTS.has(type.kind) || !plain ? null : scalarWriter(type)));
		this.#inKernel = plain ? this.#kernelRows() : null;
	}

	encode(batch: Batch): Uint8Array {
		this.#header();
		for (let row = 0; row < batch.length; ) {
			const next = this.#inKernel?.write(batch, row) ?? row;
			row = next > row ? next : this.#plainly(batch, row, this.#inKernel === null ? batch.length : row + LEAST_PLAIN);
		}
		return this.#sink.lend();
	}

	/** Rows `from` up to `to`, or the last; gives where it ended. */
	#plainly(batch: Batch, from: number, to: number): number {
		const sink = this.#sink;
		const { columns } = batch;
		const end = Math.min(to, batch.length);
		const written = columns.map((vector, column) => (vector instanceof Coded ? this.#writtenWords(vector, column) : null));
		for (let row = from; row < end; row++) {
			for (let column = 0; column < columns.length; column++) {
				if (column > 0) this.#delimit();
				const vector = columns[column] as Vector;
				if (vector.nulls !== null && vector.nulls[row] === 1) continue;
				const words = written[column];
				if (words) copyField(words, (vector as unknown as Coded).indexOf(row), sink);
				else this.#field(vector, row, column);
			}
			sink.text(this.#lineEnd);
		}
		return end;
	}

	#field(vector: Vector, row: number, column: number): void {
		const writer = this.#writers[column];
		if (writer) writer(this.#sink, vector, row);
		else if (vector instanceof AsciiText) this.#ascii(vector, row, column);
		else if (vector.layout === 'text') this.#text(vector.values[row] as string, column);
		else this.#text(formatValue(vector.type, valueAt(vector, row) as Exclude<Value, null>, offsetAt(vector, row)), column);
	}

	/** The fields of a coded column, each word written once. Without quotes a word that no row has could end the writing. */
	#writtenWords(vector: Coded, column: number): Fields | null {
		if (this.#format.quote === '') return null;
		return this.#words.of(vector, column, this.#sink, (words, word) => this.#field(words, word, column));
	}

	#kernelRows(): KernelRows | null {
		const loops = kernel();
		const delimiter = this.#delimiter[0] as number;
		const lineEnd = this.#lineEnd;
		if (loops === null || this.#onlyQuote < 0 || this.#delimiter.length !== 1 || !/^(?:\r|\n|\r\n)$/.test(lineEnd)) return null;
		return new KernelRows(loops, { delimiter, quote: this.#onlyQuote, lineEnd }, this.#sink, {
			field: (vector, row, column) => this.#field(vector, row, column),
			words: (vector, column) => this.#writtenWords(vector, column),
		});
	}

	finish(): Uint8Array {
		this.#header();
		return this.#sink.lend();
	}

	state(): Json {
		return { header: !this.#headerDue };
	}

	#header(): void {
		if (!this.#headerDue) return;
		this.#headerDue = false;
		this.schema.forEach((field, column) => {
			if (column > 0) this.#delimit();
			this.#text(field.name, column);
		});
		this.#sink.text(this.#lineEnd);
	}

	#delimit(): void {
		if (this.#delimiter.length === 1) this.#sink.byte(this.#delimiter[0] as number);
		else this.#sink.raw(this.#delimiter);
	}

	/** Written as it is while looked at; begun again in quotes once a sign turns up that needs them. */
	#text(text: string, column: number): void {
		const sink = this.#sink;
		const special = this.#special;
		const { length } = text;
		sink.ensure(length);
		const { bytes, at } = sink;
		let i = 0;
		for (; i < length; i++) {
			const code = text.charCodeAt(i);
			if (code >= 128 || special[code] === 1) break;
			bytes[at + i] = code;
		}
		if (i === length && length > 0) sink.at += length;
		else if (this.#needsQuotes(text, i)) this.#quoted(text, column);
		else sink.text(text);
	}

	/** As `#text`, of a text that is bytes. */
	#ascii(vector: AsciiText, row: number, column: number): void {
		const { bytes, ends } = vector;
		const sink = this.#sink;
		const special = this.#special;
		const from = ends[row] as number;
		const to = ends[row + 1] as number;
		const quote = this.#onlyQuote;
		// Room for quotes, should every byte be one.
		sink.ensure((to - from) * 2 + 2);
		const target = sink.bytes;
		let { at } = sink;
		let i = from;
		for (; i < to; i++) {
			const byte = bytes[i] as number;
			if (special[byte] === 1) break;
			target[at++] = byte;
		}
		if (i === to && to > from) {
			sink.at = at;
			return;
		}
		if (quote < 0) {
			this.#quoted(vector.values[row] as string, column);
			return;
		}
		({ at } = sink);
		target[at++] = quote;
		for (i = from; i < to; i++) {
			const byte = bytes[i] as number;
			if (byte === quote) target[at++] = quote;
			target[at++] = byte;
		}
		target[at++] = quote;
		sink.at = at;
	}

	#needsQuotes(text: string, from: number): boolean {
		// Unquoted, a byte order mark in front would be taken for the file's.
		if (text === '' || text.startsWith('\ufeff')) return true;
		for (let i = from; i < text.length; i++) {
			const code = text.charCodeAt(i);
			if (code < 128 && this.#special[code] === 1) return true;
		}
		return this.#otherSigns.some((sign) => text.includes(sign));
	}

	#quoted(text: string, column: number): void {
		const { quote, escape: escapes } = this.#format;
		if (quote === '') {
			if (text === '') return;
			const shown = JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
			throw new AppError(
				'invalid_input',
				`the value ${shown} of ${JSON.stringify(this.schema[column]?.name)} has a delimiter or a line end in it, and quoting is off`,
				{
					hint: 'Set quote, or another delimiter.',
				},
			);
		}
		const inside =
			escapes === '' || escapes === quote
				? text.replaceAll(quote, quote + quote)
				: text.replaceAll(escapes, escapes + escapes).replaceAll(quote, escapes + quote);
		this.#sink.text(quote + inside + quote);
	}
}
