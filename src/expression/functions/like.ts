import { excerpt } from '../fault.ts';
import { codePointLength, unitIndex } from './code-points.ts';
import { defineFunction, type FunctionDefinition, preparedSignature } from './definition.ts';
import { optional, text } from './parameter.ts';

/** `%` any text, `_` any one character; no escape unless one is given, so that a backslash is a backslash. */
export const LIKE_FUNCTIONS: readonly FunctionDefinition[] = [
	likeFunction('like', "text like 'pattern'", 'Whether a pattern with % (any text) and _ (any character) matches the whole text.', (value) => value, [
		["'headgate' like 'head%'", 'true'],
		["'10%' like '10!%' escape '!'", 'true'],
	]),
	likeFunction('ilike', "text ilike 'pattern'", 'As like, upper and lower case being the same.', (value) => value.toLowerCase(), [
		["'HeadGate' ilike '%GATE'", 'true'],
	]),
];

function likeFunction(
	name: string,
	spelling: string,
	description: string,
	fold: (value: string) => string,
	examples: FunctionDefinition['examples'],
): FunctionDefinition {
	return defineFunction({
		name,
		spelling,
		operator: true,
		description,
		examples,
		signatures: [
			preparedSignature({
				parameters: [text('text'), text('pattern'), optional(text('escape'))],
				result: 'boolean',
				fails: [1, 2],
				checkLiterals: ([, pattern, sign]) => (typeof pattern === 'string' ? likeFault(pattern, typeof sign === 'string' ? sign : '') : null),
				prepare: () => {
					let last: { pattern: string; sign: string; test: (value: string) => boolean } | null = null;
					return (call, value, pattern, sign = '') => {
						if (last === null || last.pattern !== pattern || last.sign !== sign) {
							const pieces = likePieces(fold(pattern), fold(sign));
							if (pieces === null) return call.fail('invalid_argument', likeFault(pattern, sign) ?? '');
							last = { pattern, sign, test: likeTest(pieces) };
						}
						return last.test(fold(value));
					};
				},
			}),
		],
	});
}

function likeFault(pattern: string, sign: string): string | null {
	if (codePointLength(sign) > 1) return `An escape is one character, not '${excerpt(sign)}'.`;
	return likePieces(pattern, sign) === null ? `The pattern '${excerpt(pattern)}' ends with its escape character.` : null;
}

/** Texts between the `%`; null inside one stands for `_`. */
export type LikePiece = readonly (string | null)[];

/** Null where the escape is no single character, or the pattern ends with it. */
export function likePieces(pattern: string, sign: string): LikePiece[] | null {
	if (codePointLength(sign) > 1) return null;
	const pieces: (string | null)[][] = [[]];
	const characters = [...pattern];
	for (let at = 0; at < characters.length; at++) {
		const piece = pieces[pieces.length - 1] as (string | null)[];
		const character = characters[at] as string;
		if (sign !== '' && character === sign) {
			const escaped = characters[++at];
			if (escaped === undefined) return null;
			piece.push(escaped);
		} else if (character === '%') pieces.push([]);
		else piece.push(character === '_' ? null : character);
	}
	return pieces;
}

/** The first piece must begin the text, the last end it, and those between follow one another: no backtracking over `%`. */
export function likeTest(pieces: readonly LikePiece[]): (value: string) => boolean {
	const first = pieces[0] as LikePiece;
	const last = pieces[pieces.length - 1] as LikePiece;
	const middle = pieces.slice(1, -1).filter((piece) => piece.length > 0);
	if (pieces.every((piece) => !piece.includes(null))) return plainTest(pieces.map((piece) => piece.join('')));
	if (pieces.length === 1) return (value) => matchAt(first, value, 0) === value.length;
	return (value) => {
		let at = matchAt(first, value, 0);
		if (at === -1) return false;
		const lastStart = unitIndex(value, codePointLength(value) - last.length);
		for (const piece of middle) {
			at = findPiece(piece, value, at);
			if (at === -1) return false;
		}
		return at <= lastStart && codePointLength(value.slice(lastStart)) === last.length && matchAt(last, value, lastStart) === value.length;
	};
}

function plainTest(texts: readonly string[]): (value: string) => boolean {
	const first = texts[0] as string;
	const last = texts[texts.length - 1] as string;
	const middle = texts.slice(1, -1).filter((text) => text !== '');
	if (texts.length === 1) return (value) => value === first;
	return (value) => {
		if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
		let at = first.length;
		for (const text of middle) {
			const found = value.indexOf(text, at);
			if (found === -1) return false;
			at = found + text.length;
		}
		return at <= value.length - last.length;
	};
}

/** Where a piece that begins at an index ends, or -1. */
function matchAt(piece: LikePiece, value: string, index: number): number {
	let at = index;
	for (const wanted of piece) {
		const point = value.codePointAt(at);
		if (point === undefined) return -1;
		const width = point > 0xffff ? 2 : 1;
		if (wanted !== null && wanted !== value.slice(at, at + width)) return -1;
		at += width;
	}
	return at;
}

function findPiece(piece: LikePiece, value: string, from: number): number {
	for (let at = from; at <= value.length; at += (value.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) {
		const end = matchAt(piece, value, at);
		if (end !== -1) return end;
	}
	return -1;
}
