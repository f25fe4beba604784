import { concatAscii } from './ascii-text.ts';
import type { Batch } from './batch.ts';
import { Coded, codedVector, concatCoded } from './coded.ts';
import { bigIntVector, booleanVector, bytesVector, float64Vector, int32Vector, safeIntVector, textVector, type Vector } from './vector.ts';

/** With fewer rows than this for each word of theirs columns of several dictionaries become plain. */
const ROWS_A_WORD = 4;

/** All rows of vectors of one type, in order. At least one vector. */
export function concatVectors(vectors: readonly Vector[]): Vector {
	const first = vectors[0];
	if (first === undefined) throw new RangeError('concatVectors needs at least one vector');
	if (vectors.length === 1) return first;
	const { type } = first;
	const length = vectors.reduce((sum, vector) => sum + vector.length, 0);
	const nulls = concatNulls(vectors, length);
	const coded = concatCoded(vectors, length, nulls) ?? united(vectors, length, nulls);
	if (coded !== null) return coded;
	switch (first.layout) {
		case 'text':
			return concatAscii(vectors, nulls) ?? textVector(type, concatTexts(vectors, length), nulls);
		case 'bytes':
			return bytesVector(
				type,
				vectors.flatMap((vector) => (vector.layout === 'bytes' ? vector.values : [])),
				nulls,
			);
		case 'int32':
			return int32Vector(type, filled(new Int32Array(length), vectors), nulls);
		case 'bool':
			return booleanVector(type, filled(new Uint8Array(length), vectors), nulls);
		case 'float64':
			return float64Vector(type, filled(new Float64Array(length), vectors), nulls, concatOffsets(vectors, length));
		case 'safeint':
		case 'bigint':
			if (vectors.every((vector) => vector.layout === 'safeint')) return safeIntVector(type, filled(new Float64Array(length), vectors), nulls);
			return bigIntVector(type, vectors.flatMap(asBigInts), nulls);
	}
}

/** Coded columns of several dictionaries, as row groups have their own, by all their words one behind another; null where that is not worth it. */
function united(vectors: readonly Vector[], length: number, nulls: Uint8Array | null): Vector | null {
	const firsts = new Map<Vector, number>();
	let size = 0;
	for (const vector of vectors) {
		if (!(vector instanceof Coded)) return null;
		const { words } = vector as Coded;
		if (firsts.has(words)) continue;
		firsts.set(words, size);
		size += words.length;
		if (size * ROWS_A_WORD > length) return null;
	}
	const words = concatVectors([...firsts.keys()]);
	const indexes = new Int32Array(length);
	let at = 0;
	for (const vector of vectors) {
		const { words: own, indexes: given } = vector as unknown as Coded;
		const first = firsts.get(own) as number;
		for (let row = 0; row < given.length; row++) indexes[at++] = (given[row] as number) + first;
	}
	return codedVector(words, indexes, nulls);
}

/** All rows of batches of one schema, in order. At least one batch. */
export function concatBatches(batches: readonly Batch[]): Batch {
	const first = batches[0];
	if (first === undefined) throw new RangeError('concatBatches needs at least one batch');
	if (batches.length === 1) return first;
	return {
		schema: first.schema,
		length: batches.reduce((sum, batch) => sum + batch.length, 0),
		columns: first.columns.map((_, column) => concatVectors(batches.map((batch) => batch.columns[column] as Vector))),
	};
}

/** A loop, because `flatMap` takes ten times as long. */
function concatTexts(vectors: readonly Vector[], length: number): string[] {
	const texts = new Array<string>(length);
	let at = 0;
	for (const vector of vectors) {
		if (vector.layout !== 'text') continue;
		const { values } = vector;
		for (let row = 0; row < vector.length; row++) texts[at++] = values[row] as string;
	}
	return texts;
}

function filled<T extends Int32Array | Uint8Array | Float64Array>(target: T, vectors: readonly Vector[]): T {
	let at = 0;
	for (const vector of vectors) {
		if (vector.layout !== 'text' && vector.layout !== 'bytes' && vector.layout !== 'bigint') target.set(vector.values, at);
		at += vector.length;
	}
	return target;
}

function asBigInts(vector: Vector): readonly bigint[] {
	if (vector.layout === 'bigint') return vector.values;
	return vector.layout === 'safeint' ? Array.from(vector.values, (value) => BigInt(value)) : [];
}

function concatNulls(vectors: readonly Vector[], length: number): Uint8Array | null {
	if (vectors.every((vector) => vector.nulls === null)) return null;
	const nulls = new Uint8Array(length);
	let at = 0;
	for (const vector of vectors) {
		if (vector.nulls !== null) nulls.set(vector.nulls, at);
		at += vector.length;
	}
	return nulls;
}

function concatOffsets(vectors: readonly Vector[], length: number): Int16Array | null {
	if (vectors.every((vector) => vector.layout !== 'float64' || !vector.offsets)) return null;
	const offsets = new Int16Array(length);
	let at = 0;
	for (const vector of vectors) {
		if (vector.layout === 'float64' && vector.offsets) offsets.set(vector.offsets, at);
		at += vector.length;
	}
	return offsets;
}
