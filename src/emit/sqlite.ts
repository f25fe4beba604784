import { parseDatetime } from '../data/text.ts';
import type { DataType } from '../data/types.ts';
import type { CallExpr, CastExpr, Expr, LiteralExpr } from '../expression/ir.ts';
import type { BoundSql } from '../plan/endpoints.ts';
import { type Dialect, type Emit, emitAll, emitWith, type QuoteColumn } from './emitter.ts';
import { balanced, parameter, raw, type Sql, sql } from './fragment.ts';
import { likeShape, plainText } from './like-shape.ts';
import { microseconds } from './sqlite-datetime.ts';

/**
 * SQLite, on the embedded database and everywhere else. Cells are taken to be of their column's type, spelled in any way in which
 * they are read as it. What is computed with: text by code point, integer, long, double, boolean, date as its text, datetime as
 * microseconds, decimals of up to 15 digits as the doubles they are stored as.
 *
 * Declined, because SQLite says something else or nothing: whatever can fail a row (arithmetic that may overflow, division by what
 * may be zero, casts that may not succeed), float (stored as doubles, read rounded), decimals of more digits, json, binary, upper
 * and lower (ASCII only), length and substring (end at a NUL), like with `_` or several `%` inside, regular expressions,
 * formatting, digests, dates beyond year, month and day, CurrentTime and random values, and what is deeper than 80 levels,
 * longer than 50,000 characters or has more than 80 literals: Durable Object SQLite stops at 100 levels, 100 kB, 100 parameters.
 */
export function emitExpression(expr: Expr, quote: QuoteColumn): BoundSql | null {
	return emitWith(SQLITE, expr, quote);
}

const STRING: DataType = { kind: 'string' };
const LONG: DataType = { kind: 'long' };
const DOUBLE: DataType = { kind: 'double' };

/** Significant digits that every double keeps. */
const DOUBLE_DIGITS = 15;

function isDoubleDecimal(type: DataType): boolean {
	return type.kind === 'decimal' && type.precision <= DOUBLE_DIGITS;
}

const SQLITE: Dialect = {
	limits: { depth: 80, parameters: 80, length: 50_000 },
	mayFail: false,
	column(type, cell) {
		switch (type.kind) {
			case 'string':
				// A column without text affinity may hold numbers, and a column's own collation may ignore case.
				return sql`(CAST(${cell} AS TEXT) COLLATE BINARY)`;
			case 'integer':
			case 'long':
			case 'double':
				return cell;
			case 'decimal':
				return isDoubleDecimal(type) ? cell : null;
			case 'boolean':
				return sql`(CASE typeof(${cell}) WHEN 'text' THEN lower(trim(${cell})) IN ('true', 't', 'yes', 'y', '1') ELSE ${cell} END)`;
			case 'date':
				return sql`(trim(${cell}) COLLATE BINARY)`;
			case 'datetime':
				return microseconds(cell.text);
			default:
				return null;
		}
	},
	literal,
	cast,
	call,
	compared(exprs, emit) {
		return emitAll(exprs, emit);
	},
	distinct: (a, b) => sql`(${a} IS NOT ${b})`,
};

function literal({ type, value }: LiteralExpr): Sql | null {
	if (value === null) return type.kind === 'json' || type.kind === 'binary' ? null : raw('NULL');
	switch (type.kind) {
		case 'string':
		case 'date':
			return parameter(STRING, value);
		case 'integer':
		case 'double':
			return parameter(type, value);
		case 'boolean':
			return raw(value === true ? '1' : '0');
		case 'long':
			return parameter(LONG, value);
		case 'decimal':
			return isDoubleDecimal(type) ? parameter(DOUBLE, Number(value)) : null;
		case 'datetime': {
			const parsed = parseDatetime(String(value));
			return parsed === undefined ? null : parameter(LONG, String(BigInt(Math.round(parsed.ms * 1000))));
		}
		default:
			return null;
	}
}

