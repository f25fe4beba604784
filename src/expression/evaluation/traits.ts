import type { DataType } from '../../data/types.ts';
import { functionNamed, signatureFor } from '../functions/registry.ts';
import type { CallExpr, Expr } from '../ir.ts';

/** Whether any row could fail in an expression; what cannot may be evaluated for rows that do not need it. */
export function mayFail(expr: Expr): boolean {
	switch (expr.kind) {
		case 'literal':
		case 'column':
			return false;
		case 'cast':
			return !(expr.lenient || isWidening(expr.argument.type, expr.type)) || mayFail(expr.argument);
		case 'call':
			return callMayFail(expr) || expr.arguments.some(mayFail);
		case 'case':
			return expr.branches.some(({ when, then }) => mayFail(when) || mayFail(then)) || mayFail(expr.otherwise);
		default:
			return expr.arguments.some(mayFail);
	}
}

const DIVISIONS: ReadonlySet<string> = new Set(['mod', 'div', 'divide']);

function callMayFail(call: CallExpr): boolean {
	const { fails } = signatureOf(call);
	if (DIVISIONS.has(call.function)) {
		// By a number known to be at least 1 nothing is divided by zero, and nothing grows.
		const divisor = call.arguments[1];
		return !(divisor?.kind === 'literal' && Number(divisor.value) >= 1) || mayOutgrow(call);
	}
	return typeof fails === 'boolean' ? fails : fails.some((index) => index < call.arguments.length && call.arguments[index]?.kind !== 'literal');
}

/** Whether a quotient of decimals may have more digits before the point than its type, though it is no larger than the dividend. */
function mayOutgrow({ function: name, type, arguments: [dividend] }: CallExpr): boolean {
	if (name !== 'divide' || type.kind !== 'decimal' || dividend?.type.kind !== 'decimal') return false;
	const { precision, scale } = dividend.type;
	// Where digits fall away, 9.99… is rounded up to 10.
	return type.precision - type.scale < precision - scale + (type.scale < scale ? 1 : 0);
}

/** Whether evaluating it for all rows costs less than picking out the rows that need it: column loops over few operands. */
export function isCheap(expr: Expr): boolean {
	switch (expr.kind) {
		case 'literal':
		case 'column':
			return true;
		case 'cast':
			return isWidening(expr.argument.type, expr.type) && isCheap(expr.argument);
		case 'call':
			return signatureOf(expr).implementation.kind === 'vector' && expr.arguments.every(isCheap);
		default:
			return false;
	}
}

/** Whether a secret variable is part of it. */
export function holdsSecret(expr: Expr): boolean {
	switch (expr.kind) {
		case 'literal':
			return expr.secret === true;
		case 'column':
			return false;
		case 'cast':
			return holdsSecret(expr.argument);
		case 'case':
			return expr.branches.some(({ when, then }) => holdsSecret(when) || holdsSecret(then)) || holdsSecret(expr.otherwise);
		default:
			return expr.arguments.some(holdsSecret);
	}
}

/** Whether it gives something else each time, or at each run. */
export function isPure(expr: Expr): boolean {
	switch (expr.kind) {
		case 'literal':
		case 'column':
			return true;
		case 'cast':
			return isPure(expr.argument);
		case 'call':
			return functionNamed(expr.function).volatility === 'pure' && expr.arguments.every(isPure);
		case 'case':
			return expr.branches.every(({ when, then }) => isPure(when) && isPure(then)) && isPure(expr.otherwise);
		default:
			return expr.arguments.every(isPure);
	}
}

export function signatureOf(call: CallExpr): ReturnType<typeof signatureFor> {
	return signatureFor(
		functionNamed(call.function),
		call.arguments.map(({ type }) => type),
	);
}

const WIDENINGS: ReadonlySet<string> = new Set(['integer long', 'integer double', 'long double', 'decimal double', 'float double', 'date datetime']);
/** Digits before the point that every value of a type fits in. */
const WHOLE_DIGITS: Readonly<Record<string, number>> = { integer: 10, long: 19 };

/** Casts that no value fails. */
function isWidening(from: DataType, to: DataType): boolean {
	if (to.kind !== 'decimal') return from.kind === to.kind || WIDENINGS.has(`${from.kind} ${to.kind}`);
	const whole = from.kind === 'decimal' ? from.precision - from.scale : (WHOLE_DIGITS[from.kind] ?? 39);
	return to.precision - to.scale >= whole && (from.kind !== 'decimal' || to.scale >= from.scale);
}
