import { isNull, offsetAt, valueAt } from '../../data/access.ts';
import { vectorBuilder } from '../../data/builder.ts';
import { toJsonValue } from '../../data/json.ts';
import type { DataType } from '../../data/types.ts';
import { textVector, type Vector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import type { Accumulator } from './accumulator.ts';

/** As much as a record of a file may have. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

const JSON_TYPE: DataType = { kind: 'json' };

/** A value as a member of a JSON list; one that is JSON already as it is, with all its digits. */
export function jsonMember(vector: Vector, row: number): string {
	const value = valueAt(vector, row);
	return vector.type.kind === 'json' ? (value as string) : JSON.stringify(toJsonValue(vector.type, value, offsetAt(vector, row)));
}

/** collect: the values that are not null as a JSON array, in the order in which rows arrive. */
export class Collect implements Accumulator {
	readonly stateTypes: readonly DataType[] = [JSON_TYPE];
	/** Array members joined by commas; the brackets come with the result. */
	readonly #members: string[] = [];
	#characters = 0;
	readonly #label: string;

	constructor(label: string) {
		this.#label = label;
	}

	grow(groups: number): void {
		while (this.#members.length < groups) this.#members.push('');
	}

	add(ids: Int32Array, vector: Vector | null, rows: number): void {
		if (vector === null) return;
		for (let i = 0; i < rows; i++) {
			const id = ids[i] as number;
			if (id >= 0 && !isNull(vector, i)) this.#append(id, jsonMember(vector, i));
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
		if (before.length + member.length > MOST_CHARACTERS) {
			throw new AppError('limit', `${this.#label} would be a list of more than ${MOST_CHARACTERS} characters`, {
				hint: 'Collect smaller groups or fewer columns, or keep the rows as rows.',
			});
		}
		this.#members[id] = before === '' ? member : `${before},${member}`;
		this.#characters += member.length + 1;
	}
}
