import { formatIsoDatetime } from '../data/datetime.ts';
import { parseDatetime } from '../data/text.ts';
import type { DataType } from '../data/types.ts';
import type { CallExpr, CastExpr, Expr, LiteralExpr } from '../expression/ir.ts';
import type { BoundSql } from '../plan/endpoints.ts';
import { type Dialect, type Emit, emitAll, emitWith, type QuoteColumn } from './emitter.ts';
import { balanced, parameter, raw, type Sql, sql } from './fragment.ts';
import { likeShape, plainText } from './like-shape.ts';

/**
 * MySQL 8 and MariaDB 10.5 or later, in a UTC session with utf8mb4. Text is compared as its UTF-8 bytes: their collations ignore
 * case, accents or trailing blanks, or all of them.
 *
 * Declined: whatever can fail a row, float (a column's digits depend on how it is read), json and binary values, upper, lower and
 * ilike, like with `_` or with more than one text between `%`, regular expressions, formatting, digests, CurrentTime and random
 * values, date_trunc, and functions that are not named below.
 */
export function emitExpression(expr: Expr, quote: QuoteColumn): BoundSql | null {
	return emitWith(MYSQL, expr, quote);
}

const STRING: DataType = { kind: 'string' };

const MYSQL: Dialect = {
	limits: { depth: 200, parameters: 10_000, length: 500_000 },
	mayFail: false,
	column(type, cell) {
		switch (type.kind) {
			case 'string':
				return bytes(cell);
			case 'boolean':
				return sql`(${cell} <> 0)`;
			case 'float':
			case 'json':
			case 'binary':
				return null;
			default:
				return cell;
		}
	},
	literal,
	cast,
	call,
	compared: (exprs, emit) => emitAll(exprs, emit),
	distinct: (a, b) => sql`(NOT (${a} <=> ${b}))`,
};

function bytes(text: Sql): Sql {
	return sql`CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`;
}

function literal({ type, value }: LiteralExpr): Sql | null {
	if (value === null) return type.kind === 'json' || type.kind === 'binary' || type.kind === 'float' ? null : raw('NULL');
	switch (type.kind) {
		case 'string':
			return bytes(parameter(type, value));
		case 'integer':
		case 'long':
			return sql`CAST(${parameter(type, value)} AS SIGNED)`;
		case 'double':
			return sql`CAST(${parameter(type, value)} AS DOUBLE)`;
		case 'decimal':
			return sql`CAST(${parameter(type, value)} AS DECIMAL(${raw(`${type.precision},${type.scale}`)}))`;
		case 'boolean':
			return raw(value === true ? 'TRUE' : 'FALSE');
		case 'date':
			return sql`CAST(${parameter(STRING, value)} AS DATE)`;
		case 'datetime': {
			const parsed = parseDatetime(String(value));
			if (parsed === undefined) return null;
			const text = formatIsoDatetime(parsed.ms).replace('T', ' ').replace('Z', '');
			return sql`CAST(${parameter(STRING, text)} AS DATETIME(6))`;
		}
		default:
			return null;
	}
}

const CASTS: Readonly<Record<string, (piece: Sql, type: DataType) => Sql>> = {
	'integer long': (piece) => piece,
	'boolean integer': (piece) => piece,
	'integer double': (piece) => sql`CAST(${piece} AS DOUBLE)`,
	'long double': (piece) => sql`CAST(${piece} AS DOUBLE)`,
	'decimal double': (piece) => sql`CAST(${piece} AS DOUBLE)`,
	'integer decimal': decimalCast,
	'long decimal': decimalCast,
	'decimal decimal': decimalCast,
	'integer string': (piece) => bytes(sql`CAST(${piece} AS CHAR)`),
	'long string': (piece) => bytes(sql`CAST(${piece} AS CHAR)`),
	'date datetime': (piece) => sql`CAST(${piece} AS DATETIME(6))`,
};

function decimalCast(piece: Sql, type: DataType): Sql {
	return type.kind === 'decimal' ? sql`CAST(${piece} AS DECIMAL(${raw(`${type.precision},${type.scale}`)}))` : piece;
}

function cast({ argument, type }: CastExpr, emit: Emit): Sql | null {
	const piece = emit(argument);
	const said = CASTS[`${argument.type.kind} ${type.kind}`];
	return piece === null || said === undefined ? null : said(piece, type);
}

const PARTS: Readonly<Record<string, string>> = {
	get_year: 'YEAR',
	get_quarter: 'QUARTER',
	get_month: 'MONTH',
	get_day: 'DAY',
	get_day_of_year: 'DAYOFYEAR',
	get_hour: 'HOUR',
	get_minute: 'MINUTE',
	get_second: 'SECOND',
};

function call({ function: name, arguments: args, type }: CallExpr, emit: Emit): Sql | null {
	const pieces = emitAll(args, emit);
	if (pieces === null) return null;
	const [a, b] = pieces as [Sql, Sql];
	const part = PARTS[name];
	if (part !== undefined) return sql`${raw(part)}(${a})`;
	switch (name) {
		case 'mod':
			return type.kind === 'double' ? null : sql`(${a} % ${b})`;
		case 'nullif':
			return sql`nullif(${a}, ${b})`;
		case 'length':
			return args[0]?.type.kind === 'string' ? sql`CHAR_LENGTH(CONVERT(${a} USING utf8mb4))` : null;
		case 'contains':
			return sql`(LOCATE(${b}, ${a}) > 0)`;
		case 'startswith':
			return edge('LEFT', a, args[1] as Expr);
		case 'endswith':
			return edge('RIGHT', a, args[1] as Expr);
		case 'like':
			return like(a, args);
		case 'last_day':
			return sql`LAST_DAY(${a})`;
		default:
			return null;
	}
}

/** Over bytes: in UTF-8 a character neither begins nor ends inside another. */
function edge(side: 'LEFT' | 'RIGHT', text: Sql, part: Expr): Sql | null {
	const plain = plainText(part);
	if (plain === null) return null;
	return sql`(${raw(side)}(${text}, ${raw(String(new TextEncoder().encode(plain).length))}) = ${bytes(parameter(STRING, plain))})`;
}

function like(text: Sql, args: readonly Expr[]): Sql | null {
	const shape = likeShape(args);
	if (shape === null) return null;
	const of = (value: string): Expr => ({ kind: 'literal', type: STRING, value });
	if ('whole' in shape) return sql`(${text} = ${bytes(parameter(STRING, shape.whole))})`;
	const { first, between, last } = shape;
	if (between.length > 1 || (between.length === 1 && (first !== '' || last !== ''))) return null;
	const tests: Sql[] = [sql`(LENGTH(${text}) >= ${raw(String(new TextEncoder().encode(first + last).length))})`];
	if (between.length === 1) tests.push(sql`(LOCATE(${bytes(parameter(STRING, between[0] as string))}, ${text}) > 0)`);
	if (first !== '') tests.push(edge('LEFT', text, of(first)) as Sql);
	if (last !== '') tests.push(edge('RIGHT', text, of(last)) as Sql);
	return balanced(tests, 'AND');
}
