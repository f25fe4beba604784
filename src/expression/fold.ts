import { offsetAt, valueAt } from '../data/access.ts';
import { formatValue } from '../data/text.ts';
import type { DataType, Value } from '../data/types.ts';
import { AppError } from '../lib/errors.ts';
import { compile } from './evaluate.ts';
import { type Environment, platformEnvironment } from './evaluation/environment.ts';
import { literalValue } from './evaluation/literal.ts';
import { holdsSecret, isPure } from './evaluation/traits.ts';
import type { Expr, LiteralExpr, RowError } from './ir.ts';
import { MAX_FOLDED_LENGTH } from './limits.ts';

/** A batch of one row without columns: what a constant is evaluated over. */
const ONE_ROW = { schema: [], length: 1, columns: [] };

/**
 * The value of an expression without columns: a variable's default, a dynamic variable. Throws `AppError` (`invalid_input`)
 * with the row error's message where it fails.
 */
export function evaluateConstant(expr: Expr, environment: Environment = platformEnvironment()): Value {
	return literalValue(evaluateLiteral(expr, environment));
}

/** As `evaluateConstant`, in the form a variable is stored and an IR holds: type and JSON value, a datetime with its offset. */
export function evaluateLiteral(expr: Expr, environment: Environment = platformEnvironment()): LiteralExpr {
	if (expr.kind === 'literal') return expr;
	const errors: RowError[] = [];
	const literal = evaluated(expr, environment, errors);
	const [error] = errors;
	if (error !== undefined) throw new AppError('invalid_input', error.message, { hint: 'The expression has no value; change it so that it has one.' });
	if (literal === null) throw new AppError('invalid_input', 'The expression gives NaN or an infinity.', { hint: 'A variable holds finite numbers only.' });
	return literal;
}

/** A node whose children are folded: the literal it always gives, or itself. What fails, or gives another value each time, stays. */
export function foldNode(expr: Expr): Expr {
	switch (expr.kind) {
		case 'literal':
		case 'column':
			return expr;
		case 'case':
			return foldCase(expr);
		case 'and':
		case 'or':
			return foldLogical(expr, expr.kind);
		case 'coalesce':
			return foldCoalesce(expr);
		case 'cast':
			return foldConstant(expr, [expr.argument]);
		case 'call':
			return foldConstant(expr, expr.arguments);
	}
}

function foldConstant(expr: Expr, children: readonly Expr[]): Expr {
	if (!children.every(({ kind }) => kind === 'literal') || !isPure(expr)) return expr;
	const errors: RowError[] = [];
	const literal = evaluated(expr, platformEnvironment(0), errors);
	const tooLong = typeof literal?.value === 'string' && literal.value.length > MAX_FOLDED_LENGTH;
	return literal === null || errors.length > 0 || tooLong ? expr : literal;
}

/** Branches that are never taken go; from one that always is, the case ends. */
function foldCase(expr: Expr & { kind: 'case' }): Expr {
	const branches: { when: Expr; then: Expr }[] = [];
	for (const branch of expr.branches) {
		if (branch.when.kind === 'literal') {
			if (branch.when.value !== true) continue;
			return branches.length === 0 ? branch.then : { ...expr, branches, otherwise: branch.then };
		}
		branches.push(branch);
	}
	return branches.length === 0 ? expr.otherwise : { ...expr, branches };
}

/** What stands behind a deciding literal is never evaluated; a neutral one (true for and) says nothing. */
function foldLogical(expr: Expr & { kind: 'and' | 'or' | 'coalesce' }, kind: 'and' | 'or'): Expr {
	const neutral = kind === 'and';
	const rest: Expr[] = [];
	for (const argument of expr.arguments) {
		if (argument.kind === 'literal' && argument.value === neutral) continue;
		rest.push(argument);
		if (argument.kind === 'literal' && argument.value === !neutral) break;
	}
	const [only] = rest;
	if (only === undefined) return { kind: 'literal', type: expr.type, value: neutral };
	return rest.length === 1 ? only : { ...expr, arguments: rest };
}

/** Null literals choose nothing; behind a literal that is not null nothing is looked at. */
function foldCoalesce(expr: Expr & { kind: 'and' | 'or' | 'coalesce' }): Expr {
	const rest: Expr[] = [];
	for (const argument of expr.arguments) {
		if (argument.kind === 'literal' && argument.value === null) continue;
		rest.push(argument);
		if (argument.kind === 'literal') break;
	}
	if (rest.length === 0) return { kind: 'literal', type: expr.type, value: null };
	return rest.length === 1 ? (rest[0] as Expr) : { ...expr, arguments: rest };
}

function evaluated(expr: Expr, environment: Environment, errors: RowError[]): LiteralExpr | null {
	const vector = compile(expr, environment)(ONE_ROW, errors);
	const literal = literalOf(expr.type, valueAt(vector, 0), offsetAt(vector, 0));
	return literal !== null && holdsSecret(expr) ? { ...literal, secret: true } : literal;
}

/** A value as a literal; null for NaN and infinities, which JSON does not have. */
export function literalOf(type: DataType, value: Value, offset = 0): LiteralExpr | null {
	if (value === null || typeof value === 'boolean') return { kind: 'literal', type, value };
	if (type.kind === 'integer' || type.kind === 'float' || type.kind === 'double') {
		return typeof value === 'number' && Number.isFinite(value) ? { kind: 'literal', type, value } : null;
	}
	return { kind: 'literal', type, value: formatValue(type, value, offset) };
}
