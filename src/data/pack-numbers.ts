import type { ByteReader, ByteWriter } from './byte-io.ts';

/**
 * Numbers as a base and unsigned distances from it in 0, 1, 2 or 4 bytes, where all are integers and near enough;
 * otherwise as doubles.
 */

const RAW = 8;

export function packNumbers(out: ByteWriter, values: Float64Array | Int32Array): void {
	const width = narrowestWidth(values);
	out.byte(width);
	if (width === RAW) {
		const doubles = values instanceof Float64Array ? values : Float64Array.from(values);
		out.bytes(new Uint8Array(doubles.buffer, doubles.byteOffset, doubles.byteLength));
		return;
	}
	const base = lowest(values);
	out.double(base);
	if (width === 0) return;
	const distances = width === 1 ? new Uint8Array(values.length) : width === 2 ? new Uint16Array(values.length) : new Uint32Array(values.length);
	for (let i = 0; i < values.length; i++) distances[i] = (values[i] as number) - base;
	out.bytes(new Uint8Array(distances.buffer));
}

export function unpackNumbers<T extends Float64Array | Int32Array>(input: ByteReader, values: T): T {
	const width = input.byte();
	const { length } = values;
	if (width === RAW) {
		values.set(new Float64Array(input.aligned(length * 8)));
		return values;
	}
	const base = input.double();
	if (width === 0) {
		values.fill(base);
		return values;
	}
	const buffer = input.aligned(length * width);
	const distances = width === 1 ? new Uint8Array(buffer) : width === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
	for (let i = 0; i < length; i++) values[i] = (distances[i] as number) + base;
	return values;
}

function narrowestWidth(values: Float64Array | Int32Array): number {
	let least = Number.POSITIVE_INFINITY;
	let most = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < values.length; i++) {
		const value = values[i] as number;
		// Distances are exact only between safe integers, and -0 would come back as 0.
		if (!Number.isSafeInteger(value) || (value === 0 && 1 / value < 0)) return RAW;
		if (value < least) least = value;
		if (value > most) most = value;
	}
	const range = most - least;
	if (values.length === 0 || range === 0) return 0;
	return range <= 0xff ? 1 : range <= 0xffff ? 2 : range <= 0xffff_ffff ? 4 : RAW;
}

function lowest(values: Float64Array | Int32Array): number {
	let least = values[0] ?? 0;
	for (let i = 1; i < values.length; i++) if ((values[i] as number) < least) least = values[i] as number;
	return least;
}

/** One bit a flag, lowest first. */
export function packBits(out: ByteWriter, flags: Uint8Array): void {
	const bits = new Uint8Array((flags.length + 7) >> 3);
	for (let i = 0; i < flags.length; i++) if (flags[i] === 1) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
	out.bytes(bits);
}

export function unpackBits(input: ByteReader, length: number): Uint8Array {
	const bits = input.bytes((length + 7) >> 3);
	const flags = new Uint8Array(length);
	for (let i = 0; i < length; i++) flags[i] = ((bits[i >> 3] as number) >> (i & 7)) & 1;
	return flags;
}
