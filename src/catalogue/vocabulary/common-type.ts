import type { DataType } from '../../data/types.ts';

/** Digits before the point that every value of a whole type fits in. */
const WHOLE_DIGITS = { integer: 10, long: 19 } as const;
const MOST_DIGITS = 38;

/**
 * The narrowest type that values of two types become without one of them failing, as SQL brings the sides of a UNION together:
 * numbers a wider number, a date a datetime. Null where they do not go together.
 */
export function commonType(a: DataType, b: DataType): DataType | null {
	if (a.kind === b.kind && a.kind !== 'decimal') return a;
	const [first, second] = [a.kind, b.kind];
	if (isDated(first) && isDated(second)) return { kind: 'datetime' };
	if (!isNumber(first) || !isNumber(second)) return null;
	if (isInexact(first) || isInexact(second)) return { kind: 'double' };
	if (a.kind !== 'decimal' && b.kind !== 'decimal') return { kind: 'long' };
	const [wholeA, scaleA] = digitsOf(a);
	const [wholeB, scaleB] = digitsOf(b);
	const scale = Math.max(scaleA, scaleB);
	const precision = Math.max(wholeA, wholeB) + scale;
	return precision <= MOST_DIGITS ? { kind: 'decimal', precision, scale } : null;
}

/** Whether every value of a type, brought to the other that `commonType` named, is still the same number: a double keeps fifteen digits. */
export function holdsExactly(common: DataType, type: DataType): boolean {
	return !isInexact(common.kind) || type.kind === 'integer' || isInexact(type.kind);
}

function digitsOf(type: DataType): readonly [whole: number, scale: number] {
	if (type.kind === 'decimal') return [type.precision - type.scale, type.scale];
	return [type.kind === 'integer' ? WHOLE_DIGITS.integer : WHOLE_DIGITS.long, 0];
}

const isDated = (kind: DataType['kind']) => kind === 'date' || kind === 'datetime';
const isInexact = (kind: DataType['kind']) => kind === 'float' || kind === 'double';
const isNumber = (kind: DataType['kind']) => kind === 'integer' || kind === 'long' || kind === 'decimal' || isInexact(kind);
