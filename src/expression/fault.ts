import type { ExpressionFault } from './ir.ts';

/** A piece of an expression's source: 0-based code units. */
export interface Span {
	readonly offset: number;
	readonly length: number;
}

/** From the beginning of one span to the end of another. */
export function spanOf(first: Span, last: Span): Span {
	return { offset: first.offset, length: Math.max(0, last.offset + last.length - first.offset) };
}

export function faultAt(source: string, span: Span, message: string, hint: string): ExpressionFault {
	const before = source.slice(0, span.offset);
	const lineStart = before.lastIndexOf('\n') + 1;
	let line = 1;
	for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line++;
	return { message, hint, offset: span.offset, length: span.length, line, column: span.offset - lineStart + 1 };
}

/** Ends parsing at the first thing that cannot be read; `parseExpression` turns it into a fault. */
export class SyntaxFault extends Error {
	readonly span: Span;
	readonly hint: string;

	constructor(span: Span, message: string, hint: string) {
		super(message);
		this.span = span;
		this.hint = hint;
	}
}

/** A source text or value as it is shown inside a message: one line, at most 60 characters. */
export function excerpt(text: string): string {
	const line = text.replace(/\s+/g, ' ');
	return line.length <= 60 ? line : `${line.slice(0, 57)}…`;
}
