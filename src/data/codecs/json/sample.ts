import { AppError } from '../../../lib/errors.ts';
import { typeInferrer } from '../../infer.ts';
import { isExactNumber, parseJsonNumbers } from '../../json-text.ts';
import type { DataType } from '../../types.ts';
import type { DecodedBatch, DiscoveredField } from '../codec.ts';
import { VALUE_MEMBER } from './record-builder.ts';

/**
 * The members of records, in the order they first appear. The batches hold each record whole, as json, in column 0. Throws
 * `AppError` where none of them could be read.
 */
export function sampleRecords(batches: readonly DecodedBatch[]): DiscoveredField[] {
	const members = new Map<string, MemberInferrer>();
	for (const { batch } of batches) {
		const records = batch.columns[0];
		if (records?.layout !== 'text') continue;
		for (let row = 0; row < batch.length; row++) {
			if (records.nulls?.[row] === 1) continue;
			const record = parseJsonNumbers(records.values[row] as string);
			const entries =
				typeof record === 'object' && record !== null && !Array.isArray(record) && !isExactNumber(record)
					? Object.entries(record)
					: [[VALUE_MEMBER, record] as const];
			for (const [name, value] of entries) {
				let member = members.get(name);
				if (member === undefined) {
					member = new MemberInferrer();
					members.set(name, member);
				}
				member.add(value);
			}
		}
	}
	const [error] = batches.flatMap(({ errors }) => errors);
	if (members.size === 0 && error !== undefined) {
		throw new AppError('invalid_input', `record ${error.record}: ${error.message}`, { hint: 'Check record_type, compression and char_encoding.' });
	}
	return [...members].map(([name, member]) => ({ source: name, name, type: member.type() }));
}

/**
 * The narrowest type of a member's values. JSON says itself what is a number, so texts are never numbers here; but it has no
 * dates, so texts that all are dates are.
 */
class MemberInferrer {
	readonly #numbers = typeInferrer();
	readonly #texts = typeInferrer();
	readonly #kinds = new Set<'number' | 'text' | 'boolean' | 'structure'>();

	add(value: unknown): void {
		if (value === null) return;
		if (typeof value === 'number' || isExactNumber(value)) {
			this.#kinds.add('number');
			this.#numbers.add(typeof value === 'number' ? String(value) : value.rawJSON);
		} else if (typeof value === 'string') {
			this.#kinds.add('text');
			// An empty text is no date.
			this.#texts.add(value === '' ? 'text' : value);
		} else this.#kinds.add(typeof value === 'boolean' ? 'boolean' : 'structure');
	}

	type(): DataType {
		const [only, ...others] = this.#kinds;
		if (this.#kinds.has('structure')) return { kind: 'json' };
		if (only === undefined || others.length > 0) return { kind: 'string' };
		if (only === 'number') return this.#numbers.type();
		if (only === 'boolean') return { kind: 'boolean' };
		const type = this.#texts.type();
		return type.kind === 'date' || type.kind === 'datetime' ? type : { kind: 'string' };
	}
}
