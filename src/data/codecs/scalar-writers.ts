import { offsetAt, valueAt } from '../access.ts';
import { civilFromDays, MS_PER_DAY } from '../calendar.ts';
import { formatValue } from '../text.ts';
import type { DataType } from '../types.ts';
import type { Vector } from '../vector.ts';
import type { TextSink } from './text-sink.ts';

/** Writes a value that is not null, spelled as `formatValue` spells it. */
export type ScalarWriter = (sink: TextSink, vector: Vector, row: number) => void;

/** The writer of every type whose text needs no quoting of its own: all but string and json. */
export function scalarWriter(type: DataType): ScalarWriter {
	switch (type.kind) {
		case 'integer':
			return writeInteger;
		case 'long':
			return (sink, vector, row) => (vector.layout === 'safeint' ? sink.integer((vector.values[row] as number) + 0) : writeAny(sink, vector, row));
		case 'double':
			return writeDouble;
		case 'date':
			return (sink, vector, row) => (vector.layout === 'int32' ? writeDate(sink, vector.values[row] as number) : undefined);
		case 'datetime':
			return writeDatetime;
		default:
			return writeAny;
	}
}

function writeAny(sink: TextSink, vector: Vector, row: number): void {
	const value = valueAt(vector, row);
	if (value !== null) sink.text(formatValue(vector.type, value, offsetAt(vector, row)));
}

function writeInteger(sink: TextSink, vector: Vector, row: number): void {
	if (vector.layout === 'int32') sink.integer(vector.values[row] as number);
}

/**
 * Where 100 times the value is an integer whose hundredth is the value again, its two decimals are its shortest text: two
 * decimals of at most 15 digits never mean the same double.
 */
function writeDouble(sink: TextSink, vector: Vector, row: number): void {
	if (vector.layout !== 'float64') return;
	const value = vector.values[row] as number;
	const hundredths = Math.round(value * 100);
	if (hundredths / 100 !== value || !(Math.abs(hundredths) < 2_147_483_647) || (value === 0 && 1 / value < 0)) {
		sink.text(formatValue(vector.type, value));
		return;
	}
	const magnitude = Math.abs(hundredths);
	if (value < 0) sink.byte(45);
	sink.integer((magnitude / 100) | 0);
	const fraction = magnitude % 100;
	if (fraction === 0) return;
	sink.byte(46);
	if (fraction % 10 === 0) sink.digits(fraction / 10, 1);
	else sink.digits(fraction, 2);
}

let lastDay = Number.NaN;
let lastDate = { year: 0, month: 0, day: 0 };

function writeDate(sink: TextSink, days: number): void {
	if (days !== lastDay) {
		lastDate = civilFromDays(days);
		lastDay = days;
	}
	sink.ensure(10);
	sink.digits(lastDate.year, 4);
	sink.byte(45);
	sink.digits(lastDate.month, 2);
	sink.byte(45);
	sink.digits(lastDate.day, 2);
}

function writeDatetime(sink: TextSink, vector: Vector, row: number): void {
	if (vector.layout !== 'float64') return;
	const ms = vector.values[row] as number;
	if (offsetAt(vector, row) !== 0 || ms % 1000 !== 0) {
		writeAny(sink, vector, row);
		return;
	}
	const day = Math.floor(ms / MS_PER_DAY);
	const seconds = (ms - day * MS_PER_DAY) / 1000;
	writeDate(sink, day);
	sink.byte(84);
	sink.digits((seconds / 3600) | 0, 2);
	sink.byte(58);
	sink.digits(((seconds / 60) | 0) % 60, 2);
	sink.byte(58);
	sink.digits(seconds % 60, 2);
	sink.byte(90);
}
