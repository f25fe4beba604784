import type { DataType } from '../../data/types.ts';
import { isPure } from '../evaluation/traits.ts';
import { foldNode } from '../fold.ts';
import { functionNamed } from '../functions/registry.ts';
import type { CaseExpr, Expr } from '../ir.ts';
import type { Ast } from '../syntax/ast.ts';
import { resolveCall } from './call.ts';
import { coerce } from './coerce.ts';
import type { CheckContext, Checked } from './context.ts';
import { checkNode } from './node.ts';
import { commonType } from './unify.ts';

const BOOLEAN: DataType = { kind: 'boolean' };

/** A condition of and, or, case: a boolean, or null. */
export function checkCondition(ast: Ast, place: string, context: CheckContext): Expr | null {
	const checked = checkNode(ast, context);
	return checked === null ? null : asCondition(checked, place, context);
}

export function asCondition(checked: Checked, place: string, context: CheckContext): Expr | null {
	const { kind } = checked.expr.type;
	if (checked.untypedNull || kind === 'boolean') return coerce(checked, BOOLEAN);
	const written = context.written(checked.span);
	const hint =
		kind === 'string' ? `Compare it: ${written} = 'yes', or cast(${written} as boolean).` : `Compare it: ${written} != 0, or cast(${written} as boolean).`;
	return context.fault(
		checked.span,
		`${place} must be true or false, but ${context.described(checked)}.`,
		kind === 'json' || kind === 'binary' ? `Compare it with something.` : hint,
	);
}

export function checkLogical(ast: Ast & { kind: 'logical' }, context: CheckContext): Checked | null {
	const conditions = ast.arguments.map((argument) => checkCondition(argument, `Each side of ${ast.operator}`, context));
	if (!conditions.every((condition) => condition !== null)) return null;
	return { expr: foldNode({ kind: ast.operator, type: BOOLEAN, arguments: conditions }), span: ast.span };
}

export function checkCase(ast: Ast & { kind: 'case' }, context: CheckContext): Checked | null {
	const operand = ast.operand === null ? null : checkNode(ast.operand, context);
	if (operand !== null && !isPure(operand.expr)) {
		return context.fault(operand.span, 'What a case compares must be the same each time it is looked at.', 'Compute it in a select component before this one.');
	}
	const whens = ast.branches.map(({ when }) => (ast.operand === null ? checkCondition(when, 'A condition', context) : checkEqual(operand, when, context)));
	const thens = ast.branches.map(({ then }) => checkNode(then, context));
	const otherwise = ast.otherwise === null ? nullAt(ast) : checkNode(ast.otherwise, context);
	const values = [...thens, otherwise];
	if (!values.every((value) => value !== null)) return null;
	const expr = makeCase(whens, values, context);
	return expr === null ? null : { expr, span: ast.span };
}

/** `values`: one for each condition, then the one for none. */
export function makeCase(whens: readonly (Expr | null)[], values: readonly Checked[], context: CheckContext): Expr | null {
	const type = commonType(values, 'the branches must be of one type', context);
	if (type === null || !whens.every((when) => when !== null)) return null;
	const coerced = values.map((value) => coerce(value, type));
	const branches = whens.map((when, index): CaseExpr['branches'][number] => ({ when, then: coerced[index] as Expr }));
	return foldNode({ kind: 'case', type, branches, otherwise: coerced[coerced.length - 1] as Expr });
}

function nullAt({ span }: Ast): Checked {
	return { expr: { kind: 'literal', type: { kind: 'string' }, value: null }, span, untypedNull: true };
}

/** `case x when y`: x = y. */
function checkEqual(operand: Checked | null, when: Ast, context: CheckContext): Expr | null {
	const value = checkNode(when, context);
	if (operand === null || value === null) return null;
	return resolveCall({ definition: functionNamed('eq'), args: [operand, value], span: when.span, nameSpan: when.span, operator: '=' }, context);
}
