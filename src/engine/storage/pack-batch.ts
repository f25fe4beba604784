import { AsciiText, asAscii } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import { Coded } from '../../data/coded.ts';
import { packVector, unpackVector } from '../../data/pack.ts';
import type { DataType, Field, Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { packAscii, unpackAscii } from './pack-ascii.ts';
import { packText, unpackText } from './pack-text.ts';

const GENERAL = 0;
const TEXT = 1;
const ASCII = 2;

/** Rows as one blob: number of rows, length of each packed column, the columns. */
export function packBatch(batch: Batch): Uint8Array<ArrayBuffer> {
	const columns = batch.columns.map(packColumn);
	const head = 4 + columns.length * 5;
	const packed = new Uint8Array(columns.reduce((sum, { bytes }) => sum + bytes.length, head));
	const view = new DataView(packed.buffer);
	view.setUint32(0, batch.length);
	let at = head;
	columns.forEach(({ kind, bytes }, column) => {
		view.setUint8(4 + column * 5, kind);
		view.setUint32(5 + column * 5, bytes.length);
		packed.set(bytes, at);
		at += bytes.length;
	});
	return packed;
}

/** The rows that `packBatch` wrote for that schema. */
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

function packColumn(vector: Vector): { readonly kind: number; readonly bytes: Uint8Array } {
	const ascii = vector instanceof Coded ? asAscii(vector) : vector;
	if (ascii instanceof AsciiText) return { kind: ASCII, bytes: packAscii(ascii) };
	const text = vector.layout === 'text' ? packText(vector) : null;
	return text === null ? { kind: GENERAL, bytes: packVector(vector) } : { kind: TEXT, bytes: text };
}

function unpackColumn(type: DataType, kind: number, bytes: Uint8Array): Vector {
	if (kind === ASCII) return unpackAscii(type, bytes);
	return kind === TEXT ? unpackText(type, bytes) : unpackVector(type, bytes);
}
