import { AsciiText } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import type { Vector } from '../../data/vector.ts';

/** About how much memory rows take in V8: a string is 16 bytes of header and a pointer beside its characters. */
export function batchBytes(batch: Batch): number {
	let sum = 0;
	for (const column of batch.columns) sum += vectorBytes(column);
	return sum;
}

function vectorBytes(vector: Vector): number {
	const nulls = vector.nulls === null ? 0 : vector.length;
	switch (vector.layout) {
		case 'text': {
			if (vector instanceof AsciiText) return nulls + vector.size + vector.length * 4;
			let characters = 0;
			for (let row = 0; row < vector.length; row++) characters += (vector.values[row] as string).length;
			return nulls + characters + vector.length * 24;
		}
		case 'bytes':
			return vector.values.reduce((sum, bytes) => sum + bytes.length + 100, nulls);
		case 'bigint':
			return nulls + vector.length * 40;
		default:
			return nulls + vector.values.byteLength;
	}
}
