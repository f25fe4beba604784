import { AppError } from '../lib/errors.ts';

/** A field of a date pattern, or (`letter` null) text that stands for itself. */
export interface PatternPart {
	readonly letter: PatternLetter | null;
	readonly width: number;
	readonly text: string;
}

export type PatternLetter = 'y' | 'M' | 'd' | 'E' | 'H' | 'h' | 'a' | 'm' | 's' | 'S' | 'X' | 'Z';

/** How often a letter may be repeated. */
const WIDTHS: Readonly<Record<PatternLetter, readonly number[]>> = {
	y: [1, 2, 4],
	M: [1, 2, 3, 4],
	d: [1, 2],
	E: [1, 2, 3, 4],
	H: [1, 2],
	h: [1, 2],
	a: [1],
	m: [1, 2],
	s: [1, 2],
	S: [1, 2, 3, 4, 5, 6, 7, 8, 9],
	X: [1, 2, 3],
	Z: [1, 2, 3],
};

const VALID = 'yyyy yy MMMM MMM MM M dd d EEE HH H hh h a mm m ss s S (fraction digits) X Z (offset), text in single quotes, e.g. dd/MM/yyyy HH:mm:ss';

/** Splits a pattern into its parts; throws `AppError` at the first letter, or number of it, that means nothing. */
export function compilePattern(pattern: string): PatternPart[] {
	const parts: PatternPart[] = [];
	for (const [piece] of pattern.matchAll(/'(?:[^']|'')*'?|([A-Za-z])\1*|[^A-Za-z']+/g)) {
		if (piece.startsWith("'")) parts.push({ letter: null, width: 0, text: quoted(piece, pattern) });
		else if (!/^[A-Za-z]/.test(piece)) parts.push({ letter: null, width: 0, text: piece });
		else parts.push(field(piece, pattern));
	}
	if (!parts.some((part) => part.letter !== null)) {
		throw new AppError('invalid_input', `the date format ${JSON.stringify(pattern)} names no part of a date`, { hint: `A date format is made of ${VALID}.` });
	}
	return parts;
}

function field(piece: string, pattern: string): PatternPart {
	const letter = piece.charAt(0);
	const widths = Object.hasOwn(WIDTHS, letter) ? WIDTHS[letter as PatternLetter] : [];
	if (!widths.includes(piece.length)) {
		const percent = pattern.includes('%') ? ' (the % spelling of strftime is not understood)' : '';
		throw new AppError('invalid_input', `${JSON.stringify(piece)} in the date format ${JSON.stringify(pattern)} means nothing${percent}`, {
			hint: `A date format is made of ${VALID}.`,
		});
	}
	return { letter: letter as PatternLetter, width: piece.length, text: piece };
}

function quoted(piece: string, pattern: string): string {
	if (piece === "''") return "'";
	if (piece.length < 2 || !piece.endsWith("'")) {
		throw new AppError('invalid_input', `the date format ${JSON.stringify(pattern)} has a quote that is not closed`, {
			hint: "Text is written 'like this', a quote itself ''.",
		});
	}
	return piece.slice(1, -1).replaceAll("''", "'");
}
