import { SyntaxFault } from '../fault.ts';
import type { Ast } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './lexer.ts';
import { parseOperand } from './operand.ts';
import { parsePredicate, predicateAhead } from './predicate.ts';

/**
 * Binding powers, weakest first. As in PostgreSQL, `||` binds weaker than + and -; comparisons do not chain.
 * Weaker than all of them is `condition ? a : b`, stronger are unary minus, `!`, casts, `::` and `#`.
 */
export const POWER = { or: 1, and: 2, not: 3, comparison: 4, concat: 5, sum: 6, product: 7 } as const;

interface Infix {
	readonly power: number;
	/** Canonical function name. */
	readonly name: string;
}

const SYMBOLS: ReadonlyMap<string, Infix> = new Map([
	['&&', { power: POWER.and, name: 'and' }],
	['=', { power: POWER.comparison, name: 'eq' }],
	['==', { power: POWER.comparison, name: 'eq' }],
	['!=', { power: POWER.comparison, name: 'ne' }],
	['<>', { power: POWER.comparison, name: 'ne' }],
	['<', { power: POWER.comparison, name: 'lt' }],
	['<=', { power: POWER.comparison, name: 'le' }],
	['>', { power: POWER.comparison, name: 'gt' }],
	['>=', { power: POWER.comparison, name: 'ge' }],
	['||', { power: POWER.concat, name: 'concat' }],
	['+', { power: POWER.sum, name: 'add' }],
	['-', { power: POWER.sum, name: 'subtract' }],
	['*', { power: POWER.product, name: 'multiply' }],
	['/', { power: POWER.product, name: 'divide' }],
	['%', { power: POWER.product, name: 'mod' }],
]);

const WORDS: ReadonlyMap<string, Infix> = new Map([
	['or', { power: POWER.or, name: 'or' }],
	['and', { power: POWER.and, name: 'and' }],
	['div', { power: POWER.product, name: 'div' }],
]);

function infixAt(token: Token): Infix | undefined {
	if (token.kind === 'symbol') return SYMBOLS.get(token.text);
	return token.kind === 'name' ? WORDS.get(token.word) : undefined;
}

/** A whole expression, `? :` included; a chain of `a ? b : c ? d : e` becomes one flat case. */
export function parseExpression(cursor: Cursor): Ast {
	return cursor.nested(() => {
		const first = parseBinary(cursor, 0);
		if (!cursor.isSymbol('?')) return first;
		const branches: { when: Ast; then: Ast }[] = [];
		let condition = first;
		while (cursor.takeSymbol('?')) {
			const then = parseExpression(cursor);
			cursor.expectSymbol(':', 'A condition is written condition ? value : otherwise.');
			branches.push({ when: condition, then });
			condition = parseBinary(cursor, 0);
		}
		return cursor.node(first.span, { kind: 'case', operand: null, branches, otherwise: condition });
	});
}

/** Everything that binds at least as strongly as `least`. */
export function parseBinary(cursor: Cursor, least: number): Ast {
	let left = parsePrefix(cursor);
	let compared: Ast | null = null;
	for (;;) {
		const token = cursor.current;
		if (POWER.comparison >= least && predicateAhead(cursor)) {
			if (left === compared && token.word !== 'is') throw chained(token);
			left = parsePredicate(cursor, left);
			compared = left;
			continue;
		}
		const infix = infixAt(token);
		if (infix === undefined || infix.power < least) return left;
		if (infix.power === POWER.comparison && left === compared) throw chained(token);
		left = parseInfix(cursor, left, infix);
		if (infix.power === POWER.comparison) compared = left;
	}
}

function parseInfix(cursor: Cursor, left: Ast, infix: Infix): Ast {
	const operator = cursor.next();
	const operands = [left, parseBinary(cursor, infix.power + 1)];
	if (infix.name === 'and' || infix.name === 'or' || infix.name === 'concat') {
		// Flat, so that a chain of ten thousand is one level deep.
		for (let next = infixAt(cursor.current); next?.name === infix.name; next = infixAt(cursor.current)) {
			cursor.next();
			operands.push(parseBinary(cursor, infix.power + 1));
		}
	}
	if (infix.name === 'and' || infix.name === 'or') return cursor.node(left.span, { kind: 'logical', operator: infix.name, arguments: operands });
	return cursor.node(left.span, { kind: 'call', name: infix.name, nameSpan: operator, operator: operator.text, arguments: operands });
}

function chained(token: Token): SyntaxFault {
	return new SyntaxFault(
		token,
		`Comparisons do not chain: ${token.text} cannot follow another comparison.`,
		'Write a < b and b < c, or put one comparison in parentheses.',
	);
}

/** not, !, -, + and what they stand before. */
function parsePrefix(cursor: Cursor): Ast {
	const token = cursor.current;
	if (token.word === 'not') {
		cursor.next();
		const argument = cursor.nested(() => parseBinary(cursor, POWER.not));
		return cursor.node(token, { kind: 'call', name: 'not', nameSpan: token, operator: 'not', arguments: [argument] });
	}
	return parseUnary(cursor);
}

/** What a `(type)` or a sign stands before: binds stronger than every infix operator. */
export function parseUnary(cursor: Cursor): Ast {
	const token = cursor.current;
	if (token.kind !== 'symbol') return parseOperand(cursor);
	if (token.text === '-' && cursor.peek(1).kind === 'number' && cursor.peek(1).offset === token.offset + 1) {
		cursor.next();
		const number = cursor.next();
		return cursor.node(token, { kind: 'number', text: `-${number.text}` });
	}
	if (token.text === '-' || token.text === '+' || token.text === '!') {
		cursor.next();
		const argument = cursor.nested(() => parseUnary(cursor));
		const name = token.text === '-' ? 'negate' : token.text === '+' ? 'positive' : 'not';
		return cursor.node(token, { kind: 'call', name, nameSpan: token, operator: token.text, arguments: [argument] });
	}
	return parseOperand(cursor);
}

/** The list between parentheses, the opening one already taken. */
export function parseList(cursor: Cursor, hint: string): Ast[] {
	const items: Ast[] = [];
	if (cursor.takeSymbol(')')) return items;
	do items.push(parseExpression(cursor));
	while (cursor.takeSymbol(','));
	if (!cursor.takeSymbol(')')) throw cursor.unexpected('Expected , or )', hint);
	return items;
}
