import type { TypeKind } from '../../data/types.ts';

const NUMBERS: readonly TypeKind[] = ['integer', 'long', 'decimal', 'float', 'double'];
const EVERY: readonly TypeKind[] = [...NUMBERS, 'string', 'boolean', 'datetime', 'date', 'binary', 'json'];

/** What each kind may be cast to besides itself, string and json. */
const CASTS: Readonly<Record<TypeKind, readonly TypeKind[]>> = {
	string: EVERY,
	json: EVERY.filter((kind) => kind !== 'binary'),
	integer: [...NUMBERS, 'boolean'],
	long: [...NUMBERS, 'boolean'],
	decimal: [...NUMBERS, 'boolean'],
	float: [...NUMBERS, 'boolean'],
	double: [...NUMBERS, 'boolean'],
	boolean: NUMBERS,
	date: ['datetime'],
	datetime: ['date'],
	binary: [],
};

export function canCast(from: TypeKind, to: TypeKind): boolean {
	return from === to || to === 'string' || (to === 'json' && from !== 'binary') || CASTS[from].includes(to);
}

/** What to write instead of a cast that is not there. */
export function castAdvice(from: TypeKind, to: TypeKind): string {
	const dated = (kind: TypeKind) => kind === 'date' || kind === 'datetime';
	if (dated(from) && NUMBERS.includes(to)) return "Write ToUnixTime(x) for seconds since 1970, GetYear(x) for the year, x - date '1970-01-01' for days.";
	if (NUMBERS.includes(from) && dated(to)) return 'Write FromUnixTime(x) for seconds since 1970, ToDate(x) for milliseconds, MakeDate(year, month, day).';
	if (from === 'binary') return 'Write cast(x as string) for base64, decode_utf8(x) for the text the bytes hold.';
	return `${from} can be cast to ${EVERY.filter((kind) => kind !== from && canCast(from, kind)).join(', ')}.`;
}
