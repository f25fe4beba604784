import { faultAt, SyntaxFault } from './fault.ts';
import type { ExpressionFault } from './ir.ts';
import { MAX_SOURCE_LENGTH } from './limits.ts';
import type { Ast } from './syntax/ast.ts';
import { Cursor } from './syntax/cursor.ts';
import { parseExpression as parseWhole } from './syntax/expression.ts';
import { tokenize } from './syntax/lexer.ts';

export type Parsed = { readonly ast: Ast } | { readonly faults: readonly ExpressionFault[] };

/**
 * Reads one expression. Time and memory are linear in the text, which is bounded, as are nodes and depth (limits.ts): a text
 * past a bound is a fault like any other, never an exception.
 */
export function parseExpression(text: string): Parsed {
	if (text.length > MAX_SOURCE_LENGTH) {
		const message = `The expression is ${text.length} characters long; at most ${MAX_SOURCE_LENGTH} are read.`;
		return { faults: [faultAt('', { offset: 0, length: 0 }, message, 'Split it over several select components, or join with a table that holds the values.')] };
	}
	try {
		const cursor = new Cursor(tokenize(text));
		if (cursor.atEnd) throw new SyntaxFault(cursor.current, 'The expression is empty.', 'Write a column, a value or a formula, e.g. price * quantity.');
		const ast = parseWhole(cursor);
		if (!cursor.atEnd) throw cursor.unexpected('Expected an operator or the end of the expression', trailingHint(cursor));
		return { ast };
	} catch (error) {
		if (error instanceof SyntaxFault) return { faults: [faultAt(text, error.span, error.message, error.hint)] };
		throw error;
	}
}

function trailingHint(cursor: Cursor): string {
	const { current, previous } = cursor;
	if (current.word === 'as') return 'The name of the result is the alias field, not part of the expression.';
	if (current.kind === 'symbol' && current.text === ',') return 'One expression gives one value; write several columns as several entries.';
	if (current.kind === 'symbol' && current.text === ')') return 'There is a ) without its (.';
	if (current.kind === 'text' && previous.kind === 'text') return "A quote inside text is doubled: 'it''s'.";
	if ((current.kind === 'name' || current.kind === 'quoted') && previous.kind === 'name')
		return 'A column whose name has blanks stands in double quotes: "odd name".';
	if (['rlike', 'regexp', 'similar'].includes(current.word)) return "Regular expressions are written x matches 'regex', over the whole text.";
	return 'Is an operator or a comma missing here?';
}
