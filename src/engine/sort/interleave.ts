import { offsetAt, valueAt } from '../../data/access.ts';
import { allAscii, interleaved } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import { booleanVector, float64Vector, int32Vector, safeIntVector, textVector, type Vector } from '../../data/vector.ts';

/** Makes the column whose row i is row `rows[i]` of vector `which[i]`. */
export type InterleavedColumn = (which: Int32Array, rows: Int32Array) => Vector;

/** A batch whose row i is row `rows[i]` of `batches[which[i]]`. */
export function interleave(batches: readonly Batch[], which: Int32Array, rows: Int32Array): Batch {
	const { schema } = batches[0] as Batch;
	const columns = schema.map((_, column) => interleavedColumn(batches.map((batch) => batch.columns[column] as Vector))(which, rows));
	return { schema, length: which.length, columns };
}

/** Whether rows of these are put together as they lie in memory, and not value by value. */
export function interleaves(vectors: readonly Vector[]): boolean {
	const layout = vectors[0]?.layout;
	if (layout === 'bytes' || layout === 'bigint') return false;
	return vectors.every((vector) => vector.layout === layout && !(vector.layout === 'float64' && vector.offsets));
}

/** Rows of at least one vector, all of one type. What can be found out about them once is found out here. */
export function interleavedColumn(vectors: readonly Vector[]): InterleavedColumn {
	const { layout, type } = vectors[0] as Vector;
	if (!interleaves(vectors)) {
		return (which, rows) => {
			const builder = vectorBuilder(type, which.length);
			for (let i = 0; i < which.length; i++) {
				const vector = vectors[which[i] as number] as Vector;
				builder.push(valueAt(vector, rows[i] as number), offsetAt(vector, rows[i] as number));
			}
			return builder.finish();
		};
	}
	const nulls = interleavedNulls(vectors);
	switch (layout) {
		case 'int32':
			return (which, rows) => int32Vector(type, filled(new Int32Array(which.length), vectors, which, rows), nulls(which, rows));
		case 'bool':
			return (which, rows) => booleanVector(type, filled(new Uint8Array(which.length), vectors, which, rows), nulls(which, rows));
		case 'safeint':
			return (which, rows) => safeIntVector(type, filled(new Float64Array(which.length), vectors, which, rows), nulls(which, rows));
		case 'float64':
			return (which, rows) => float64Vector(type, filled(new Float64Array(which.length), vectors, which, rows), nulls(which, rows));
		default: {
			const ascii = allAscii(vectors);
			if (ascii !== null) return (which, rows) => interleaved(type, ascii, which, rows, which.length, nulls(which, rows));
			return (which, rows) => textVector(type, texts(vectors, which, rows), nulls(which, rows));
		}
	}
}

function filled<T extends Int32Array | Float64Array | Uint8Array>(target: T, vectors: readonly Vector[], which: Int32Array, rows: Int32Array): T {
	const sources = vectors.map((vector) => vector.values as ArrayLike<number>);
	for (let i = 0; i < target.length; i++) target[i] = (sources[which[i] as number] as ArrayLike<number>)[rows[i] as number] as number;
	return target;
}

function texts(vectors: readonly Vector[], which: Int32Array, rows: Int32Array): string[] {
	const sources = vectors.map((vector) => vector.values as readonly string[]);
	const values = new Array<string>(which.length);
	for (let i = 0; i < values.length; i++) values[i] = (sources[which[i] as number] as readonly string[])[rows[i] as number] as string;
	return values;
}

function interleavedNulls(vectors: readonly Vector[]): (which: Int32Array, rows: Int32Array) => Uint8Array | null {
	const sources = vectors.map((vector) => vector.nulls);
	if (sources.every((source) => source === null)) return () => null;
	return (which, rows) => {
		const nulls = new Uint8Array(which.length);
		for (let i = 0; i < nulls.length; i++) nulls[i] = sources[which[i] as number]?.[rows[i] as number] ?? 0;
		return nulls;
	};
}
