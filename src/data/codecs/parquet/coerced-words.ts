import { Coded, canBeWords, codedVector } from '../../coded.ts';
import { coerceVector } from '../../coerce.ts';
import { sameType } from '../../type-names.ts';
import type { Vector } from '../../vector.ts';
import type { WantedField } from '../codec.ts';

/** Dictionaries as the types that fields have, made once each. */
export class CoercedWords {
	readonly #made = new WeakMap<Vector, Map<WantedField, Vector | null>>();

	/** A coded column as the field's type; null where that has to be done row by row, because it has no words or some are not of the type. */
	coerced(vector: Vector, field: WantedField): Vector | null {
		if (!(vector instanceof Coded) || sameType(vector.type, field.type)) return null;
		const words = this.#wordsOf(vector.words, field);
		return words === null ? null : codedVector(words, vector.indexes, vector.nulls);
	}

	#wordsOf(words: Vector, field: WantedField): Vector | null {
		let made = this.#made.get(words);
		if (made === undefined) {
			made = new Map();
			this.#made.set(words, made);
		}
		let coerced = made.get(field);
		if (coerced === undefined) {
			let failed = false;
			const vector = coerceVector(words, field.type, field.format, () => {
				failed = true;
			});
			coerced = failed || !canBeWords(vector) ? null : vector;
			made.set(field, coerced);
		}
		return coerced;
	}
}
