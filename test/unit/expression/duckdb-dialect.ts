import { typeName } from '../../../src/data/type-names.ts';
import type { DataType } from '../../../src/data/types.ts';
import { type Dialect, type Emit, emitAll, emitWith } from '../../../src/emit/emitter.ts';
import { balanced, list, raw, type Sql, sql } from '../../../src/emit/fragment.ts';
import { mayFail } from '../../../src/expression/evaluation/traits.ts';
import type { CallExpr, CastExpr, Expr, LiteralExpr } from '../../../src/expression/ir.ts';
import type { BoundSql } from '../../../src/plan/endpoints.ts';

/**
 * DuckDB as the judge of differential tests: each function by the DuckDB expression that should mean the same. What can fail is
 * inside TRY, so that a failing row is null there; rows that fail here are left out of the comparison.
 */
export function emitDuckDb(expr: Expr): BoundSql | null {
	return emitWith(DUCKDB, expr, (name) => `"${name}"`);
}

export function duckDbType(type: DataType): string {
	switch (type.kind) {
		case 'string':
			return 'VARCHAR';
		case 'long':
			return 'BIGINT';
		case 'datetime':
			return 'TIMESTAMP';
		default:
			return typeName(type).toUpperCase();
	}
}

const DUCKDB: Dialect = {
	limits: { depth: 1000, parameters: 1000, length: 1_000_000 },
	mayFail: true,
	column: (_type, cell) => cell,
	literal: duckDbLiteral,
	cast,
	call: (expr, emit) => {
		const emitted = call(expr, emit);
		return emitted === null || !mayFail(expr) ? emitted : sql`TRY(${emitted})`;
	},
	compared: (exprs, emit) => emitAll(exprs, emit),
	distinct: (a, b) => sql`(${a} IS DISTINCT FROM ${b})`,
};

function duckDbLiteral({ type, value }: LiteralExpr): Sql {
	const text =
		value === null
			? 'NULL'
			: `'${String(value)
					.replace(/Z$/, type.kind === 'datetime' ? '' : 'Z')
					.replaceAll("'", "''")}'`;
	return raw(`CAST(${text} AS ${duckDbType(type)})`);
}

function cast({ argument, type, lenient }: CastExpr, emit: Emit): Sql | null {
	const piece = emit(argument);
	if (piece === null) return null;
	const from = argument.type.kind;
	const target = raw(duckDbType(type));
	// Doubles are written otherwise in DuckDB (1e+21, 100000.0), and rounded to even when cast to whole numbers.
	if ((from === 'double' || from === 'float') && type.kind === 'string') return null;
	const whole = (from === 'double' || from === 'float') && (type.kind === 'integer' || type.kind === 'long');
	// DECIMAL(3,3) is written .006 there, everything wider 0.006.
	const value = whole ? sql`round(${piece})` : argument.type.kind === 'decimal' && type.kind === 'string' ? widened(piece, argument.type.scale) : piece;
	if (lenient || mayFail({ kind: 'cast', argument: { kind: 'column', type: argument.type, name: '' }, type, lenient: false }))
		return sql`TRY_CAST(${value} AS ${target})`;
	return sql`CAST(${value} AS ${target})`;
}

/** With all digits there are, so that DuckDB's own result type does not overflow first. */
function widened(piece: Sql, scale: number): Sql {
	return sql`CAST(${piece} AS DECIMAL(38,${raw(String(scale))}))`;
}

/** Unscaled, as DuckDB takes the remainder of wide decimals as doubles. */
function decimalRemainder(call: CallExpr, pieces: readonly Sql[]): Sql {
	const scale = call.type.kind === 'decimal' ? call.type.scale : 0;
	const [a, b] = pieces.map((piece) => sql`CAST(replace(CAST(${widened(piece, scale)} AS VARCHAR), '.', '') AS HUGEINT)`) as [Sql, Sql];
	const unit = raw(`CAST('${scale === 0 ? '1' : `0.${'1'.padStart(scale, '0')}`}' AS DECIMAL(38,${scale}))`);
	return sql`CAST(CAST((${a} % nullif(${b}, 0)) AS DECIMAL(38,0)) * ${unit} AS ${raw(duckDbType(call.type))})`;
}

