import type { DataType } from '../data/types.ts';
import { mayFail } from '../expression/evaluation/traits.ts';
import type { CallExpr, CastExpr, ColumnExpr, Expr, LiteralExpr } from '../expression/ir.ts';
import type { BoundSql } from '../plan/endpoints.ts';
import { balanced, list, raw, type Sql, sql } from './fragment.ts';

/** How a column is named; may qualify it. Its quoting is the caller's. */
export type QuoteColumn = (name: string) => string;

/** Emits a sub-expression; null where the dialect cannot say it. */
export type Emit = (expr: Expr) => Sql | null;

/**
 * What a dialect adds to what all of SQL has in common. Every piece must mean exactly what `evaluate` does: null logic, order of
 * text, NaN, range. Where it would not, it is null, and so is the whole: the caller then computes the expression itself.
 */
export interface Dialect {
	readonly limits: { readonly depth: number; readonly parameters: number; readonly length: number };
	/** Whether row errors may happen in it. False: an expression in which a row can fail is declined, since SQL fails the query, or not at all. */
	readonly mayFail: boolean;
	/** A column in the form in which the dialect computes with its type; null where it cannot. */
	column(type: DataType, quoted: Sql): Sql | null;
	literal(literal: LiteralExpr): Sql | null;
	cast(cast: CastExpr, emit: Emit): Sql | null;
	call(call: CallExpr, emit: Emit): Sql | null;
	/** Both sides of a comparison, in a form in which SQL's = and < mean ours. */
	compared(exprs: readonly Expr[], emit: Emit, ordered: boolean): readonly Sql[] | null;
	/** `a` and `b` differ, null being a value; null where there is no such operator. */
	distinct(a: Sql, b: Sql): Sql | null;
}

/** A whole expression in a dialect, literals bound in the order of `?`; null where it cannot be said exactly. */
export function emitWith(dialect: Dialect, expr: Expr, quote: QuoteColumn): BoundSql | null {
	if (!dialect.mayFail && mayFail(expr)) return null;
	const emitted = emitter(dialect, quote)(expr);
	if (
		emitted === null ||
		emitted.depth > dialect.limits.depth ||
		emitted.parameters.length > dialect.limits.parameters ||
		emitted.text.length > dialect.limits.length
	)
		return null;
	return { sql: emitted.text, parameters: emitted.parameters };
}

function emitter(dialect: Dialect, quote: QuoteColumn): Emit {
	const named = ({ name }: ColumnExpr): Sql => raw(quote(name));
	const emit: Emit = (expr) => {
		switch (expr.kind) {
			case 'literal':
				return dialect.literal(expr);
			case 'column':
				return dialect.column(expr.type, named(expr));
			case 'cast':
				return dialect.cast(expr, emit);
			case 'call':
				return emitCall(expr);
			case 'and':
			case 'or': {
				const pieces = emitAll(expr.arguments, emit);
				return pieces === null ? null : balanced(pieces, expr.kind === 'and' ? 'AND' : 'OR');
			}
			case 'coalesce': {
				const pieces = emitAll(expr.arguments, emit);
				return pieces === null ? null : sql`coalesce(${list(pieces)})`;
			}
			case 'case': {
				const branches = expr.branches.map(({ when, then }) => {
					const [condition, value] = [emit(when), emit(then)];
					return condition === null || value === null ? null : sql`WHEN ${condition} THEN ${value}`;
				});
				const otherwise = emit(expr.otherwise);
				if (otherwise === null || !branches.every((branch) => branch !== null)) return null;
				return sql`(CASE ${list(branches, ' ')} ELSE ${otherwise} END)`;
			}
		}
	};
	const emitCall = (call: CallExpr): Sql | null => {
		const [first] = call.arguments;
		// Whether there is a value can be asked of every column, whatever its type.
		if ((call.function === 'is_null' || call.function === 'is_not_null') && first !== undefined) {
			const piece = first.kind === 'column' ? named(first) : emit(first);
			if (piece === null) return null;
			return call.function === 'is_null' ? sql`(${piece} IS NULL)` : sql`(${piece} IS NOT NULL)`;
		}
		return emitPredicate(dialect, call, emit) ?? dialect.call(call, emit);
	};
	return emit;
}

export function emitAll(exprs: readonly Expr[], emit: Emit): Sql[] | null {
	const pieces: Sql[] = [];
	for (const expr of exprs) {
		const piece = emit(expr);
		if (piece === null) return null;
		pieces.push(piece);
	}
	return pieces;
}

const COMPARISONS: Readonly<Record<string, (a: Sql, b: Sql) => Sql>> = {
	eq: (a, b) => sql`(${a} = ${b})`,
	ne: (a, b) => sql`(${a} <> ${b})`,
	lt: (a, b) => sql`(${a} < ${b})`,
	le: (a, b) => sql`(${a} <= ${b})`,
	gt: (a, b) => sql`(${a} > ${b})`,
	ge: (a, b) => sql`(${a} >= ${b})`,
};

/** What is said alike everywhere once the sides are comparable. */
function emitPredicate(dialect: Dialect, call: CallExpr, emit: Emit): Sql | null {
	const args = call.arguments;
	const comparison = COMPARISONS[call.function];
	if (comparison !== undefined) {
		const sides = dialect.compared(args, emit, call.function !== 'eq' && call.function !== 'ne');
		return sides === null ? null : comparison(sides[0] as Sql, sides[1] as Sql);
	}
	switch (call.function) {
		case 'not': {
			const piece = emit(args[0] as Expr);
			return piece === null ? null : sql`(NOT ${piece})`;
		}
		case 'between': {
			const sides = dialect.compared(args, emit, true);
			if (sides === null) return null;
			const [value, low, high] = sides as [Sql, Sql, Sql];
			return sql`(${value} BETWEEN ${low} AND ${high})`;
		}
		case 'in': {
			const sides = dialect.compared(args, emit, false);
			if (sides === null) return null;
			const [value, ...members] = sides as [Sql, ...Sql[]];
			return sql`(${value} IN (${list(members)}))`;
		}
		case 'is_distinct': {
			const sides = dialect.compared(args, emit, false);
			return sides === null ? null : dialect.distinct(sides[0] as Sql, sides[1] as Sql);
		}
		default:
			return null;
	}
}
