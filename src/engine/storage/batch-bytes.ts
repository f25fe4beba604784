import { AsciiText } from '../../data/ascii-text.ts';
import type { Batch } from '../../data/batch.ts';
import { Coded } from '../../data/coded.ts';
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
			// Where they are kept for long they become bytes.
			if (vector instanceof Coded) return nulls + vector.length * (4 + averageLength(vector.words));
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
			if (vector instanceof Coded) return nulls + vector.length * (vector.layout === 'int32' ? 4 : 8);
			return nulls + vector.values.byteLength;
	}
}

const averages = new WeakMap<Vector, number>();

function averageLength(words: Vector): number {
	let average = averages.get(words);
	if (average === undefined) {
		const size = words instanceof AsciiText ? words.size : (words.values as readonly string[]).reduce((sum, word) => sum + word.length, 0);
		average = size / words.length;
		averages.set(words, average);
	}
	return average;
}
