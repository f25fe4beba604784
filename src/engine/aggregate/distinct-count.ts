import { vectorBuilder } from '../../data/builder.ts';
import { formatValue, parseValue } from '../../data/text.ts';
import type { DataType, Value } from '../../data/types.ts';
import { safeIntVector, textVector, type Vector } from '../../data/vector.ts';
import { type Dictionary, dictionary, NULL_CODE } from '../hash/dictionary.ts';
import { PairTable } from '../hash/pair-table.ts';
import type { Accumulator } from './accumulator.ts';

const JSON_TYPE: DataType = { kind: 'json' };

/** count_distinct that takes repeated values out by itself, in memory; for pivots, whose groups are as many as their columns. */
export class DistinctCount implements Accumulator {
	readonly stateTypes: readonly DataType[] = [JSON_TYPE];
	readonly #input: DataType;
	readonly #values: Dictionary;
	readonly #pairs = new PairTable();
	/** Codes seen by group. */
	readonly #codes: number[][] = [];

	constructor(input: DataType) {
		this.#input = input;
		this.#values = dictionary(input);
	}

	grow(groups: number): void {
		while (this.#codes.length < groups) this.#codes.push([]);
	}

	add(ids: Int32Array, vector: Vector | null, rows: number): void {
		if (vector === null) return;
		const codes = new Int32Array(rows);
		this.#values.encode(vector, codes);
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			const code = codes[i] as number;
			if (id < 0 || code === NULL_CODE) continue;
			const known = this.#pairs.size;
			if (this.#pairs.insert(id, code) === known) this.#codes[id]?.push(code);
		}
	}

	state(from: number, to: number): Vector[] {
		const texts = this.#codes
			.slice(from, to)
			.map((codes) => JSON.stringify(codes.map((code) => formatValue(this.#input, this.#values.value(code) as Exclude<Value, null>))));
		return [textVector(JSON_TYPE, texts, null)];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		const texts = (state[0] as Vector & { values: readonly string[] }).values;
		for (let i = 0; i < rows; i++) {
			const values = JSON.parse(texts[i] as string) as string[];
			const builder = vectorBuilder(this.#input, values.length);
			for (const text of values) builder.push(parseValue(this.#input, text) ?? null);
			this.add(new Int32Array(values.length).fill(ids[i] as number), builder.finish(), values.length);
		}
	}

	result(from: number, to: number): Vector {
		return safeIntVector(
			{ kind: 'long' },
			Float64Array.from(this.#codes.slice(from, to), (codes) => codes.length),
			null,
		);
	}

	get bytes(): number {
		return this.#values.bytes + this.#pairs.bytes * 2;
	}
}
