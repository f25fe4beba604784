import { AsciiText, asAscii } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import type { ByteWriter } from '../../data/byte-io.ts';
import { Coded } from '../../data/coded.ts';
import { unpackVector, writeVector } from '../../data/pack.ts';
import type { DataType, Field, Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { unpackAscii, writeAscii } from './pack-ascii.ts';
import { unpackText, writeText } from './pack-text.ts';

const GENERAL = 0;
const TEXT = 1;
const ASCII = 2;

/** Rows as one blob: number of rows, kind and length of each packed column, the columns. It lies in the memory of `out`, behind nothing. */
export function packBatch(batch: Batch, out: ByteWriter): Uint8Array<ArrayBuffer> {
	out.reset();
	out.reserve(4 + batch.columns.length * 5);
	out.setUint32(0, batch.length);
	batch.columns.forEach((vector, column) => {
		const at = out.length;
		out.setByte(4 + column * 5, writeColumn(out, vector));
		out.setUint32(5 + column * 5, out.length - at);
	});
	return out.finish();
}

/** The rows that `packBatch` wrote for that schema, in memory of their own. */
export function unpackBatch(schema: Schema, packed: Uint8Array): Batch {
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	let at = 4 + schema.length * 5;
	const columns = schema.map((field: Field, column) => {
		const length = view.getUint32(5 + column * 5);
		const bytes = packed.subarray(at, at + length);
		at += length;
		return unpackColumn(field.type, view.getUint8(4 + column * 5), bytes);
	});
	return { schema, length: view.getUint32(0), columns };
}

function writeColumn(out: ByteWriter, vector: Vector): number {
	const ascii = vector instanceof Coded ? asAscii(vector) : vector;
	if (ascii instanceof AsciiText) {
		writeAscii(out, ascii);
		return ASCII;
	}
	if (vector.layout === 'text' && writeText(out, vector)) return TEXT;
	writeVector(out, vector);
	return GENERAL;
}

function unpackColumn(type: DataType, kind: number, bytes: Uint8Array): Vector {
	if (kind === ASCII) return unpackAscii(type, bytes);
	return kind === TEXT ? unpackText(type, bytes) : unpackVector(type, bytes);
}
