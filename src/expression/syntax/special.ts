import { SyntaxFault } from '../fault.ts';
import type { Ast } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseType } from './type.ts';

/** `case when a then b … else c end`, `case x when a then b … end` */
export function parseCase(cursor: Cursor): Ast {
	const first = cursor.next();
	const operand = cursor.isWord('when') ? null : parseExpression(cursor);
	const branches: { when: Ast; then: Ast }[] = [];
	const hint = 'Write case when condition then value … else value end.';
	if (!cursor.isWord('when')) throw cursor.unexpected('Expected when', hint);
	while (cursor.takeWord('when')) {
		const when = parseExpression(cursor);
		cursor.expectWord('then', hint);
		branches.push({ when, then: parseExpression(cursor) });
	}
	const otherwise = cursor.takeWord('else') ? parseExpression(cursor) : null;
	cursor.expectWord('end', hint);
	return cursor.node(first, { kind: 'case', operand, branches, otherwise });
}

/** `cast(x as type)`, `try_cast(x as type)` */
export function parseCast(cursor: Cursor, lenient: boolean): Ast {
	const first = cursor.next();
	const hint = `Write ${first.word}(x as type).`;
	cursor.expectSymbol('(', hint);
	const argument = parseExpression(cursor);
	cursor.expectWord('as', hint);
	const type = parseType(cursor);
	cursor.expectSymbol(')', hint);
	return cursor.node(first, { kind: 'cast', type, argument, lenient });
}

/** `extract(year from x)` is date_part('year', x). */
export function parseExtract(cursor: Cursor): Ast {
	const first = cursor.next();
	const hint = 'Write extract(year from x).';
	cursor.expectSymbol('(', hint);
	const part = cursor.current;
	if (part.kind !== 'name' && part.kind !== 'text') throw cursor.unexpected('Expected a part of a date', hint);
	cursor.next();
	const text = cursor.node(part, { kind: 'text', inside: part.text });
	cursor.expectWord('from', hint);
	const argument = parseExpression(cursor);
	cursor.expectSymbol(')', hint);
	return cursor.node(first, { kind: 'call', name: 'date_part', nameSpan: first, operator: null, arguments: [text, argument] });
}

/** `date '2024-01-01'`, `timestamp '2024-01-01 12:00:00'` */
export function parseTemporal(cursor: Cursor): Ast {
	const first = cursor.next();
	const token = cursor.next();
	const text = cursor.node(token, { kind: 'text', inside: token.text });
	return cursor.node(first, { kind: 'temporal', type: first.word === 'date' ? 'date' : 'datetime', text });
}

const INTERVAL = /^\s*([+-]?\d{1,9})\s*([A-Za-z]+)\s*$/;

/** `interval '3 days'`, `interval 3 day`, `interval '3' day` */
export function parseInterval(cursor: Cursor): Ast {
	const first = cursor.next();
	const amount = cursor.next();
	const unit = cursor.current.kind === 'name' && /^\s*[+-]?\d+\s*$/.test(amount.text) ? cursor.next().text : '';
	const parts = INTERVAL.exec(`${amount.text} ${unit}`);
	if (parts === null)
		throw new SyntaxFault(
			amount,
			`${amount.text} is not an interval.`,
			"Write interval '3 days': one whole number and one of year, quarter, month, week, day, hour, minute, second.",
		);
	return cursor.node(first, { kind: 'interval', amount: Number(parts[1]), unit: (parts[2] as string).toLowerCase() });
}
