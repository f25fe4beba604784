import type { DataType } from '../../data/types.ts';
import { type BooleanVector, booleanVector, type Vector } from '../../data/vector.ts';
import { maskOf, type Operand } from './operand.ts';

export const BOOLEAN: DataType = { kind: 'boolean' };

/** Three-valued truth while it is combined: one byte a row. */
export const FALSE = 0;
export const TRUE = 1;
export const NULL = 2;

/** What two truths make, the first times three added to the second. */
const AND = Uint8Array.of(FALSE, FALSE, FALSE, FALSE, TRUE, NULL, FALSE, NULL, NULL);
const OR = Uint8Array.of(FALSE, TRUE, NULL, TRUE, TRUE, TRUE, NULL, TRUE, NULL);

/** The truth of each row of a boolean operand. */
export function truths(operand: Operand, length: number): Uint8Array {
	const { values, nulls } = operand.vector as BooleanVector;
	const mask = maskOf(operand);
	if (nulls === null && !operand.constant) return values.slice(0, length);
	const out = new Uint8Array(length);
	if (nulls === null) out.fill(values[0] as number);
	else for (let row = 0; row < length; row++) out[row] = nulls[row & mask] === 1 ? NULL : (values[row & mask] as number);
	return out;
}

/** Truths as a vector; the array is taken over. */
export function truthVector(of: Uint8Array): Vector {
	let nulls: Uint8Array | null = null;
	const first = of.indexOf(NULL);
	for (let row = first < 0 ? of.length : first; row < of.length; row++) {
		if (of[row] !== NULL) continue;
		nulls ??= new Uint8Array(of.length);
		nulls[row] = 1;
		of[row] = FALSE;
	}
	return booleanVector(BOOLEAN, of, nulls);
}

/**
 * Folds another argument's truths into `into`. `rows` says which rows the argument was evaluated for (null: all).
 * For `and`, false decides and null is kept unless false comes; for `or`, true does.
 */
export function combine(kind: 'and' | 'or', into: Uint8Array, argument: Uint8Array, rows: Uint32Array | null): void {
	// Looked up, because a branch a row that nobody can foresee costs more than the rest.
	const together = kind === 'and' ? AND : OR;
	if (rows === null) for (let row = 0; row < argument.length; row++) into[row] = together[(into[row] as number) * 3 + (argument[row] as number)] as number;
	else
		for (let at = 0; at < argument.length; at++) {
			const row = rows[at] as number;
			into[row] = together[(into[row] as number) * 3 + (argument[at] as number)] as number;
		}
}

/** Rows whose truth is not yet the deciding one: those a further argument is evaluated for. */
export function undecided(kind: 'and' | 'or', of: Uint8Array): Uint32Array {
	const deciding = kind === 'and' ? FALSE : TRUE;
	const rows = new Uint32Array(of.length);
	let count = 0;
	for (let row = 0; row < of.length; row++) if (of[row] !== deciding) rows[count++] = row;
	return rows.subarray(0, count);
}

export function not(operand: Operand, length: number): Vector {
	const { values, nulls } = operand.vector as BooleanVector;
	const mask = maskOf(operand);
	const out = new Uint8Array(length);
	for (let row = 0; row < length; row++) out[row] = 1 - (values[row & mask] as number);
	return booleanVector(BOOLEAN, out, nulls === null || !operand.constant ? nulls : new Uint8Array(length).fill(1));
}

/** `wanted` 1: is null; 0: is not null. */
export function nullness(operand: Operand, length: number, wanted: 0 | 1): Vector {
	const { nulls } = operand.vector;
	const mask = maskOf(operand);
	const out = new Uint8Array(length);
	if (nulls === null) out.fill(1 - wanted);
	else for (let row = 0; row < length; row++) out[row] = nulls[row & mask] === wanted ? 1 : 0;
	return booleanVector(BOOLEAN, out, null);
}
