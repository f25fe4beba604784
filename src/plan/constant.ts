import { sameType } from '../data/type-names.ts';
import type { DataType } from '../data/types.ts';
import { checkExpression } from '../expression/check.ts';
import { platformEnvironment } from '../expression/evaluation/environment.ts';
import { evaluateLiteral } from '../expression/fold.ts';
import type { Expr } from '../expression/ir.ts';
import { AppError } from '../lib/errors.ts';
import type { QueryParameter } from './endpoints.ts';
import { tellFault } from './expression-fault.ts';
import type { FillProblem, VariableScope } from './fill.ts';

/** The value of an expression without columns, cast to `type` where one is given; or why it has none. `now` is what CurrentTime() gives. */
export function evaluateText(
	text: string,
	scope: VariableScope,
	type: DataType | undefined,
	now: number,
): (QueryParameter & { readonly secret: boolean }) | { readonly problems: readonly FillProblem[] } {
	const checked = checkExpression(text, { schema: [], variables: scope });
	if ('faults' in checked) return { problems: checked.faults.map((fault) => tellFault(fault, text)) };
	const { expr } = checked;
	const wanted: Expr = type === undefined || sameType(type, expr.type) ? expr : { kind: 'cast', type, argument: expr, lenient: false };
	try {
		const { type: given, value, secret = false } = evaluateLiteral(wanted, platformEnvironment(now));
		return { type: given, value, secret };
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		return { problems: [{ message: error.message, hint: error.hint }] };
	}
}
