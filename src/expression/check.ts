import type { DataType } from '../data/types.ts';
import type { Expr, ExpressionFault } from './ir.ts';
import { parseExpression } from './parse.ts';
import { asCondition } from './typing/branches.ts';
import { coerce, fit } from './typing/coerce.ts';
import { articled, CheckContext, type CheckEnvironment, type Checked } from './typing/context.ts';
import { checkNode } from './typing/node.ts';

export type { CheckEnvironment } from './typing/context.ts';

export type CheckedExpression = { readonly expr: Expr } | { readonly faults: readonly ExpressionFault[] };

/**
 * Parses and types an expression over a schema, variables filled in and constants folded. Gives every fault that can be told at
 * once, each with its place, what is wrong and what to write; a syntax fault stands alone, since nothing behind it can be trusted.
 */
export function checkExpression(text: string, environment: CheckEnvironment): CheckedExpression {
	const parsed = parseExpression(text);
	if ('faults' in parsed) return parsed;
	const context = new CheckContext(text, environment);
	const checked = checkNode(parsed.ast, context);
	const expr = checked === null ? null : expected(checked, environment.expect, context);
	if (expr === null || context.faults.length > 0) return { faults: [...context.faults].sort((a, b) => a.offset - b.offset) };
	return { expr };
}

/** The expression as the kind its place needs. */
function expected(checked: Checked, kind: DataType['kind'] | undefined, context: CheckContext): Expr | null {
	if (kind === undefined) return checked.expr;
	if (kind === 'boolean') return asCondition(checked, 'The expression', context);
	const found = fit(checked, [kind], true);
	if (found !== null) return coerce(checked, found.type);
	return context.fault(
		checked.span,
		`The expression must give ${articled({ kind } as DataType)}, but gives ${articled(checked.expr.type)}.`,
		`Write cast(… as ${kind}) if that is meant.`,
	);
}
