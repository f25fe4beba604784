import type { Batch } from '../../data/batch.ts';
import { packVector, unpackVector } from '../../data/pack.ts';
import type { Field, Schema } from '../../data/types.ts';

/** Rows as one blob: number of rows, length of each packed column, the columns. */
export function packBatch(batch: Batch): Uint8Array<ArrayBuffer> {
	const columns = batch.columns.map(packVector);
	const head = 4 + columns.length * 4;
	const packed = new Uint8Array(columns.reduce((sum, bytes) => sum + bytes.length, head));
	const view = new DataView(packed.buffer);
	view.setUint32(0, batch.length);
	let at = head;
	columns.forEach((bytes, column) => {
		view.setUint32(4 + column * 4, bytes.length);
		packed.set(bytes, at);
		at += bytes.length;
	});
	return packed;
}

/** The rows that `packBatch` wrote for that schema. */
export function unpackBatch(schema: Schema, packed: Uint8Array): Batch {
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	let at = 4 + schema.length * 4;
	const columns = schema.map((field: Field, column) => {
		const length = view.getUint32(4 + column * 4);
		const bytes = packed.subarray(at, at + length);
		at += length;
		return unpackVector(field.type, bytes);
	});
	return { schema, length: view.getUint32(0), columns };
}
