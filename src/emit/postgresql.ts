import { typeName } from '../data/type-names.ts';
import type { DataType } from '../data/types.ts';
import type { CallExpr, CastExpr, Expr, LiteralExpr } from '../expression/ir.ts';
import type { BoundSql } from '../plan/endpoints.ts';
import { type Dialect, type Emit, emitAll, emitWith, type QuoteColumn } from './emitter.ts';
import { parameter, raw, type Sql, sql } from './fragment.ts';

/**
 * PostgreSQL, and Redshift where it has the same functions. Parameters are `?`; the connector numbers them. The session's time zone
 * must be UTC and its encoding UTF-8: then a timestamp without zone is the moment it is read as, and COLLATE "C" is code point order.
 *
 * Declined: whatever can fail a row, since PostgreSQL fails the query; upper, lower and ilike (its locale's), regular expressions
 * (not RE2's), json and binary values, remainders of doubles, formatting, digests, CurrentTime and random values, and functions
 * that are not named below.
 */
export function emitExpression(expr: Expr, quote: QuoteColumn): BoundSql | null {
	return emitWith(POSTGRESQL, expr, quote);
}

const STRING: DataType = { kind: 'string' };

const SQL_TYPES: Readonly<Record<Exclude<DataType['kind'], 'decimal'>, string | null>> = {
	string: 'text',
	integer: 'integer',
	long: 'bigint',
	float: 'real',
	double: 'double precision',
	boolean: 'boolean',
	date: 'date',
	datetime: 'timestamptz',
	binary: null,
	json: null,
};

function sqlType(type: DataType): string | null {
	return type.kind === 'decimal' ? typeName(type).replace('decimal', 'numeric') : SQL_TYPES[type.kind];
}

const POSTGRESQL: Dialect = {
	limits: { depth: 500, parameters: 10_000, length: 500_000 },
	mayFail: false,
	column(type, cell) {
		if (sqlType(type) === null) return null;
		// citext ignores case and enums order by declaration; of text and varchar the cast is nothing, and indexes are used.
		if (type.kind === 'string') return sql`(${cell})::text`;
		// numeric without a precision is read as double, and must be compared as one.
		return type.kind === 'double' ? sql`(${cell})::double precision` : cell;
	},
	literal: (literal: LiteralExpr) => {
		const name = sqlType(literal.type);
		return name === null ? null : sql`CAST(${parameter(literal.type, literal.value)} AS ${raw(name)})`;
	},
	cast,
	call,
	compared(exprs, emit, ordered) {
		const pieces = emitAll(exprs, emit);
		if (pieces === null || !ordered || exprs[0]?.type.kind !== 'string') return pieces;
		// Equality is by bytes under every deterministic collation; order is not.
		return pieces.map((piece, index) => (index === 0 ? sql`(${piece} COLLATE "C")` : piece));
	},
	distinct: (a, b) => sql`(${a} IS DISTINCT FROM ${b})`,
};

const CASTS: ReadonlySet<string> = new Set([
	'integer long',
	'integer double',
	'long double',
	'decimal double',
	'float double',
	'integer decimal',
	'long decimal',
	'decimal decimal',
	'integer string',
	'long string',
	'boolean string',
	'date datetime',
	'datetime date',
	'boolean integer',
]);

function cast({ argument, type }: CastExpr, emit: Emit): Sql | null {
	const piece = emit(argument);
	const name = sqlType(type);
	if (piece === null || name === null) return null;
	if (argument.type.kind === 'date' && type.kind === 'string') return sql`to_char(${piece}, 'YYYY-MM-DD')`;
	return CASTS.has(`${argument.type.kind} ${type.kind}`) ? sql`CAST(${piece} AS ${raw(name)})` : null;
}

/** Names of parts that EXTRACT knows. */
const PARTS: Readonly<Record<string, string>> = {
	get_year: 'YEAR',
	get_quarter: 'QUARTER',
	get_month: 'MONTH',
	get_week: 'WEEK',
	get_week_year: 'ISOYEAR',
	get_day: 'DAY',
	get_day_of_week: 'ISODOW',
	get_day_of_year: 'DOY',
	get_hour: 'HOUR',
	get_minute: 'MINUTE',
};

function call({ function: name, arguments: args, type }: CallExpr, emit: Emit): Sql | null {
	const pieces = emitAll(args, emit);
	if (pieces === null) return null;
	const [a, b, c] = pieces as [Sql, Sql, Sql];
	const part = PARTS[name];
	if (part !== undefined) return sql`CAST(EXTRACT(${raw(part)} FROM ${a}) AS integer)`;
	switch (name) {
		case 'mod':
			return type.kind === 'double' || type.kind === 'float' ? null : sql`(${a} % ${b})`;
		case 'divide':
			// Of numerics PostgreSQL chooses digits behind the point by the values.
			return type.kind === 'decimal' ? null : sql`(${a} / ${b})`;
		case 'nullif':
			return sql`nullif(${a}, ${b})`;
		case 'length':
			return args[0]?.type.kind === 'string' ? sql`char_length(${a})` : null;
		case 'left':
		case 'right':
			return sql`${raw(name)}(${a}, ${b})`;
		case 'reverse':
			return sql`reverse(${a})`;
		case 'contains':
			return sql`(strpos(${a}, ${b}) > 0)`;
		case 'startswith':
			return sql`starts_with(${a}, ${b})`;
		case 'endswith':
			return sql`(right(${a}, char_length(${b})) = ${b})`;
		case 'indexof':
			return args.length === 2 ? sql`nullif(strpos(${a}, ${b}), 0)` : null;
		case 'like':
			// Without an escape of its own the backslash is PostgreSQL's.
			return sql`(${a} LIKE ${b} ESCAPE ${c ?? sql`CAST(${parameter(STRING, '')} AS text)`})`;
		case 'date_trunc':
			return type.kind === 'date' ? sql`CAST(date_trunc(${a}, CAST(${b} AS timestamp)) AS date)` : sql`date_trunc(${a}, ${b})`;
		case 'last_day':
			return sql`CAST(date_trunc('month', CAST(${a} AS timestamp)) + interval '1 month - 1 day' AS date)`;
		default:
			return null;
	}
}
