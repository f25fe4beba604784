import { isNull, offsetAt, valueAt } from '../../data/access.ts';
import { vectorBuilder } from '../../data/builder.ts';
import { toJsonValue } from '../../data/json.ts';
import type { DataType } from '../../data/types.ts';
import { textVector, type Vector } from '../../data/vector.ts';
import type { Accumulator } from './accumulator.ts';

const JSON_TYPE: DataType = { kind: 'json' };

/** collect: the values that are not null as a JSON array, in the order in which rows arrive. */
export class Collect implements Accumulator {
	readonly stateTypes: readonly DataType[] = [JSON_TYPE];
	/** Array members joined by commas; the brackets come with the result. */
	readonly #members: string[] = [];
	#characters = 0;

	grow(groups: number): void {
		while (this.#members.length < groups) this.#members.push('');
	}

	add(ids: Int32Array, vector: Vector | null, rows: number): void {
		if (vector === null) return;
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id >= 0 && !isNull(vector, i)) this.#append(id, JSON.stringify(toJsonValue(vector.type, valueAt(vector, i), offsetAt(vector, i))));
		}
	}

	state(from: number, to: number): Vector[] {
		return [textVector(JSON_TYPE, this.#members.slice(from, to), null)];
	}

	merge(ids: Int32Array, state: readonly Vector[], rows: number): void {
		const members = (state[0] as Vector & { values: readonly string[] }).values;
		for (let i = 0; i < rows; i++) if (members[i] !== '') this.#append(ids[i] as number, members[i] as string);
	}

	result(from: number, to: number): Vector {
		const builder = vectorBuilder(JSON_TYPE, to - from);
		for (let id = from; id < to; id++) builder.push(`[${this.#members[id]}]`);
		return builder.finish();
	}

	get bytes(): number {
		return this.#members.length * 40 + this.#characters;
	}

	#append(id: number, member: string): void {
		const before = this.#members[id] as string;
		this.#members[id] = before === '' ? member : `${before},${member}`;
		this.#characters += member.length + 1;
	}
}
