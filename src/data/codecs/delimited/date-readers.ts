import { daysFromCivil, daysInMonth, MS_PER_DAY } from '../../calendar.ts';
import { dateFormat } from '../../date-format.ts';
import { type Kernel, PLACES } from '../../kernel/kernel.ts';
import { parseDatetime } from '../../text.ts';
import type { DataType } from '../../types.ts';
import { float64Vector, type Vector } from '../../vector.ts';
import { type Block, ESCAPED, MALFORMED } from './block.ts';
import type { ColumnReader } from './column-reader.ts';
import type { FieldTexts } from './field-texts.ts';

const ZERO = 48;
const DASH = 45;
const COLON = 58;

function two(bytes: Uint8Array, at: number): number {
	const tens = (bytes[at] as number) - ZERO;
	const ones = (bytes[at + 1] as number) - ZERO;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

let lastYearMonth = -1;
let lastFirstDay = 0;
let lastLength = 0;

/** `2024-01-31` at `start`; NaN where it is not that. Dates of a column are mostly near each other, so the month is kept. */
function dateAt(bytes: Uint8Array, start: number): number {
	const year = two(bytes, start) * 100 + two(bytes, start + 2);
	const month = two(bytes, start + 5);
	const day = two(bytes, start + 8);
	if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1) || bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return Number.NaN;
	const yearMonth = year * 12 + month;
	if (yearMonth !== lastYearMonth) {
		lastYearMonth = yearMonth;
		lastFirstDay = daysFromCivil(year, month, 1);
		lastLength = daysInMonth(year, month);
	}
	return day <= lastLength ? lastFirstDay + day - 1 : Number.NaN;
}

export function quickDate(bytes: Uint8Array, start: number, stop: number): number {
	return stop - start === 10 ? dateAt(bytes, start) : Number.NaN;
}

/** `2024-01-31T12:30:00`, blank or T, with or without milliseconds and Z; everything else is for the text. */
export function quickDatetime(bytes: Uint8Array, start: number, stop: number): number {
	const end = bytes[stop - 1] === 90 ? stop - 1 : stop;
	const length = end - start;
	if (length !== 19 && length !== 23) return Number.NaN;
	const days = dateAt(bytes, start);
	const separator = bytes[start + 10];
	if ((separator !== 84 && separator !== 32) || bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return Number.NaN;
	const hour = two(bytes, start + 11);
	const minute = two(bytes, start + 14);
	const second = two(bytes, start + 17);
	if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
	const ms = days * MS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000;
	if (length === 19) return ms;
	const tenth = (bytes[start + 20] as number) - ZERO;
	return bytes[start + 19] === 46 && tenth >= 0 && tenth <= 9 ? ms + tenth * 100 + two(bytes, start + 21) : Number.NaN;
}

/** Datetimes keep the offset they were written with. With a pattern, dates and datetimes of that spelling alone. */
export class DatetimeReader implements ColumnReader {
	readonly #type: DataType;

	constructor(type: DataType) {
		this.#type = type;
	}

	read(block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector {
		if (block.kernel !== null) return this.#readInKernel(block.kernel, block, texts, slot, fail);
		const { rows, width, spans } = block;
		const { bytes, base } = texts;
		const values = new Float64Array(rows);
		let nulls: Uint8Array | null = null;
		let offsets: Int16Array | null = null;
		for (let row = 0, at = slot * 2; row < rows; row++, at += width * 2) {
			const start = spans[at] as number;
			const to = spans[at + 1] as number;
			let missing = start < 0 || start >> 2 === to;
			if (!missing) {
				let value = (start & 3) < ESCAPED ? quickDatetime(bytes, base + (start >> 2), base + to) : Number.NaN;
				if (Number.isNaN(value)) {
					const text = (start & 3) === MALFORMED ? null : texts.alone(row, slot);
					const parsed = text === null ? undefined : parseDatetime(text);
					if (parsed === undefined) {
						missing = true;
						fail(row);
					} else {
						value = parsed.ms;
						if (parsed.offset !== 0) {
							offsets ??= new Int16Array(rows);
							offsets[row] = parsed.offset;
						}
					}
				}
				if (!missing) values[row] = value;
			}
			if (missing) {
				nulls ??= new Uint8Array(rows);
				nulls[row] = 1;
			}
		}
		return float64Vector(this.#type, values, nulls, offsets);
	}

	#readInKernel(kernel: Kernel, block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector {
		const { rows, width } = block;
		const missed = kernel.exports.datetimes(PLACES.bytes, PLACES.spans + slot * 8, width * 8, rows, PLACES.values, PLACES.nulls, PLACES.misses);
		const values = kernel.doublesAt(PLACES.values, rows);
		let nulls = kernel.exports.empty.value > 0 ? kernel.bytesAt(PLACES.nulls, rows) : null;
		let offsets: Int16Array | null = null;
		for (let miss = 0; miss < missed; miss++) {
			const row = kernel.ints[(PLACES.misses >> 2) + miss] as number;
			const start = block.spans[(row * width + slot) * 2] as number;
			const text = (start & 3) === MALFORMED ? null : texts.alone(row, slot);
			const parsed = text === null ? undefined : parseDatetime(text);
			if (parsed === undefined) {
				nulls ??= new Uint8Array(rows);
				nulls[row] = 1;
				fail(row);
				continue;
			}
			values[row] = parsed.ms;
			if (parsed.offset === 0) continue;
			offsets ??= new Int16Array(rows);
			offsets[row] = parsed.offset;
		}
		return float64Vector(this.#type, values, nulls, offsets);
	}
}

/** The value of a text by a date pattern, with its offset. */
export function parsePattern(pattern: string, kind: 'date' | 'datetime', text: string): { readonly value: number; readonly offset: number } | undefined {
	const parsed = dateFormat(pattern).parse(text.trim());
	return parsed === undefined ? undefined : { value: kind === 'date' ? parsed.day : parsed.ms, offset: kind === 'date' ? 0 : parsed.offset };
}
