import { packVector, unpackVector } from '../../data/pack.ts';
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

/** Null for texts that UTF-8 cannot say (lone surrogates). */
export function packText(vector: TextVector): Uint8Array | null {
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
	if (!joined.isWellFormed()) return null;
	const rows = packVector(int32Vector(INTEGER, repeats, nulls));
	const sizes = packVector(int32Vector(INTEGER, lengths.subarray(0, words.length), null));
	const text = encoder.encode(joined);
	const packed = new Uint8Array(8 + rows.length + sizes.length + text.length);
	const view = new DataView(packed.buffer);
	view.setUint32(0, rows.length);
	view.setUint32(4, sizes.length);
	packed.set(rows, 8);
	packed.set(sizes, 8 + rows.length);
	packed.set(text, 8 + rows.length + sizes.length);
	return packed;
}

export function unpackText(type: DataType, packed: Uint8Array): Vector {
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	const [first, second] = [view.getUint32(0), view.getUint32(4)];
	const rows = unpackVector(INTEGER, packed.subarray(8, 8 + first)) as Vector & { values: Int32Array };
	const sizes = unpackVector(INTEGER, packed.subarray(8 + first, 8 + first + second)) as Vector & { values: Int32Array };
	const text = decoder.decode(packed.subarray(8 + first + second));
	const values = new Array<string>(rows.length);
	let at = 0;
	let row = 0;
	for (let word = 0; word < sizes.length; word++) {
		const end = at + (sizes.values[word] as number);
		const value = text.slice(at, end);
		at = end;
		for (let repeat = rows.values[word] as number; repeat >= 0; repeat--) values[row++] = value;
	}
	return textVector(type, values, rows.nulls);
}
