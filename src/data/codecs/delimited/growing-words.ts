import type { DataType } from '../../types.ts';
import { textVector, type Vector } from '../../vector.ts';

/** A dictionary that has grown past this begins anew with the next block. */
const MOST_WORDS = 4096;

/** The distinct texts of a column's blocks so far. Blocks that bring no new ones share one column of words, so that what was found out about it stays known. */
export class GrowingWords {
	readonly #type: DataType;
	#places = new Map<string, number>();
	#texts: string[] = [];
	#words: Vector | null = null;

	constructor(type: DataType) {
		this.#type = type;
	}

	/** A new block. */
	begin(): void {
		if (this.#texts.length <= MOST_WORDS) return;
		this.#places = new Map();
		this.#texts = [];
		this.#words = null;
	}

	/** Where the text is among the words; behind them, where it is new. */
	place(text: string): number {
		const known = this.#places.get(text);
		if (known !== undefined) return known;
		this.#words = null;
		this.#places.set(text, this.#texts.length);
		return this.#texts.push(text) - 1;
	}

	/** Null where there are none. */
	words(): Vector | null {
		if (this.#texts.length === 0) return null;
		this.#words ??= textVector(this.#type, [...this.#texts], null);
		return this.#words;
	}
}
