import type { ByteWriter } from '../../data/byte-io.ts';
import { unpackIntegers, writeVector } from '../../data/pack.ts';
import type { DataType } from '../../data/types.ts';
import { int32Vector, type TextVector, textVector, type Vector } from '../../data/vector.ts';

/**
 * Text columns of landed rows. They are written once and read once, so what counts is time: no dictionary is looked for, but
 * a value that repeats the one before it costs nothing, which is what sorted columns are made of.
 *
 * Length of the first part, how often each text repeats (packed numbers as long as the rows, with their nulls), how long each text is
 * (packed numbers), the texts in UTF-8.
 */

const INTEGER: DataType = { kind: 'integer' };
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** False, and nothing written, for texts that UTF-8 cannot say (lone surrogates). */
export function writeText(out: ByteWriter, vector: TextVector): boolean {
	const { values, length, nulls } = vector;
	const words: string[] = [];
	const repeats = new Int32Array(length);
	const lengths = new Int32Array(length);
	let last: string | undefined;
	for (let row = 0; row < length; row++) {
		const value = nulls !== null && nulls[row] === 1 ? '' : (values[row] as string);
		if (value === last) repeats[words.length - 1] = (repeats[words.length - 1] as number) + 1;
		else {
			lengths[words.length] = value.length;
			words.push(value);
			last = value;
		}
	}
	const joined = words.join('');
	if (!joined.isWellFormed()) return false;
	const at = out.reserve(8);
	writeVector(out, int32Vector(INTEGER, repeats, nulls));
	out.setUint32(at, out.length - at - 8);
	const sizes = out.length;
	writeVector(out, int32Vector(INTEGER, lengths.subarray(0, words.length), null));
	out.setUint32(at + 4, out.length - sizes);
	out.bytes(encoder.encode(joined));
	return true;
}

export function unpackText(type: DataType, packed: Uint8Array): Vector {
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	const [first, second] = [view.getUint32(0), view.getUint32(4)];
	const { values: repeats, nulls } = unpackIntegers(packed.subarray(8, 8 + first), 0);
	const { values: sizes } = unpackIntegers(packed.subarray(8 + first, 8 + first + second), 0);
	const text = decoder.decode(packed.subarray(8 + first + second));
	const values = new Array<string>(repeats.length);
	let at = 0;
	let row = 0;
	for (let word = 0; word < sizes.length; word++) {
		const end = at + (sizes[word] as number);
		const value = text.slice(at, end);
		at = end;
		for (let repeat = repeats[word] as number; repeat >= 0; repeat--) values[row++] = value;
	}
	return textVector(type, values, nulls);
}