const ARITHMETIC: Readonly<Record<string, string>> = { add: '+', subtract: '-', multiply: '*', mod: '%', div: '//' };

function arithmetic(name: string, call: CallExpr, pieces: readonly Sql[]): Sql {
	const wide = (index: number): Sql => {
		const type = call.arguments[index]?.type as DataType;
		return type.kind === 'decimal' ? widened(pieces[index] as Sql, type.scale) : (pieces[index] as Sql);
	};
	// The smallest integer % -1 overflows there.
	if (name === 'mod' && (call.type.kind === 'integer' || call.type.kind === 'long')) {
		const [x, y] = pieces.map((piece) => sql`CAST(${piece} AS HUGEINT)`) as [Sql, Sql];
		return sql`CAST((${x} % nullif(${y}, 0)) AS ${raw(duckDbType(call.type))})`;
	}
	const divides = name === 'mod' || name === 'div';
	const b = divides ? sql`nullif(${wide(1)}, 0)` : wide(1);
	const operator = raw(ARITHMETIC[name] as string);
	const quotient = name === 'div' && call.type.kind !== 'integer' && call.type.kind !== 'long';
	const result = quotient ? sql`trunc(${wide(0)} / ${b})` : sql`(${wide(0)} ${operator} ${b})`;
	return sql`CAST(${result} AS ${raw(duckDbType(call.type))})`;
}

