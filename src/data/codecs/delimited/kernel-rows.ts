import { AsciiText } from '../../ascii-text.ts';
import type { Batch } from '../../batch.ts';
import { Coded } from '../../coded.ts';
import { type Kernel, MOST_ROWS, PLACES } from '../../kernel/kernel.ts';
import type { Vector } from '../../vector.ts';
import type { TextSink } from '../text-sink.ts';
import type { Fields } from './word-fields.ts';

/** What the encoder writes itself. */
export interface PlainFields {
	/** A field that is not null, at the end of the sink. */
	field(vector: Vector, row: number, column: number): void;
	/** The fields of a coded column's words; null where those are not worth writing. */
	words(vector: Coded, column: number): Fields | null;
}

/** How a column's fields are spelled, as src/data/kernel/assembly/written.ts numbers it. */
const KINDS = { text: 0, fields: 1, words: 2, integer: 3, safeint: 4, decimal: 5, double: 6, date: 7, datetime: 8, boolean: 9 } as const;
/** Most bytes of a field of those whose texts are not looked at; a decimal may be `-0.` with 38 digits behind it. */
const MOST_BYTES = { integer: 11, safeint: 17, decimal: 41, double: 18, date: 10, datetime: 24, boolean: 5 } as const;

/** 32-bit words of a column's record, which are: kind, nulls, values, ends, indexes or scale, given rows, their texts, the ends of those. */
const RECORD = 8;
const RECORDS = PLACES.values;
const MOST_COLUMNS = (PLACES.ends - PLACES.values) / (RECORD * 4);
/** Columns are put into the first half of what is free, rows written into the second. */
const COLUMNS = PLACES.texts;
const WRITTEN = PLACES.texts + (PLACES.end - PLACES.texts) / 2;
/** Bytes that may be read and written behind what is meant. */
const SLACK = 64;
/** Rows that fitted are made more by this part of them. */
const GROWTH = 16;
/** Fewer rows than this are written sooner than brought into the kernel, and so are rows so wide that it has room for no more of them. */
const LEAST_ROWS = 16;
const LEAST_AT_ONCE = 64;

/**
 * Writes rows of delimited text in the kernel: 165 ns a row of six columns where JavaScript takes 340, a quarter of that for doubles
 * of many digits, which it is given as texts. So are columns that it cannot spell (texts that are not ASCII, bigints).
 */
export class KernelRows {
	readonly #kernel: Kernel;
	readonly #signs: number;
	readonly #sink: TextSink;
	readonly #plain: PlainFields;
	readonly #ends = new Int32Array(MOST_ROWS + 1);
	/** Where the next array goes. */
	#at: number = COLUMNS;
	/** Bytes that a row may need. */
	#most = 0;
	/** So many rows had room the last time: to try with more means to spell their doubles for nothing. */
	#fitting = MOST_ROWS;

	/** `lineEnd` has one or two signs; all signs are ASCII, and quotes are doubled inside quotes. */
	constructor(kernel: Kernel, signs: { readonly delimiter: number; readonly quote: number; readonly lineEnd: string }, sink: TextSink, plain: PlainFields) {
		this.#kernel = kernel;
		const [first, second] = [signs.lineEnd.charCodeAt(0), signs.lineEnd.length > 1 ? signs.lineEnd.charCodeAt(1) : 0];
		this.#signs = signs.delimiter | (signs.quote << 8) | (first << 16) | (second << 24);
		this.#sink = sink;
		this.#plain = plain;
	}

	/** Writes some of the batch's rows from `from` on and gives where it ended: there, where it has room for few or they are few. */
	write(batch: Batch, from: number): number {
		if (batch.length - from < LEAST_ROWS || batch.columns.length > MOST_COLUMNS) return from;
		const left = batch.length - from;
		let count = Math.min(left, this.#fitting, Math.ceil((WRITTEN - COLUMNS) / bytesOfRow(batch)));
		if (count < Math.min(left, LEAST_AT_ONCE)) return from;
		this.#fitting = Math.min(MOST_ROWS, this.#fitting + Math.ceil(this.#fitting / GROWTH));
		while (!this.#place(batch, from, count)) {
			count >>= 1;
			if (count < LEAST_ROWS) return from;
			this.#fitting = Math.max(count, LEAST_AT_ONCE);
		}
		const { exports, bytes } = this.#kernel;
		for (let row = 0; row < count; row = exports.reached.value) {
			const end = exports.writeRows(RECORDS, batch.columns.length, row, count, WRITTEN, PLACES.end - SLACK, this.#most, this.#signs);
			this.#sink.raw(bytes.subarray(WRITTEN, end));
		}
		return from + count;
	}

	/** Brings columns into the kernel; false where there is no room for so many rows. */
	#place(batch: Batch, from: number, count: number): boolean {
		this.#at = COLUMNS;
		this.#most = batch.columns.length + 2;
		const placed = batch.columns.every((vector, column) => this.#column(vector, column, from, count));
		return placed && this.#most <= PLACES.end - SLACK - WRITTEN;
	}

	#column(vector: Vector, column: number, from: number, count: number): boolean {
		const record = (RECORDS >> 2) + column * RECORD;
		const { ints } = this.#kernel;
		let nulls = 0;
		if (vector.nulls !== null) {
			nulls = this.#bytes(vector.nulls.subarray(from, from + count));
			if (nulls < 0) return false;
		}
		ints[record + 1] = nulls;
		if (vector instanceof Coded) return this.#coded(vector, column, record, from, count);
		if (vector instanceof AsciiText) return this.#texts(record, KINDS.text, vector.bytes, vector.ends.subarray(from, from + count + 1));
		const kind = kindOf(vector);
		if (kind === 'fields') return this.#fields(vector, column, record, from, count);
		const values = this.#numbers(vector, from, count);
		if (values < 0) return false;
		ints[record] = KINDS[kind];
		ints[record + 2] = values;
		this.#most += MOST_BYTES[kind];
		if (vector.type.kind === 'decimal') ints[record + 4] = vector.type.scale;
		if (kind === 'double' || kind === 'datetime') return this.#given(vector, column, record, from, count);
		return true;
	}

	/** Texts as they are, or fields. */
	#texts(record: number, kind: number, bytes: Uint8Array, ends: Int32Array): boolean {
		const { ints, exports } = this.#kernel;
		const first = ends[0] as number;
		const values = this.#bytes(bytes.subarray(first, ends[ends.length - 1]));
		const place = this.#ints(ends);
		if (values < 0 || place < 0) return false;
		ints[record] = kind;
		ints[record + 2] = values - first;
		ints[record + 3] = place;
		const longest = exports.longest(place, ends.length - 1);
		// Should every byte be a quote, and quotes around them.
		this.#most += kind === KINDS.text ? longest * 2 + 2 : longest;
		return true;
	}

