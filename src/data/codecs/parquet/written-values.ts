import { AsciiText } from '../../ascii-text.ts';
import { ByteWriter } from '../../byte-io.ts';
import { splitMicroseconds } from '../../calendar.ts';
import type { Vector } from '../../vector.ts';
import { TextSink } from '../text-sink.ts';
import { physicalOf, WIDE_DECIMAL_BYTES } from './written-type.ts';

const TWO_32 = 4_294_967_296;

/** The values of a column that are not null, as Parquet's PLAIN has them. */
export function plainBytes(vector: Vector): Uint8Array {
	switch (vector.layout) {
		case 'text':
			return vector instanceof AsciiText ? asciiTexts(vector) : texts(present(vector.values, vector.nulls));
		case 'bytes':
			return byteArrays(present(vector.values, vector.nulls));
		case 'bool':
			return bits(numbers(vector.values, vector.nulls));
		case 'int32':
			return bytesOf(Int32Array.from(numbers(vector.values, vector.nulls)));
		case 'float64': {
			const values = numbers(vector.values, vector.nulls);
			if (vector.type.kind === 'datetime') return microseconds(values);
			return bytesOf(vector.type.kind === 'float' ? Float32Array.from(values) : values);
		}
		case 'safeint': {
			const values = numbers(vector.values, vector.nulls);
			const physical = physicalOf(vector.type);
			if (physical === 'int32') return bytesOf(Int32Array.from(values));
			return physical === 'int64' ? int64s(values) : wideDecimals(Array.from(values, BigInt));
		}
		case 'bigint': {
			const values = present(vector.values, vector.nulls);
			return physicalOf(vector.type) === 'int64' ? bytesOf(BigInt64Array.from(values)) : wideDecimals(values);
		}
	}
}

/** Texts, each behind its length. */
export function texts(values: readonly string[]): Uint8Array {
	const sink = new TextSink(1024);
	for (const value of values) {
		sink.ensure(4 + value.length * 3);
		const at = sink.at;
		sink.at += 4;
		sink.text(value);
		writeLength(sink.bytes, at, sink.at - at - 4);
	}
	return sink.take();
}

function asciiTexts({ bytes, ends, nulls, length, size }: AsciiText): Uint8Array {
	const written = new Uint8Array(size + length * 4);
	let at = 0;
	for (let row = 0; row < length; row++) {
		if (nulls !== null && nulls[row] === 1) continue;
		const to = ends[row + 1] as number;
		let from = ends[row] as number;
		writeLength(written, at, to - from);
		at += 4;
		while (from < to) written[at++] = bytes[from++] as number;
	}
	return written.subarray(0, at);
}

function byteArrays(values: readonly Uint8Array[]): Uint8Array {
	const sink = new TextSink(1024);
	for (const value of values) {
		sink.ensure(4 + value.length);
		writeLength(sink.bytes, sink.at, value.length);
		sink.at += 4;
		sink.raw(value);
	}
	return sink.take();
}

function writeLength(bytes: Uint8Array, at: number, length: number): void {
	bytes[at] = length;
	bytes[at + 1] = length >>> 8;
	bytes[at + 2] = length >>> 16;
	bytes[at + 3] = length >>> 24;
}

function present<T>(values: readonly T[], nulls: Uint8Array | null): readonly T[] {
	return nulls === null ? values : values.filter((_, row) => nulls[row] === 0);
}

function numbers<T extends Float64Array | Int32Array | Uint8Array>(values: T, nulls: Uint8Array | null): T {
	return nulls === null ? values : (values.filter((_, row) => nulls[row] === 0) as T);
}

function bytesOf(values: Int32Array | Float32Array | Float64Array | BigInt64Array): Uint8Array {
	return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function int64s(values: Float64Array): Uint8Array {
	const words = new Int32Array(values.length * 2);
	for (let i = 0; i < values.length; i++) {
		const value = values[i] as number;
		const high = Math.floor(value / TWO_32);
		words[i * 2] = value - high * TWO_32;
		words[i * 2 + 1] = high;
	}
	return bytesOf(words);
}

function microseconds(values: Float64Array): Uint8Array {
	const whole = new Float64Array(values.length);
	for (let i = 0; i < values.length; i++) {
		const { ms, microseconds: rest } = splitMicroseconds(values[i] as number);
		whole[i] = ms * 1000 + rest;
		// Past the year 2255 microseconds are no safe integers any more.
		if (!Number.isSafeInteger(whole[i])) return bytesOf(BigInt64Array.from(values, exactMicroseconds));
	}
	return int64s(whole);
}

function exactMicroseconds(moment: number): bigint {
	const { ms, microseconds: rest } = splitMicroseconds(moment);
	return BigInt(ms) * 1000n + BigInt(rest);
}

/** Two's complement, highest byte first. */
function wideDecimals(values: readonly bigint[]): Uint8Array {
	const bytes = new Uint8Array(values.length * WIDE_DECIMAL_BYTES);
	const view = new DataView(bytes.buffer);
	values.forEach((value, i) => {
		view.setBigInt64(i * WIDE_DECIMAL_BYTES, value >> 64n);
		view.setBigUint64(i * WIDE_DECIMAL_BYTES + 8, BigInt.asUintN(64, value));
	});
	return bytes;
}

function bits(flags: Uint8Array): Uint8Array {
	const packed = new Uint8Array((flags.length + 7) >> 3);
	for (let i = 0; i < flags.length; i++) packed[i >> 3] = (packed[i >> 3] as number) | ((flags[i] as number) << (i & 7));
	return packed;
}

/** Integers in the RLE / bit-packed hybrid: one run where all are equal, else packed in `width` bits. */
export function hybridBytes(values: Int32Array | Uint8Array, width: number): Uint8Array {
	const out = new ByteWriter(16 + ((values.length + 7) >> 3) * width);
	const first = values[0] ?? 0;
	if (values.every((value) => value === first)) {
		out.varint(values.length * 2);
		for (let i = 0; i < (width + 7) >> 3; i++) out.byte((first >> (8 * i)) & 0xff);
		return out.finish();
	}
	const groups = (values.length + 7) >> 3;
	out.varint(groups * 2 + 1);
	const packed = new Uint8Array(groups * width);
	let at = 0;
	let word = 0;
	let held = 0;
	for (let i = 0; i < groups * 8; i++) {
		word |= (values[i] ?? 0) << held;
		held += width;
		while (held >= 8) {
			packed[at++] = word;
			word >>>= 8;
			held -= 8;
		}
	}
	out.bytes(packed);
	return out.finish();
}

/** Whether each row has a value, for `hybridBytes`. */
export function definitionLevels(vector: Vector): Uint8Array {
	const levels = new Uint8Array(vector.length).fill(1);
	const { nulls } = vector;
	if (nulls !== null) for (let row = 0; row < vector.length; row++) levels[row] = 1 - (nulls[row] as number);
	return levels;
}
