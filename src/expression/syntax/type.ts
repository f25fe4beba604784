import type { DataType, TypeKind } from '../../data/types.ts';
import { nearest } from '../../lib/nearest.ts';
import { type Span, SyntaxFault, spanOf } from '../fault.ts';
import type { Cursor } from './cursor.ts';

type SimpleKind = Exclude<TypeKind, 'decimal'>;

/** Our names, and those that users of SQL databases and of Pig write. */
const NAMES: ReadonlyMap<string, SimpleKind | 'decimal'> = new Map<string, SimpleKind | 'decimal'>([
	...(['string', 'integer', 'long', 'float', 'double', 'decimal', 'boolean', 'datetime', 'date', 'binary', 'json'] as const).map(
		(name) => [name, name] as const,
	),
	...(['text', 'varchar', 'char', 'chararray'] as const).map((name) => [name, 'string'] as const),
	...(['int', 'int4', 'int32', 'smallint', 'tinyint'] as const).map((name) => [name, 'integer'] as const),
	...(['bigint', 'int8', 'int64', 'biginteger'] as const).map((name) => [name, 'long'] as const),
	...(['real', 'float4'] as const).map((name) => [name, 'float'] as const),
	...(['float8'] as const).map((name) => [name, 'double'] as const),
	...(['numeric', 'number', 'bigdecimal'] as const).map((name) => [name, 'decimal'] as const),
	...(['timestamp', 'timestamptz'] as const).map((name) => [name, 'datetime'] as const),
	...(['bool'] as const).map((name) => [name, 'boolean'] as const),
	...(['bytea', 'blob', 'varbinary', 'bytearray', 'bytes'] as const).map((name) => [name, 'binary'] as const),
	['jsonb', 'json'],
]);

const VALID = 'Types are string, integer, long, float, double, decimal(p,s), boolean, datetime, date, binary, json.';

/** Whether the words `(name)` or `(decimal(p,s))` begin here, the cursor being on the opening parenthesis. */
export function typeInParentheses(cursor: Cursor): boolean {
	if (!NAMES.has(cursor.peek(1).word)) return false;
	let close = 2;
	if (cursor.isSymbol('(', 2)) while (!cursor.isSymbol(')', close++)) if (close > 6) return false;
	return cursor.isSymbol(')', close);
}

/** A type as it is written: `long`, `decimal(12,2)`, `double precision`. */
export function parseType(cursor: Cursor): DataType {
	const token = cursor.current;
	if (token.kind !== 'name') throw cursor.unexpected('Expected a type', VALID);
	const name = NAMES.get(token.word);
	if (name === undefined) {
		const near = nearest(token.text, NAMES.keys());
		throw new SyntaxFault(token, `There is no type ${token.text}.`, near === undefined ? VALID : `Did you mean ${NAMES.get(near)}? ${VALID}`);
	}
	cursor.next();
	if (token.word === 'double') cursor.takeWord('precision');
	if (name === 'decimal') return parseDecimal(cursor, token);
	if (cursor.isSymbol('(')) throw cursor.unexpected('Expected the end of the type', `${name} takes no length; only decimal has numbers: decimal(12,2).`);
	return { kind: name };
}

function parseDecimal(cursor: Cursor, name: Span): DataType {
	const hint = 'Write decimal(12,2): 1 to 38 digits in all, then how many of them are behind the point.';
	cursor.expectSymbol('(', hint);
	const precision = parseCount(cursor, hint);
	const scale = cursor.takeSymbol(',') ? parseCount(cursor, hint) : 0;
	cursor.expectSymbol(')', hint);
	if (precision < 1 || precision > 38 || scale > precision) {
		throw new SyntaxFault(spanOf(name, cursor.previous), `decimal(${precision},${scale}) is out of range.`, hint);
	}
	return { kind: 'decimal', precision, scale };
}

function parseCount(cursor: Cursor, hint: string): number {
	const token = cursor.current;
	if (token.kind !== 'number' || !/^\d{1,3}$/.test(token.text)) throw cursor.unexpected('Expected a whole number', hint);
	cursor.next();
	return Number(token.text);
}