	#coded(vector: Coded, column: number, record: number, from: number, count: number): boolean {
		const fields = this.#plain.words(vector, column);
		if (fields === null) return this.#fields(vector as unknown as Vector, column, record, from, count);
		const indexes = this.#ints(vector.indexes.subarray(from, from + count));
		if (indexes < 0 || !this.#texts(record, KINDS.words, fields.bytes, fields.ends)) return false;
		this.#kernel.ints[record + 4] = indexes;
		return true;
	}

	/** A column that the encoder spells. */
	#fields(vector: Vector, column: number, record: number, from: number, count: number): boolean {
		const sink = this.#sink;
		const start = sink.at;
		const ends = this.#ends;
		for (let row = 0; row < count; row++) {
			if (vector.nulls === null || vector.nulls[from + row] === 0) this.#plain.field(vector, from + row, column);
			ends[row + 1] = sink.at - start;
		}
		const written = sink.bytes.subarray(start, sink.at);
		sink.at = start;
		return this.#texts(record, KINDS.fields, written, ends.subarray(0, count + 1));
	}

	/** The rows of a column of doubles or datetimes that the kernel does not spell. */
	#given(vector: Vector, column: number, record: number, from: number, count: number): boolean {
		const { ints, exports } = this.#kernel;
		const rows = this.#reserve((count + 1) * 4);
		if (rows < 0) return false;
		const given = exports.unspelled(ints[record + 2] as number, ints[record + 1] as number, count, vector.type.kind === 'datetime', rows);
		ints[(rows >> 2) + given] = -1;
		ints[record + 5] = rows;
		this.#at = rows + (given + 1) * 4;
		if (given === 0) return true;
		const sink = this.#sink;
		const start = sink.at;
		for (let index = 0; index < given; index++) {
			this.#plain.field(vector, from + (ints[(rows >> 2) + index] as number), column);
			this.#ends[index + 1] = sink.at - start;
		}
		const texts = this.#bytes(sink.bytes.subarray(start, sink.at));
		sink.at = start;
		const ends = this.#ints(this.#ends.subarray(0, given + 1));
		if (texts < 0 || ends < 0) return false;
		ints[record + 6] = texts;
		ints[record + 7] = ends;
		this.#most += exports.longest(ends, given);
		return true;
	}

	#numbers(vector: Vector, from: number, count: number): number {
		if (vector.layout === 'int32') return this.#ints(vector.values.subarray(from, from + count));
		if (vector.layout === 'bool') return this.#bytes(vector.values.subarray(from, from + count));
		const place = this.#reserve(count * 8);
		if (place >= 0) this.#kernel.doubles.set((vector.values as Float64Array).subarray(from, from + count), place >> 3);
		return place;
	}

	#ints(values: Int32Array): number {
		const place = this.#reserve(values.length * 4);
		if (place >= 0) this.#kernel.ints.set(values, place >> 2);
		return place;
	}

	#bytes(bytes: Uint8Array): number {
		const place = this.#reserve(bytes.length);
		if (place >= 0) this.#kernel.bytes.set(bytes, place);
		return place;
	}

	/** The place of so many bytes; -1 where there is no room. */
	#reserve(bytes: number): number {
		const place = (this.#at + 7) & ~7;
		if (place + bytes + SLACK > WRITTEN) return -1;
		this.#at = place + bytes;
		return place;
	}
}

/** Texts that are not bytes, floats, bigints, binaries and datetimes with an offset are fields that the encoder spells. */
function kindOf(vector: Vector): keyof typeof MOST_BYTES | 'fields' {
	const { kind } = vector.type;
	switch (vector.layout) {
		case 'int32':
			return kind === 'date' ? 'date' : 'integer';
		case 'safeint':
			return kind === 'decimal' ? 'decimal' : 'safeint';
		case 'bool':
			return 'boolean';
		case 'float64':
			if (kind === 'double') return 'double';
			return kind === 'datetime' && !vector.offsets ? 'datetime' : 'fields';
		default:
			return 'fields';
	}
}

/** About as much as a row takes in the kernel. */
function bytesOfRow(batch: Batch): number {
	const texts = batch.columns.reduce((sum, column) => sum + (column instanceof AsciiText ? column.size : 0), 0);
	// A double of many digits has its text, and where that ends, beside it.
	const numbers = batch.columns.reduce((sum, { layout }) => sum + (layout === 'float64' ? 34 : 8), 0);
	return texts / Math.max(1, batch.length) + numbers;
}
