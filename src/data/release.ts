import { AsciiText } from './ascii-text.ts';
import type { Batch } from './batch.ts';
import { Coded } from './coded.ts';
import type { Vector } from './vector.ts';

/**
 * Gives back the memory of rows at once, which otherwise waits for a collection of old garbage: those come seldom, because the
 * heap that decides about them is small while typed arrays beside it are not. Whoever calls it must have made the rows (no views
 * of others' memory) and have given them to nobody: they are empty afterwards.
 */
export function releaseBatch(batch: Batch): void {
	for (const column of batch.columns) releaseVector(column);
}

export function releaseVector(vector: Vector): void {
	release(vector.nulls);
	if (vector instanceof Coded) release((vector as Coded).indexes);
	else if (vector instanceof AsciiText) {
		release(vector.bytes);
		release(vector.ends);
	} else if (vector.layout === 'float64') {
		release(vector.values);
		release(vector.offsets ?? null);
	} else if (vector.layout === 'int32' || vector.layout === 'safeint' || vector.layout === 'bool') release(vector.values);
}

/** The same for one array, which must have its memory for itself. */
export function release(array: { readonly buffer: ArrayBufferLike } | null): void {
	if (array === null || !(array.buffer instanceof ArrayBuffer) || array.buffer.detached) return;
	array.buffer.transfer(0);
}