function call(expr: CallExpr, emit: Emit): Sql | null {
	const { function: name, arguments: args, type } = expr;
	const pieces = emitAll(args, emit);
	if (pieces === null) return null;
	const [a, b, c] = pieces as [Sql, Sql, Sql];
	const kind = args[0]?.type.kind;
	if (ARITHMETIC[name] !== undefined) {
		// DuckDB divides decimals as doubles, and of doubles takes the floor.
		if (name === 'div' && type.kind === 'decimal') return null;
		if (name === 'mod' && type.kind === 'decimal') return decimalRemainder(expr, pieces);
		return arithmetic(name, expr, pieces);
	}
	switch (name) {
		case 'divide':
			// DuckDB divides decimals as doubles; quotients are checked by multiplying back in evaluate.test.ts.
			return type.kind === 'decimal' ? null : sql`(${a} / nullif(${b}, 0))`;
		case 'negate':
			return sql`(-(${a}))`;
		case 'concat':
			return balanced(
				pieces.map((piece) => sql`CAST(${piece} AS VARCHAR)`),
				'||',
			);
		case 'if':
			return sql`(CASE WHEN ${a} THEN ${b} ELSE ${c} END)`;
		case 'round':
			return pieces.length === 1 ? sql`CAST(round(${a}) AS ${raw(duckDbType(type))})` : null;
		case 'ceil':
		case 'floor':
		case 'trunc':
			return kind === 'integer' || kind === 'long' ? a : sql`CAST(${raw(name)}(${a}) AS ${raw(duckDbType(type))})`;
		case 'indexof':
			return pieces.length === 2 ? sql`CAST(nullif(strpos(${a}, ${b}), 0) AS INTEGER)` : null;
		case 'ascii':
			return sql`CAST(nullif(ascii(${a}), 0) AS INTEGER)`;
		case 'split_part':
			return sql`list_extract(string_split(${a}, ${b}), ${c})`;
		case 'trim':
		case 'ltrim':
		case 'rtrim':
			return pieces.length === 2 ? sql`${raw(name)}(${a}, ${b})` : null;
		case 'lpad':
		case 'rpad':
			return pieces.length === 3 ? sql`${raw(name)}(${a}, greatest(${b}, 0), ${c})` : null;
		case 'startswith':
			return sql`starts_with(${a}, ${b})`;
		case 'endswith':
			return sql`ends_with(${a}, ${b})`;
		case 'like':
		case 'ilike':
			return pieces.length === 2 ? sql`(${a} ${raw(name)} ${b})` : sql`(${a} ${raw(name)} ${b} ESCAPE ${c})`;
		case 'matches':
			return sql`regexp_full_match(${a}, ${b})`;
		case 'regex_like':
			return sql`regexp_matches(${a}, ${b})`;
		case 'regex_extract':
			return pieces.length === 2 ? sql`CASE WHEN regexp_matches(${a}, ${b}) THEN regexp_extract(${a}, ${b}) END` : null;
		case 'regex_replace':
			return sql`regexp_replace(${a}, ${b}, ${c}, 'g')`;
		case 'base64':
			return sql`to_base64(encode(${a}))`;
		case 'last_day':
			return sql`last_day(${a})`;
		case 'date_trunc':
			return sql`CAST(date_trunc(${a}, ${b}) AS ${raw(duckDbType(type))})`;
		case 'date_diff':
			// DuckDB counts weeks from Thursday 1970-01-01 towards zero, and is one off across it.
			if (args[0]?.kind === 'literal' && args[0].value === 'week')
				return sql`((CAST(date_trunc('week', ${c}) AS DATE) - CAST(date_trunc('week', ${b}) AS DATE)) // 7)`;
			return sql`date_diff(${a}, ${b}, ${c})`;
		case 'date_add': {
			const unit = args[0]?.kind === 'literal' ? String(args[0].value) : '';
			return sql`CAST(${c} + to_${raw(unit)}s(CAST(${b} AS INTEGER)) AS ${raw(duckDbType(type))})`;
		}
		case 'to_unix_time':
			return sql`CAST(floor(epoch_us(${a}) / 1000000) AS BIGINT)`;
		case 'make_date':
			return sql`make_date(${a}, ${b}, ${c})`;
		case 'date':
			return kind === 'string' ? null : sql`CAST(${a} AS DATE)`;
	}
	const between = /^(years|months|weeks|days|hours|minutes|seconds)_between$/.exec(name);
	if (between !== null) return sql`date_sub(${raw(`'${(between[1] as string).slice(0, -1)}'`)}, ${b}, ${a})`;
	const part = /^get_(.+)$/.exec(name)?.[1];
	if (part !== undefined) return datePart(part, a);
	const same = SAME[name];
	return same === undefined ? null : sql`CAST(${raw(same)}(${list(pieces)}) AS ${raw(duckDbType(type))})`;
}

function datePart(part: string, value: Sql): Sql {
	const name = { day_of_week: 'isodow', day_of_year: 'doy', week_year: 'isoyear' }[part] ?? part;
	const whole = sql`date_part('${raw(name)}', ${value})`;
	return part === 'millisecond' ? sql`CAST(${whole} % 1000 AS INTEGER)` : sql`CAST(${whole} AS INTEGER)`;
}

/** Functions of the same name, or just another one, and the same meaning. */
const SAME: Readonly<Record<string, string>> = Object.fromEntries(
	[
		...[
			'lower',
			'upper',
			'reverse',
			'length',
			'substring',
			'left',
			'right',
			'repeat',
			'contains',
			'replace',
			'translate',
			'chr',
			'levenshtein',
			'md5',
			'sha1',
			'sha256',
			'concat_ws',
			'hex',
			'url_encode',
		],
		...[
			'abs',
			'sqrt',
			'cbrt',
			'exp',
			'ln',
			'log10',
			'log2',
			'power',
			'sign',
			'sin',
			'cos',
			'tan',
			'atan',
			'sinh',
			'cosh',
			'tanh',
			'degrees',
			'radians',
			'greatest',
			'least',
			'nullif',
		],
	].map((name) => [name, name]),
);
