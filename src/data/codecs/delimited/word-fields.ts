import type { Coded } from '../../coded.ts';
import type { Vector } from '../../vector.ts';
import type { TextSink } from '../text-sink.ts';

/** Fields as they stand in a file: field i is `bytes` from `ends[i]` up to `ends[i + 1]`. */
export interface Fields {
	readonly bytes: Uint8Array;
	readonly ends: Int32Array;
}

interface WordsWritten extends Fields {
	readonly words: Vector;
}

/** The fields of dictionaries, kept for as long as a column's batches share one. */
export class WordFields {
	readonly #last: (WordsWritten | undefined)[] = [];

	/** Null where there are more words than rows, and they were not written for an earlier batch. `write` puts a word into the sink. */
	of(vector: Coded, column: number, sink: TextSink, write: (words: Vector, word: number) => void): Fields | null {
		const last = this.#last[column];
		if (last?.words === vector.words) return last;
		if (vector.words.length > vector.length * 4) return null;
		const fields = written(vector.words, sink, write);
		this.#last[column] = fields;
		return fields;
	}
}

/** Copies a field to the end of the sink. */
export function copyField({ bytes, ends }: Fields, index: number, sink: TextSink): void {
	let from = ends[index] as number;
	const end = ends[index + 1] as number;
	sink.ensure(end - from);
	const target = sink.bytes;
	let { at } = sink;
	while (from < end) target[at++] = bytes[from++] as number;
	sink.at = at;
}

function written(words: Vector, sink: TextSink, write: (words: Vector, word: number) => void): WordsWritten {
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
