import type { ByteReader, ByteWriter } from './byte-io.ts';

/**
 * Numbers as a base and unsigned distances from it in 0, 1, 2 or 4 bytes, where all are integers and near enough;
 * otherwise as doubles.
 */

const RAW = 8;

export function packNumbers(out: ByteWriter, values: Float64Array | Int32Array): void {
	const { width, base } = shapeOf(values);
	out.byte(width);
	if (width === RAW) {
		const doubles = values instanceof Float64Array ? values : Float64Array.from(values);
		out.bytes(new Uint8Array(doubles.buffer, doubles.byteOffset, doubles.byteLength));
		return;
	}
	out.double(base);
	if (width === 0) return;
	const { length } = values;
	const distances = distancesOf(width, length);
	for (let i = 0; i < length; i++) distances[i] = (values[i] as number) - base;
	out.bytes(new Uint8Array(distances.buffer, 0, length * width));
}

export function unpackNumbers<T extends Float64Array | Int32Array>(input: ByteReader, values: T): T {
	const width = input.byte();
	const { length } = values;
	if (width === RAW) {
		// Packed doubles stand at any address, typed arrays at multiples of eight only.
		const doubles = values instanceof Float64Array ? (values as Float64Array) : new Float64Array(length);
		new Uint8Array(doubles.buffer, doubles.byteOffset, doubles.byteLength).set(input.bytes(length * 8));
		if (!(values instanceof Float64Array)) values.set(doubles);
		return values;
	}
	const base = input.double();
	if (width === 0) {
		values.fill(base);
		return values;
	}
	const distances = distancesOf(width, length);
	new Uint8Array(distances.buffer, 0, length * width).set(input.bytes(length * width));
	for (let i = 0; i < length; i++) values[i] = (distances[i] as number) + base;
	return values;
}

/** Of more rows than this the memory for distances is not kept. */
const KEPT = 16_384;
const kept = new ArrayBuffer(KEPT * 4);

/** Memory for distances, good until the next call. */
function distancesOf(width: number, length: number): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
	const memory = length > KEPT ? new ArrayBuffer(length * width) : kept;
	return width === 1 ? new Uint8Array(memory) : width === 2 ? new Uint16Array(memory) : new Uint32Array(memory);
}

function shapeOf(values: Float64Array | Int32Array): { readonly width: number; readonly base: number } {
	const raw = { width: RAW, base: 0 };
	let least = Number.POSITIVE_INFINITY;
	let most = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < values.length; i++) {
		const value = values[i] as number;
		// Distances are exact only between safe integers, and -0 would come back as 0.
		if (!Number.isSafeInteger(value) || (value === 0 && 1 / value < 0)) return raw;
		if (value < least) least = value;
		if (value > most) most = value;
	}
	const range = most - least;
	if (values.length === 0 || range === 0) return { width: 0, base: values[0] ?? 0 };
	const width = range <= 0xff ? 1 : range <= 0xffff ? 2 : range <= 0xffff_ffff ? 4 : RAW;
	return { width, base: least };
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
