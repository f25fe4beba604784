import { offsetAt, valueAt } from '../../data/access.ts';
import { allAscii, interleaved } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import type { Field } from '../../data/types.ts';
import { float64Vector, int32Vector, safeIntVector, textVector, type Vector } from '../../data/vector.ts';

/** A batch whose row i is row `rows[i]` of `batches[which[i]]`. */
export function interleave(batches: readonly Batch[], which: Int32Array, rows: Int32Array, count: number): Batch {
	const { schema } = batches[0] as Batch;
	const columns = schema.map((field, column) =>
		interleaveColumn(
			field,
			batches.map((batch) => batch.columns[column] as Vector),
			which,
			rows,
			count,
		),
	);
	return { schema, length: count, columns };
}

function interleaveColumn(field: Field, vectors: readonly Vector[], which: Int32Array, rows: Int32Array, count: number): Vector {
	const layout = vectors[0]?.layout;
	const plain = vectors.every((vector) => vector.layout === layout && !(vector.layout === 'float64' && vector.offsets));
	const nulls = plain ? interleaveNulls(vectors, which, rows, count) : null;
	if (plain && layout === 'text') {
		const ascii = allAscii(vectors);
		if (ascii !== null) return interleaved(field.type, ascii, which, rows, count, nulls);
		const sources = vectors.map((vector) => vector.values as readonly string[]);
		const values = new Array<string>(count);
		for (let i = 0; i < count; i++) values[i] = sources[which[i] as number]?.[rows[i] as number] as string;
		return textVector(field.type, values, nulls);
	}
	if (plain && layout === 'int32') return int32Vector(field.type, numbers(new Int32Array(count), vectors, which, rows), nulls);
	if (plain && layout === 'float64') return float64Vector(field.type, numbers(new Float64Array(count), vectors, which, rows), nulls);
	if (plain && layout === 'safeint') return safeIntVector(field.type, numbers(new Float64Array(count), vectors, which, rows), nulls);
	const builder = vectorBuilder(field.type, count);
	for (let i = 0; i < count; i++) {
		const vector = vectors[which[i] as number] as Vector;
		builder.push(valueAt(vector, rows[i] as number), offsetAt(vector, rows[i] as number));
	}
	return builder.finish();
}

function numbers<T extends Int32Array | Float64Array>(target: T, vectors: readonly Vector[], which: Int32Array, rows: Int32Array): T {
	const sources = vectors.map((vector) => vector.values as ArrayLike<number>);
	for (let i = 0; i < target.length; i++) target[i] = sources[which[i] as number]?.[rows[i] as number] as number;
	return target;
}

function interleaveNulls(vectors: readonly Vector[], which: Int32Array, rows: Int32Array, count: number): Uint8Array | null {
	if (vectors.every((vector) => vector.nulls === null)) return null;
	const nulls = new Uint8Array(count);
	for (let i = 0; i < count; i++) nulls[i] = vectors[which[i] as number]?.nulls?.[rows[i] as number] ?? 0;
	return nulls;
}
