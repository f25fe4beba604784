import { Coded, codedVector } from './coded.ts';
import { textVector, type Vector } from './vector.ts';

/** The same rows, null where `nulls` says so. */
export function withNulls(vector: Vector, nulls: Uint8Array): Vector {
	if (vector instanceof Coded) return codedVector(vector.words, vector.indexes, nulls);
	// A column held as bytes is no plain object: its strings are what is taken over.
	return vector.layout === 'text' ? textVector(vector.type, vector.values, nulls) : { ...vector, nulls };
}
