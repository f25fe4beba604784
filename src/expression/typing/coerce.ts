import { parseDatetime, parseValue } from '../../data/text.ts';
import { sameType } from '../../data/type-names.ts';
import type { DataType, TypeKind } from '../../data/types.ts';
import { foldNode } from '../fold.ts';
import type { Expr } from '../ir.ts';
import type { Checked } from './context.ts';

/** A type an argument can be brought to without being asked, and how far off it is. */
export interface Fit {
	readonly type: DataType;
	readonly cost: number;
}

/** Nothing else is widened by itself: text never becomes a number, a number never text. */
const WIDENING: Readonly<Record<string, number>> = {
	'integer long': 1,
	'integer decimal': 2,
	'long decimal': 2,
	'integer double': 4,
	'long double': 4,
	'decimal double': 4,
	'float double': 3,
	'date datetime': 2,
};

const NUMERIC: ReadonlySet<TypeKind> = new Set(['integer', 'long', 'decimal', 'float', 'double']);

export function isNumericKind(kind: TypeKind): boolean {
	return NUMERIC.has(kind);
}

/** The cheapest of `kinds` that an argument fits, or null. `readDates`: a text literal may be read as a date. */
export function fit(argument: Checked, kinds: readonly TypeKind[], readDates: boolean): Fit | null {
	const { type } = argument.expr;
	if (argument.untypedNull) return { type: plainType(kinds[0] as TypeKind), cost: 0 };
	if (kinds.includes(type.kind)) return { type, cost: 0 };
	let best: Fit | null = null;
	for (const kind of kinds) {
		const found = fitKind(argument, kind, readDates);
		if (found !== null && (best === null || found.cost < best.cost)) best = found;
	}
	return best;
}

function fitKind(argument: Checked, kind: TypeKind, readDates: boolean): Fit | null {
	const { expr } = argument;
	if (kind === 'string') return argument.quoted === undefined ? null : { type: { kind }, cost: 5 };
	if (isTextLiteral(argument))
		return readDates && (kind === 'date' || kind === 'datetime') && readsAs(argument, kind) ? { type: { kind }, cost: kind === 'date' ? 1 : 2 } : null;
	if (kind === 'float') return isFloatLiteral(expr) ? { type: { kind }, cost: 3 } : null;
	const cost = WIDENING[`${expr.type.kind} ${kind}`];
	if (cost === undefined) return null;
	return { type: kind === 'decimal' ? decimalFor(expr) : plainType(kind), cost };
}

/** A type of a kind where no digits are known. */
export function plainType(kind: TypeKind): DataType {
	return kind === 'decimal' ? { kind, precision: 1, scale: 0 } : { kind };
}

/** The decimal that holds every value of an integer or long, or just this literal. */
export function decimalFor(expr: Expr): DataType {
	if (expr.type.kind === 'decimal') return expr.type;
	if (expr.kind === 'literal' && expr.value !== null) return { kind: 'decimal', precision: String(expr.value).replace('-', '').length, scale: 0 };
	return { kind: 'decimal', precision: expr.type.kind === 'integer' ? 10 : 19, scale: 0 };
}

/** Text known before any row is seen: written, spliced from variables or folded. */
export function isTextLiteral({ expr }: Checked): boolean {
	return expr.kind === 'literal' && expr.type.kind === 'string' && typeof expr.value === 'string';
}

/** Whether a text literal is a date, or a datetime. */
export function readsAs({ expr }: Checked, kind: 'date' | 'datetime'): boolean {
	if (expr.kind !== 'literal' || typeof expr.value !== 'string') return false;
	return kind === 'date' ? parseValue({ kind }, expr.value) !== undefined : parseDatetime(expr.value) !== undefined;
}

/** A literal beside floats is one: 0.1 is rounded to 32 bits as every float was, a whole number only where that keeps it. */
export function isFloatLiteral(expr: Expr): boolean {
	if (expr.kind !== 'literal' || expr.value === null) return false;
	if (expr.type.kind === 'decimal') return true;
	return (expr.type.kind === 'integer' || expr.type.kind === 'long') && Math.fround(Number(expr.value)) === Number(expr.value);
}

/** The argument as that type, which it fits: itself, a literal of the type, or a cast. */
export function coerce(argument: Checked, type: DataType): Expr {
	const { expr } = argument;
	if (argument.untypedNull) return { kind: 'literal', type, value: null };
	if (sameType(expr.type, type)) return expr;
	if (type.kind === 'string' && argument.quoted !== undefined) {
		const secret = expr.kind === 'literal' && expr.secret === true;
		return { kind: 'literal', type, value: argument.quoted, ...(secret ? { secret } : {}) };
	}
	return foldNode({ kind: 'cast', type, argument: expr, lenient: false });
}
