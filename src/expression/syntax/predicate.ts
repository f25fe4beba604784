import type { Ast } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { POWER, parseBinary, parseList } from './expression.ts';

const NEGATABLE: ReadonlySet<string> = new Set(['in', 'between', 'like', 'ilike', 'matches']);

/** Whether `is`, `[not] in`, `[not] between`, `[not] like` or `[not] matches` comes next. */
export function predicateAhead(cursor: Cursor): boolean {
	const { word } = cursor.current;
	return word === 'is' || NEGATABLE.has(word) || (word === 'not' && NEGATABLE.has(cursor.peek(1).word));
}

/** A predicate that begins with a word, behind its left side. */
export function parsePredicate(cursor: Cursor, left: Ast): Ast {
	if (cursor.isWord('is')) return parseIs(cursor, left);
	const negated = cursor.takeWord('not');
	const token = cursor.next();
	const operator = negated ? `not ${token.word}` : token.word;
	const call = (name: string, rest: Ast[]) => cursor.node(left.span, { kind: 'call', name, nameSpan: token, operator, arguments: [left, ...rest] });
	const positive = ((): Ast => {
		switch (token.word) {
			case 'in':
				return call('in', parseMembers(cursor));
			case 'between': {
				const low = parseBinary(cursor, POWER.concat);
				cursor.expectWord('and', 'A range is written x between low and high; put compound bounds in parentheses.');
				return call('between', [low, parseBinary(cursor, POWER.concat)]);
			}
			case 'matches':
				return call('matches', [parseBinary(cursor, POWER.concat)]);
			default: {
				const pattern = parseBinary(cursor, POWER.concat);
				return call(token.word, cursor.takeWord('escape') ? [pattern, parseBinary(cursor, POWER.concat)] : [pattern]);
			}
		}
	})();
	return negated ? cursor.node(left.span, { kind: 'call', name: 'not', nameSpan: token, operator, arguments: [positive] }) : positive;
}

function parseMembers(cursor: Cursor): Ast[] {
	const hint = "A list is written x in ('a', 'b').";
	cursor.expectSymbol('(', hint);
	if (cursor.isSymbol(')')) throw cursor.unexpected('Expected at least one value', hint);
	return parseList(cursor, hint);
}

function parseIs(cursor: Cursor, left: Ast): Ast {
	const token = cursor.next();
	const negated = cursor.takeWord('not');
	const operator = negated ? 'is not' : 'is';
	const call = (name: string, rest: Ast[]) => cursor.node(left.span, { kind: 'call', name, nameSpan: token, operator, arguments: [left, ...rest] });
	const negate = (node: Ast): Ast => (negated ? cursor.node(left.span, { kind: 'call', name: 'not', nameSpan: token, operator, arguments: [node] }) : node);
	if (cursor.takeWord('null') || cursor.takeWord('unknown')) return call(negated ? 'is_not_null' : 'is_null', []);
	if (cursor.takeWord('distinct')) {
		cursor.expectWord('from', 'Write a is distinct from b.');
		const right = parseBinary(cursor, POWER.concat);
		return negate(call('is_distinct', [right]));
	}
	const truth = cursor.takeWord('true') ? true : cursor.takeWord('false') ? false : null;
	if (truth === null) throw cursor.unexpected(`Expected null, true, false or distinct from behind ${operator}`, 'Compare other values with = or !=.');
	// Null is not distinct from neither: `x is true` is never null.
	const constant = cursor.node(cursor.previous, { kind: 'constant', value: truth });
	const distinct = call('is_distinct', [constant]);
	return negated ? distinct : cursor.node(left.span, { kind: 'call', name: 'not', nameSpan: token, operator, arguments: [distinct] });
}
