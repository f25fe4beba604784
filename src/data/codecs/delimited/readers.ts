import { vectorBuilder } from '../../builder.ts';
import { PLACES } from '../../kernel/kernel.ts';
import { parseValue } from '../../text.ts';
import type { DataType, Value } from '../../types.ts';
import type { Vector } from '../../vector.ts';
import type { WantedField } from '../codec.ts';
import { type Block, MALFORMED, QUOTED } from './block.ts';
import type { ColumnReader } from './column-reader.ts';
import { DatetimeReader, parsePattern, quickDate } from './date-readers.ts';
import type { FieldTexts } from './field-texts.ts';
import { type KernelScan, NumberReader, quickDecimal, quickDouble, quickFloat, quickWhole } from './number-readers.ts';
import { TextReader } from './text-reader.ts';

const { bytes, values, nulls, misses } = PLACES;

/** More wanted columns than this share no texts: what they would keep for that adds up. */
const MOST_CACHED_COLUMNS = 128;

/** The reader of a wanted field's type, of so many fields. Throws `AppError` for a date pattern that is none. */
export function columnReader({ type, format }: WantedField, fieldCount: number): ColumnReader {
	if (format !== null && (type.kind === 'date' || type.kind === 'datetime')) {
		const { kind } = type;
		return new ValueReader(type, (text) => parsePattern(format, kind, text));
	}
	switch (type.kind) {
		case 'string':
			return new TextReader(type, fieldCount <= MOST_CACHED_COLUMNS);
		case 'integer':
			return new NumberReader(type, quickWhole(9), (kernel, spans, step, rows) => kernel.wholes(bytes, spans, step, rows, false, values, nulls, misses));
		case 'long':
			return new NumberReader(type, quickWhole(15), (kernel, spans, step, rows) => kernel.wholes(bytes, spans, step, rows, true, values, nulls, misses));
		case 'decimal': {
			const { precision, scale } = type;
			const scan: KernelScan = (kernel, spans, step, rows) => kernel.decimals(bytes, spans, step, rows, precision, scale, values, nulls, misses);
			return new NumberReader(type, quickDecimal(precision, scale), scan);
		}
		case 'double':
			return new NumberReader(type, quickDouble, (kernel, spans, step, rows) => kernel.doubles(bytes, spans, step, rows, false, values, nulls, misses));
		case 'float':
			return new NumberReader(type, quickFloat, (kernel, spans, step, rows) => kernel.doubles(bytes, spans, step, rows, true, values, nulls, misses));
		case 'date':
			return new NumberReader(type, quickDate, (kernel, spans, step, rows) => kernel.dates(bytes, spans, step, rows, values, nulls, misses));
		case 'datetime':
			return new DatetimeReader(type);
		default:
			return new ValueReader(type, (text) => {
				const value = parseValue(type, text);
				return value === undefined ? undefined : { value, offset: 0 };
			});
	}
}

/** Any type, by its text. */
class ValueReader implements ColumnReader {
	readonly #type: DataType;
	readonly #parse: (text: string) => { readonly value: Value; readonly offset: number } | undefined;

	constructor(type: DataType, parse: (text: string) => { readonly value: Value; readonly offset: number } | undefined) {
		this.#type = type;
		this.#parse = parse;
	}

	read(block: Block, texts: FieldTexts, slot: number, fail: (row: number) => void): Vector {
		const builder = vectorBuilder(this.#type, block.rows);
		for (let row = 0; row < block.rows; row++) {
			const at = (row * block.width + slot) * 2;
			const start = block.spans[at] as number;
			// A quoted empty field is no value of these types, except of binary: writers that quote everything write null so.
			const missing = start < 0 || (start >> 2 === block.spans[at + 1] && !(this.#type.kind === 'binary' && (start & 3) === QUOTED));
			const text = missing || (start & 3) === MALFORMED ? null : texts.at(row, slot);
			const parsed = text === null ? undefined : this.#parse(text);
			if (parsed === undefined) {
				if (!missing) fail(row);
				builder.push(null);
			} else builder.push(parsed.value, parsed.offset);
		}
		return builder.finish();
	}
}
