import { AsciiText } from '../../data/ascii-text.ts';
import { packVector, unpackVector } from '../../data/pack.ts';
import type { DataType } from '../../data/types.ts';
import { int32Vector, type Vector } from '../../data/vector.ts';

/** Text columns that are bytes already: length of the first part, how long each text is (packed numbers with the nulls), the bytes. */

const INTEGER: DataType = { kind: 'integer' };

export function packAscii(vector: AsciiText): Uint8Array {
	const { ends, length, nulls } = vector;
	const lengths = new Int32Array(length);
	for (let row = 0; row < length; row++) lengths[row] = (ends[row + 1] as number) - (ends[row] as number);
	const sizes = packVector(int32Vector(INTEGER, lengths, nulls));
	const packed = new Uint8Array(4 + sizes.length + vector.size);
	new DataView(packed.buffer).setUint32(0, sizes.length);
	packed.set(sizes, 4);
	packed.set(vector.bytes.subarray(ends[0], ends[length]), 4 + sizes.length);
	return packed;
}

/** The bytes are a view of `packed`. */
export function unpackAscii(type: DataType, packed: Uint8Array): AsciiText {
	const behind = 4 + new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(0);
	const sizes = unpackVector(INTEGER, packed.subarray(4, behind)) as Vector & { values: Int32Array };
	const ends = new Int32Array(sizes.length + 1);
	for (let row = 0; row < sizes.length; row++) ends[row + 1] = (ends[row] as number) + (sizes.values[row] as number);
	return new AsciiText(type, packed.subarray(behind), ends, sizes.nulls);
}
