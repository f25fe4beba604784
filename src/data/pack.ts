import { ByteReader, ByteWriter } from './byte-io.ts';
import { packBits, packNumbers, unpackBits, unpackNumbers } from './pack-numbers.ts';
import { packTexts, unpackTexts } from './pack-text.ts';
import type { DataType } from './types.ts';
import { bigIntVector, booleanVector, bytesVector, float64Vector, int32Vector, type Layout, safeIntVector, textVector, type Vector } from './vector.ts';

/**
 * A column in few bytes: how landed rows are kept. Layout byte, flags, number of rows, null bits, offsets, values.
 * The type is not written: whoever lands a column knows its schema.
 */

const LAYOUTS: readonly Layout[] = ['text', 'int32', 'float64', 'safeint', 'bigint', 'bool', 'bytes'];
const HAS_NULLS = 1;
const HAS_OFFSETS = 2;

export function packVector(vector: Vector): Uint8Array<ArrayBuffer> {
	const out = new ByteWriter(64 + vector.length * 8);
	writeVector(out, vector);
	return out.finish();
}

/** `packVector` behind what was written before. */
export function writeVector(out: ByteWriter, vector: Vector): void {
	const offsets = vector.layout === 'float64' ? (vector.offsets ?? null) : null;
	out.byte(LAYOUTS.indexOf(vector.layout));
	out.byte((vector.nulls === null ? 0 : HAS_NULLS) | (offsets === null ? 0 : HAS_OFFSETS));
	out.varint(vector.length);
	if (vector.nulls !== null) packBits(out, vector.nulls);
	if (offsets !== null) packNumbers(out, Int32Array.from(offsets));
	packValues(out, vector);
}

function packValues(out: ByteWriter, vector: Vector): void {
	switch (vector.layout) {
		case 'text':
			packTexts(out, vector.values);
			break;
		case 'bigint':
			packTexts(out, vector.values.map(String));
			break;
		case 'bool':
			packBits(out, vector.values);
			break;
		case 'bytes':
			packNumbers(
				out,
				Int32Array.from(vector.values, (bytes) => bytes.length),
			);
			for (const bytes of vector.values) out.bytes(bytes);
			break;
		default:
			packNumbers(out, vector.values);
	}
}

/** A column of integers that `packVector` wrote: the values behind `lead` zeros, and the nulls. */
export function unpackIntegers(packed: Uint8Array, lead: number): { readonly values: Int32Array; readonly nulls: Uint8Array | null } {
	const input = new ByteReader(packed);
	if (LAYOUTS[input.byte()] !== 'int32') throw new RangeError('not a packed column of integers');
	const flags = input.byte();
	const length = input.varint();
	const nulls = flags & HAS_NULLS ? unpackBits(input, length) : null;
	const values = new Int32Array(lead + length);
	unpackNumbers(input, values.subarray(lead));
	return { values, nulls };
}

/** The column that `packVector` wrote; bytes that it did not write throw a RangeError or give nonsense. */
export function unpackVector(type: DataType, packed: Uint8Array): Vector {
	const input = new ByteReader(packed);
	const layout = LAYOUTS[input.byte()];
	const flags = input.byte();
	const length = input.varint();
	const nulls = flags & HAS_NULLS ? unpackBits(input, length) : null;
	const offsets = flags & HAS_OFFSETS ? Int16Array.from(unpackNumbers(input, new Int32Array(length))) : null;
	switch (layout) {
		case 'text':
			return textVector(type, unpackTexts(input, length), nulls);
		case 'bigint':
			return bigIntVector(type, unpackTexts(input, length).map(BigInt), nulls);
		case 'bool':
			return booleanVector(type, unpackBits(input, length), nulls);
		case 'bytes': {
			const lengths = unpackNumbers(input, new Int32Array(length));
			return bytesVector(
				type,
				Array.from(lengths, (size) => input.bytes(size).slice()),
				nulls,
			);
		}
		case 'int32':
			return int32Vector(type, unpackNumbers(input, new Int32Array(length)), nulls);
		case 'safeint':
			return safeIntVector(type, unpackNumbers(input, new Float64Array(length)), nulls);
		case 'float64':
			return float64Vector(type, unpackNumbers(input, new Float64Array(length)), nulls, offsets);
		default:
			throw new RangeError('not a packed column');
	}
}
