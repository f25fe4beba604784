import { SyntaxFault } from '../fault.ts';
import { AGGREGATES, RESERVED } from '../words.ts';
import type { Ast } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression, parseList, parseUnary } from './expression.ts';
import type { Token } from './lexer.ts';
import { parseCase, parseCast, parseExtract, parseInterval, parseTemporal } from './special.ts';
import { parseType, typeInParentheses } from './type.ts';

/** A literal, column, variable, call, case, cast or something in parentheses, with what binds behind it. */
export function parseOperand(cursor: Cursor): Ast {
	let operand = parsePrimary(cursor);
	for (;;) {
		const token = cursor.current;
		if (cursor.takeSymbol('::')) {
			operand = cursor.node(operand.span, { kind: 'cast', type: parseType(cursor), argument: operand, lenient: false });
		} else if (cursor.takeSymbol('#')) {
			const key = parsePrimary(cursor);
			operand = cursor.node(operand.span, { kind: 'call', name: 'json_member', nameSpan: token, operator: '#', arguments: [operand, key] });
		} else return operand;
	}
}

function parsePrimary(cursor: Cursor): Ast {
	const token = cursor.current;
	switch (token.kind) {
		case 'number':
			cursor.next();
			return cursor.node(token, { kind: 'number', text: token.text });
		case 'text':
			cursor.next();
			return cursor.node(token, { kind: 'text', inside: token.text });
		case 'variable':
			cursor.next();
			return cursor.node(token, { kind: 'variable', name: token.text });
		case 'quoted':
			return parseColumn(cursor);
		case 'name':
			return parseNamed(cursor, token);
		default:
			if (token.text === '(') return parseParentheses(cursor);
			throw cursor.unexpected('Expected a value', "A value is a column, a number, 'text', a $variable, a function call or something in parentheses.");
	}
}

function parseParentheses(cursor: Cursor): Ast {
	if (cursor.isWord('select', 1) || cursor.isWord('with', 1)) throw subquery(cursor.peek(1));
	const open = cursor.current;
	if (typeInParentheses(cursor)) {
		const close = closingParenthesis(cursor);
		if (beginsOperand(cursor.peek(close + 1))) {
			cursor.next();
			const type = parseType(cursor);
			cursor.next();
			const argument = cursor.nested(() => parseUnary(cursor));
			return cursor.node(open, { kind: 'cast', type, argument, lenient: false });
		}
	}
	cursor.next();
	const inside = parseExpression(cursor);
	if (cursor.isSymbol(',')) throw cursor.unexpected('Expected )', 'A list in parentheses stands only behind in.');
	cursor.expectSymbol(')', 'Every ( needs a ).');
	return inside;
}

/** How far ahead the parenthesis behind the type is. */
function closingParenthesis(cursor: Cursor): number {
	if (!cursor.isSymbol('(', 2)) return 2;
	return cursor.isSymbol(',', 4) ? 7 : 5;
}

/** What makes `(type)` a cast rather than a column in parentheses; a sign does not: `(date) - 1` subtracts. */
function beginsOperand(token: Token): boolean {
	if (token.kind === 'symbol') return token.text === '(';
	if (token.kind !== 'name') return token.kind !== 'end';
	return !INFIX_WORDS.has(token.word) && (!RESERVED.has(token.word) || OPENING_WORDS.has(token.word));
}

const INFIX_WORDS: ReadonlySet<string> = new Set(['and', 'or', 'is', 'in', 'between', 'like', 'ilike', 'matches', 'div', 'not', 'escape', 'as', 'from']);
const OPENING_WORDS: ReadonlySet<string> = new Set(['case', 'cast', 'try_cast', 'null', 'true', 'false']);

function parseNamed(cursor: Cursor, token: Token): Ast {
	const called = cursor.isSymbol('(', 1);
	switch (token.word) {
		case 'null':
		case 'true':
		case 'false':
			cursor.next();
			return cursor.node(token, { kind: 'constant', value: token.word === 'null' ? null : token.word === 'true' });
		case 'case':
			return cursor.nested(() => parseCase(cursor));
		case 'cast':
		case 'try_cast':
			return parseCast(cursor, token.word === 'try_cast');
		case 'extract':
			if (called) return parseExtract(cursor);
			break;
		case 'date':
		case 'datetime':
		case 'timestamp':
		case 'timestamptz':
			if (cursor.peek(1).kind === 'text') return parseTemporal(cursor);
			break;
		case 'interval':
			if (cursor.peek(1).kind === 'text' || cursor.peek(1).kind === 'number') return parseInterval(cursor);
			break;
		case 'select':
		case 'with':
			if (!cursor.isSymbol('.', 1) && ['name', 'quoted', 'number', 'text'].includes(cursor.peek(1).kind)) throw subquery(token);
			break;
		case 'exists':
			if (called && cursor.isWord('select', 2)) throw subquery(token);
			break;
	}
	if (called && !RESERVED.has(token.word)) return parseCall(cursor, token);
	if (RESERVED.has(token.word)) throw cursor.unexpected('Expected a value', `A column of that name stands in double quotes: "${token.text}".`);
	return parseColumn(cursor);
}

function parseCall(cursor: Cursor, name: Token): Ast {
	cursor.next();
	cursor.next();
	if (cursor.isSymbol('*') && cursor.isSymbol(')', 1))
		throw new SyntaxFault(
			name,
			`${name.text}(*) is an aggregate, not an expression of one row.`,
			'Use an aggregate component, or a window component to keep the rows.',
		);
	if (cursor.isWord('distinct') && !cursor.isSymbol('.', 1))
		throw cursor.unexpected('Expected a value', 'Counting distinct values is an aggregate: use an aggregate component.');
	const args = parseList(cursor, `The arguments of ${name.text} are separated by commas and closed by ).`);
	const call = cursor.node(name, { kind: 'call', name: name.text, nameSpan: name, operator: null, arguments: args });
	if (cursor.isWord('over') && cursor.isSymbol('(', 1)) {
		const hint = AGGREGATES.has(name.word) ? 'Use a window component for it.' : "Window functions are the window component's.";
		throw cursor.unexpected('Expected an operator or the end', hint);
	}
	return call;
}

/** `name`, `"odd name"`, `source.name` */
function parseColumn(cursor: Cursor): Ast {
	const first = cursor.next();
	let name = first.text;
	let quoted = first.kind === 'quoted';
	while (cursor.isSymbol('.')) {
		cursor.next();
		const part = cursor.current;
		if (part.kind !== 'name' && part.kind !== 'quoted')
			throw cursor.unexpected('Expected a name behind the dot', 'Qualified columns are written source.column.');
		cursor.next();
		name += `.${part.text}`;
		quoted ||= part.kind === 'quoted';
	}
	if (cursor.isSymbol('('))
		throw cursor.unexpected('Expected an operator or the end', quoted ? 'Function names are written without double quotes.' : 'Function names have no dot.');
	return cursor.node(first, { kind: 'column', name, quoted });
}

function subquery(token: Token): SyntaxFault {
	return new SyntaxFault(
		token,
		'Subqueries are not allowed in an expression.',
		'Read the other table with a source component and join it, or use access_mode query on a database source.',
	);
}
