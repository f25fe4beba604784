import { formatIsoDatetime } from '../data/datetime.ts';
import { parseDatetime } from '../data/text.ts';
import type { DataType } from '../data/types.ts';
import type { CallExpr, CastExpr, Expr, LiteralExpr } from '../expression/ir.ts';
import type { BoundSql } from '../plan/endpoints.ts';
import { type Dialect, type Emit, emitAll, emitWith, type QuoteColumn } from './emitter.ts';
import { balanced, parameter, raw, type Sql, sql } from './fragment.ts';
import { likeShape } from './like-shape.ts';

/**
 * ClickHouse. Parameters are `?`, each inside a cast to its type; the connector names them `{p1:String}`. Text is bytes there, which
 * order as code points do.
 *
 * Declined: whatever can fail a row, comparisons of float and double (NaN is not equal to itself there, and above nothing), `in`
 * with a null among the values (null is left out there), is distinct from, days and moments that it cannot hold (it would take the
 * nearest it can), json and binary values, upper, lower and ilike, like with `_` or with more than one text between `%`, regular
 * expressions, formatting, digests, CurrentTime and random values, and functions that are not named below.
 */
export function emitExpression(expr: Expr, quote: QuoteColumn): BoundSql | null {
	return hasNullMember(expr) ? null : emitWith(CLICKHOUSE, expr, quote);
}

const STRING: DataType = { kind: 'string' };
/** Of Date32 and DateTime64, both held. */
const [FIRST_DAY, LAST_DAY] = ['1900-01-01', '2299-12-31'];
const DAY_MS = 86_400_000;

const CLICKHOUSE: Dialect = {
	limits: { depth: 200, parameters: 10_000, length: 200_000 },
	mayFail: false,
	column(type, cell) {
		switch (type.kind) {
			case 'string':
				// Enums order by their numbers, FixedString is padded.
				return sql`toString(${cell})`;
			case 'datetime':
				return sql`toDateTime64(${cell}, 6, 'UTC')`;
			case 'date':
				return sql`toDate32(${cell})`;
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
	compared(exprs, emit) {
		const kind = exprs[0]?.type.kind;
		return kind === 'float' || kind === 'double' ? null : emitAll(exprs, emit);
	},
	distinct: () => null,
};

/** `x in (…)` anywhere in it with what is, or may be, null among the values. */
function hasNullMember(expr: Expr): boolean {
	switch (expr.kind) {
		case 'literal':
		case 'column':
			return false;
		case 'cast':
			return hasNullMember(expr.argument);
		case 'case':
			return expr.branches.some(({ when, then }) => hasNullMember(when) || hasNullMember(then)) || hasNullMember(expr.otherwise);
		case 'call':
			return (
				(expr.function === 'in' && !expr.arguments.slice(1).every((member) => member.kind === 'literal' && member.value !== null)) ||
				expr.arguments.some(hasNullMember)
			);
		default:
			return expr.arguments.some(hasNullMember);
	}
}

function typed({ type }: LiteralExpr): string | null {
	switch (type.kind) {
		case 'string':
			return 'String';
		case 'integer':
			return 'Int32';
		case 'long':
			return 'Int64';
		case 'float':
			return 'Float32';
		case 'double':
			return 'Float64';
		case 'boolean':
			return 'Bool';
		case 'decimal':
			return `Decimal(${type.precision}, ${type.scale})`;
		case 'date':
			return 'Date32';
		case 'datetime':
			return "DateTime64(6, 'UTC')";
		default:
			return null;
	}
}

function literal(expr: LiteralExpr): Sql | null {
	const name = typed(expr);
	if (name === null) return null;
	if (expr.value === null) return raw(`CAST(NULL AS Nullable(${name}))`);
	if (expr.type.kind === 'date' && !(String(expr.value) >= FIRST_DAY && String(expr.value) <= LAST_DAY)) return null;
	if (expr.type.kind !== 'datetime') return sql`CAST(${parameter(expr.type, expr.value)} AS ${raw(name)})`;
	const parsed = parseDatetime(String(expr.value));
	if (parsed === undefined || parsed.ms < Date.parse(FIRST_DAY) || parsed.ms >= Date.parse(LAST_DAY) + DAY_MS) return null;
	return sql`CAST(${parameter(STRING, formatIsoDatetime(parsed.ms).replace('T', ' ').replace('Z', ''))} AS ${raw(name)})`;
}

const CASTS: Readonly<Record<string, string>> = {
	'integer long': 'toInt64',
	'integer double': 'toFloat64',
	'long double': 'toFloat64',
	'float double': 'toFloat64',
	'integer string': 'toString',
	'long string': 'toString',
	'boolean integer': 'toInt32',
};

function cast({ argument, type }: CastExpr, emit: Emit): Sql | null {
	const piece = emit(argument);
	if (piece === null) return null;
	if (argument.type.kind === 'date' && type.kind === 'datetime') return sql`toDateTime64(${piece}, 6, 'UTC')`;
	const name = CASTS[`${argument.type.kind} ${type.kind}`];
	return name === undefined ? null : sql`${raw(name)}(${piece})`;
}

const FUNCTIONS: Readonly<Record<string, string>> = {
	get_year: 'toYear',
	get_quarter: 'toQuarter',
	get_month: 'toMonth',
	get_day: 'toDayOfMonth',
	get_day_of_week: 'toDayOfWeek',
	get_day_of_year: 'toDayOfYear',
	get_hour: 'toHour',
	get_minute: 'toMinute',
	get_second: 'toSecond',
	nullif: 'nullIf',
};

function call({ function: name, arguments: args, type }: CallExpr, emit: Emit): Sql | null {
	const pieces = emitAll(args, emit);
	if (pieces === null) return null;
	const [a, b] = pieces as [Sql, Sql];
	const same = FUNCTIONS[name];
	if (same !== undefined) return args.length === 1 ? sql`${raw(same)}(${a})` : args[0]?.type.kind === 'double' ? null : sql`${raw(same)}(${a}, ${b})`;
	switch (name) {
		case 'mod':
			return type.kind === 'integer' || type.kind === 'long' ? sql`(${a} % ${b})` : null;
		case 'length':
			return args[0]?.type.kind === 'string' ? sql`lengthUTF8(${a})` : null;
		case 'contains':
			return sql`(position(${a}, ${b}) > 0)`;
		case 'startswith':
			return sql`startsWith(${a}, ${b})`;
		case 'endswith':
			return sql`endsWith(${a}, ${b})`;
		case 'like':
			return like(a, args);
		default:
			return null;
	}
}

function like(text: Sql, args: readonly Expr[]): Sql | null {
	const shape = likeShape(args);
	if (shape === null) return null;
	const of = (value: string): Sql => sql`CAST(${parameter(STRING, value)} AS String)`;
	if ('whole' in shape) return sql`(${text} = ${of(shape.whole)})`;
	const { first, between, last } = shape;
	if (between.length > 1 || (between.length === 1 && (first !== '' || last !== ''))) return null;
	const tests: Sql[] = [sql`(length(${text}) >= ${raw(String(new TextEncoder().encode(first + last).length))})`];
	if (between.length === 1) tests.push(sql`(position(${text}, ${of(between[0] as string)}) > 0)`);
	if (first !== '') tests.push(sql`startsWith(${text}, ${of(first)})`);
	if (last !== '') tests.push(sql`endsWith(${text}, ${of(last)})`);
	return balanced(tests, 'AND');
}
