import { parseDatetime, parseValue } from '../../data/text.ts';
import type { Value } from '../../data/types.ts';
import type { LiteralExpr } from '../ir.ts';
import { constantOperand, type Operand } from './operand.ts';

/** A literal's value; long, decimal, dates and binary are text in the IR. */
export function literalValue(literal: LiteralExpr): Value {
	const { type, value } = literal;
	if (value === null || typeof value !== 'string') return value;
	if (type.kind === 'string' || type.kind === 'json') return value;
	const parsed = parseValue(type, value);
	if (parsed === undefined) throw new TypeError(`The plan holds a ${type.kind} literal that is none: ${value}`);
	return parsed;
}

/** Minutes east of UTC of a datetime literal. */
export function literalOffset(literal: LiteralExpr): number {
	return literal.type.kind === 'datetime' && typeof literal.value === 'string' ? (parseDatetime(literal.value)?.offset ?? 0) : 0;
}

export function literalOperand(literal: LiteralExpr): Operand {
	return constantOperand(literal.type, literalValue(literal), literalOffset(literal));
}
