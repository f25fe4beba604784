import type { DataType } from '../data/types.ts';

/**
 * A checked expression: every node typed, every name resolved, every variable already a literal.
 * Plain JSON, because plans are stored. Backends: `evaluate` (over columns) and `emit` (SQL).
 *
 * Coercions are explicit `cast` nodes put there by the checker, so a backend never guesses.
 */
export type Expr = LiteralExpr | ColumnExpr | CallExpr | CaseExpr | CastExpr | LogicalExpr;

/** `value`: null, boolean, number, or text (string, json, binary as base64, long / decimal digits as written, datetime and date as ISO 8601). */
export interface LiteralExpr {
	readonly kind: 'literal';
	readonly type: DataType;
	readonly value: null | boolean | number | string;
	/** A secret variable is part of it: no message may tell what is made of it. */
	readonly secret?: true;
}
export interface ColumnExpr {
	readonly kind: 'column';
	readonly type: DataType;
	/** The field's name in the input schema. */
	readonly name: string;
}
/** A function or operator by its canonical lower-case name in the function registry (`add`, `concat`, `eq`, `upper` …). */
export interface CallExpr {
	readonly kind: 'call';
	readonly type: DataType;
	readonly function: string;
	readonly arguments: readonly Expr[];
}
/** Searched case; only the branch that is taken is evaluated for a row. */
export interface CaseExpr {
	readonly kind: 'case';
	readonly type: DataType;
	readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
	readonly otherwise: Expr;
}
export interface CastExpr {
	readonly kind: 'cast';
	readonly type: DataType;
	readonly argument: Expr;
	/** try_cast: null instead of a row error. */
	readonly lenient: boolean;
}
/** Three-valued and / or / coalesce; the right side is evaluated only for rows that need it. */
export interface LogicalExpr {
	readonly kind: 'and' | 'or' | 'coalesce';
	readonly type: DataType;
	readonly arguments: readonly Expr[];
}

/** What is wrong with an expression's text. Offsets are 0-based code units into the source; lines and columns 1-based. */
export interface ExpressionFault {
	readonly message: string;
	readonly hint: string;
	readonly offset: number;
	readonly length: number;
	readonly line: number;
	readonly column: number;
}

/** A row that failed while an expression was evaluated. */
export interface RowError {
	/** Index in the batch. */
	readonly row: number;
	readonly class: RowErrorClass;
	/** Says the value and what was expected. */
	readonly message: string;
}

export type RowErrorClass =
	| 'invalid_cast'
	| 'overflow'
	| 'division_by_zero'
	| 'invalid_argument'
	| 'invalid_json'
	| 'assertion_failed'
	| 'parse_error'
	| 'too_many_columns'
	| 'too_few_columns'
	| 'code_error'
	| 'constraint'
	| 'rejected_by_destination';
