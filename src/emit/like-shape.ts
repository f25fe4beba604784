import { likePieces } from '../expression/functions/like.ts';
import type { Expr } from '../expression/ir.ts';

/** A like pattern without `_`: the whole text, or how it begins and ends and what lies between, in order. */
export type LikeShape = { readonly whole: string } | { readonly first: string; readonly between: readonly string[]; readonly last: string };

/** Null where the pattern or escape is no literal, has a `_`, or a NUL, at which many databases' text functions end. */
export function likeShape([, pattern, sign]: readonly Expr[]): LikeShape | null {
	const written = pattern === undefined ? null : plainText(pattern);
	const escaping = sign === undefined ? '' : plainText(sign);
	const pieces = written === null || escaping === null ? null : likePieces(written, escaping);
	if (pieces === null || !pieces.every((piece) => piece.every((character) => character !== null))) return null;
	const texts = pieces.map((piece) => piece.join(''));
	if (texts.length === 1) return { whole: texts[0] as string };
	return { first: texts[0] as string, between: texts.slice(1, -1).filter((part) => part !== ''), last: texts[texts.length - 1] as string };
}

/** The text of a literal without NUL. */
export function plainText(expr: Expr): string | null {
	return expr.kind === 'literal' && typeof expr.value === 'string' && expr.type.kind === 'string' && !expr.value.includes('\0') ? expr.value : null;
}