function cast({ argument, type }: CastExpr, emit: Emit): Sql | null {
	const from = argument.type;
	const piece = emit(argument);
	if (piece === null) return null;
	switch (`${from.kind} ${type.kind}`) {
		case 'integer long':
		case 'boolean integer':
		case 'boolean long':
			return piece;
		case 'integer double':
		case 'long double':
		case 'boolean double':
			return sql`CAST(${piece} AS REAL)`;
		case 'integer decimal':
		case 'decimal decimal':
			// The same number, and as a double the same double.
			return isDoubleDecimal(type) ? piece : null;
		case 'decimal double':
			return sql`CAST(${piece} AS REAL)`;
		case 'integer string':
		case 'long string':
			return sql`(CAST(${piece} AS TEXT) COLLATE BINARY)`;
		case 'date datetime':
			return sql`(CAST(strftime('%s', ${piece}) AS INTEGER) * 1000000)`;
		default:
			return null;
	}
}

function call({ function: name, arguments: args, type }: CallExpr, emit: Emit): Sql | null {
	const pieces = emitAll(args, emit);
	if (pieces === null) return null;
	const [a, b] = pieces as [Sql, Sql];
	switch (name) {
		case 'mod':
			// Of doubles SQLite takes the remainder of their integer parts.
			return type.kind === 'integer' || type.kind === 'long' ? sql`(${a} % ${b})` : null;
		case 'nullif':
			return sql`nullif(${a}, ${b})`;
		case 'contains':
			return sql`(instr(${a}, ${b}) > 0)`;
		case 'startswith':
			return startsWith(a, args[1] as Expr);
		case 'endswith':
			return endsWith(a, args[1] as Expr);
		case 'like':
			return like(a, args);
		case 'get_year':
			return args[0]?.type.kind === 'date' ? sql`CAST(substr(${a}, 1, 4) AS INTEGER)` : null;
		case 'get_month':
			return args[0]?.type.kind === 'date' ? sql`CAST(substr(${a}, 6, 2) AS INTEGER)` : null;
		case 'get_day':
			return args[0]?.type.kind === 'date' ? sql`CAST(substr(${a}, 9, 2) AS INTEGER)` : null;
		default:
			return null;
	}
}

function startsWith(text: Sql, part: Expr): Sql | null {
	const prefix = plainText(part);
	return prefix === null ? null : sql`(substr(${text}, 1, ${raw(String([...prefix].length))}) = ${parameter(STRING, prefix)})`;
}

/** Over bytes, since counting characters from the end stops at a NUL; in UTF-8 a character never ends inside another. */
function endsWith(text: Sql, part: Expr): Sql | null {
	const suffix = plainText(part);
	if (suffix === null) return null;
	if (suffix === '') return sql`(${text} IS NOT NULL OR NULL)`;
	const bytes = new TextEncoder().encode(suffix).length;
	// substr of an empty BLOB is NULL.
	return sql`(${text} <> '' AND substr(CAST(${text} AS BLOB), -${raw(String(bytes))}) = CAST(${parameter(STRING, suffix)} AS BLOB))`;
}

/** SQLite's LIKE ignores case; a pattern of `%` around plain text is said by its ends and what lies between. */
function like(text: Sql, args: readonly Expr[]): Sql | null {
	const shape = likeShape(args);
	if (shape === null) return null;
	if ('whole' in shape) return sql`(${text} = ${parameter(STRING, shape.whole)})`;
	const { first, between, last } = shape;
	if (between.length > 1 || (between.length === 1 && (first !== '' || last !== ''))) return null;
	const piece = (value: string): Expr => ({ kind: 'literal', type: STRING, value });
	const tests: Sql[] = [];
	if (between.length === 1) tests.push(sql`(instr(${text}, ${parameter(STRING, between[0] as string)}) > 0)`);
	if (first !== '') tests.push(startsWith(text, piece(first)) as Sql);
	if (last !== '') tests.push(endsWith(text, piece(last)) as Sql);
	if (first !== '' && last !== '') {
		const bytes = new TextEncoder().encode(first + last).length;
		tests.push(sql`(length(CAST(${text} AS BLOB)) >= ${raw(String(bytes))})`);
	}
	return tests.length === 0 ? sql`(${text} IS NOT NULL OR NULL)` : balanced(tests, 'AND');
}
