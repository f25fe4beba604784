import type { Coded } from '../../coded.ts';
import type { Vector } from '../../vector.ts';
import type { TextSink } from '../text-sink.ts';

/** A batch's column whose fields are written by copying those of its words. */
export interface WrittenWords {
	copy(sink: TextSink, row: number): void;
}

interface Fields {
	readonly words: Vector;
	readonly bytes: Uint8Array;
	/** Word i is `bytes` from `ends[i]` up to `ends[i + 1]`. */
	readonly ends: Int32Array;
}

/** The fields of dictionaries as they stand in a file, kept for as long as a column's batches share one. */
export class WordFields {
	readonly #last: (Fields | undefined)[] = [];

	/** Null where there are more words than rows, and they were not written for an earlier batch. `write` puts a word into the sink. */
	of(vector: Coded, column: number, sink: TextSink, write: (words: Vector, word: number) => void): WrittenWords | null {
		let fields = this.#last[column];
		if (fields?.words !== vector.words) {
			if (vector.words.length > vector.length * 4) return null;
			fields = written(vector.words, sink, write);
			this.#last[column] = fields;
		}
		const { bytes, ends } = fields;
		const { indexes } = vector;
		return {
			copy(to, row) {
				const index = indexes[row] as number;
				let from = ends[index] as number;
				const end = ends[index + 1] as number;
				to.ensure(end - from);
				const target = to.bytes;
				let { at } = to;
				while (from < end) target[at++] = bytes[from++] as number;
				to.at = at;
			},
		};
	}
}

function written(words: Vector, sink: TextSink, write: (words: Vector, word: number) => void): Fields {
	const start = sink.at;
	const ends = new Int32Array(words.length + 1);
	for (let word = 0; word < words.length; word++) {
		write(words, word);
		ends[word + 1] = sink.at - start;
	}
	const bytes = sink.bytes.slice(start, sink.at);
	sink.at = start;
	return { words, bytes, ends };
}
