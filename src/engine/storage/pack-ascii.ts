import { AsciiText } from '../../data/ascii-text.ts';
import type { ByteWriter } from '../../data/byte-io.ts';
import { unpackIntegers, writeVector } from '../../data/pack.ts';
import type { DataType } from '../../data/types.ts';
import { int32Vector } from '../../data/vector.ts';

/** Text columns that are bytes already: length of the first part, how long each text is (packed numbers with the nulls), the bytes. */

const INTEGER: DataType = { kind: 'integer' };

export function writeAscii(out: ByteWriter, { ends, length, nulls, bytes }: AsciiText): void {
	const lengths = new Int32Array(length);
	for (let row = 0; row < length; row++) lengths[row] = (ends[row + 1] as number) - (ends[row] as number);
	const at = out.reserve(4);
	writeVector(out, int32Vector(INTEGER, lengths, nulls));
	out.setUint32(at, out.length - at - 4);
	out.bytes(bytes.subarray(ends[0], ends[length]));
}

export function unpackAscii(type: DataType, packed: Uint8Array): AsciiText {
	const behind = 4 + new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(0);
	const { values: ends, nulls } = unpackIntegers(packed.subarray(4, behind), 1);
	for (let row = 1; row < ends.length; row++) ends[row] = (ends[row] as number) + (ends[row - 1] as number);
	return new AsciiText(type, packed.slice(behind), ends, nulls);
}
