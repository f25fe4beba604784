import { foldNode } from '../fold.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import { functionNamed } from '../functions/registry.ts';
import { takesCount } from '../functions/signature-text.ts';
import type { Expr } from '../ir.ts';
import type { Ast } from '../syntax/ast.ts';
import { asCondition, makeCase } from './branches.ts';
import { type CheckedCall, resolveCall } from './call.ts';
import { tellCount } from './call-faults.ts';
import { coerce, isNumericKind } from './coerce.ts';
import type { CheckContext, Checked } from './context.ts';
import { checkNode } from './node.ts';
import { commonType } from './unify.ts';

type Call = Ast & { kind: 'call' };

/** Functions that become nodes with lazy branches. */
const SPECIAL: ReadonlySet<string> = new Set(['coalesce', 'if', 'nvl2']);

export function isSpecial({ name }: FunctionDefinition): boolean {
	return SPECIAL.has(name);
}

export function specialCall(call: CheckedCall, context: CheckContext): Expr | null {
	const { definition, args } = call;
	if (!definition.signatures.some((signature) => takesCount(signature, args.length))) return tellCount(call, context);
	if (definition.name === 'coalesce') {
		const type = commonType(args, 'the arguments of COALESCE must be of one type', context);
		if (type === null) return null;
		const coerced = args.map((argument) => coerce(argument, type));
		return coerced.length === 1 ? (coerced[0] as Expr) : foldNode({ kind: 'coalesce', type, arguments: coerced });
	}
	const [first, ...values] = args as [Checked, ...Checked[]];
	if (definition.name === 'if') return makeCase([asCondition(first, 'The condition', context)], values, context);
	const present = resolveCall({ ...call, definition: functionNamed('is_not_null'), args: [first], operator: 'is not null' }, context);
	return makeCase([present], values, context);
}

/** `+x`: x, if that is a number. */
export function checkPositive(ast: Call, context: CheckContext): Checked | null {
	const argument = checkNode(ast.arguments[0] as Ast, context);
	if (argument === null || argument.untypedNull || isNumericKind(argument.expr.type.kind)) return argument;
	return context.fault(
		argument.span,
		`+ takes a number, but ${context.described(argument)}.`,
		`Write cast(${context.written(argument.span)} as double) if that is meant.`,
	);
}

/** `date ± interval`: a call of AddDuration or SubtractDuration. */
export function checkInterval(ast: Call, context: CheckContext): Checked | null {
	const [left, right] = ast.arguments as readonly [Ast, Ast];
	const [moved, interval] = right.kind === 'interval' ? [left, right] : [right, left];
	if (interval.kind !== 'interval' || moved.kind === 'interval' || (ast.operator === '-' && left.kind === 'interval')) {
		return context.fault(ast.span, 'An interval is added to a date or taken from one.', "Write created_at + interval '3 days'.");
	}
	const checked = checkNode(moved, context);
	const duration = isoDuration(interval.amount, interval.unit);
	if (duration === null) {
		context.fault(interval.span, `${interval.unit} is no unit of time.`, 'Units: year, quarter, month, week, day, hour, minute, second.');
		return null;
	}
	if (checked === null) return null;
	const text: Checked = { expr: { kind: 'literal', type: { kind: 'string' }, value: duration }, span: interval.span };
	const definition = functionNamed(ast.operator === '-' ? 'subtract_duration' : 'add_duration');
	const expr = resolveCall({ definition, args: [checked, text], span: ast.span, nameSpan: ast.nameSpan, operator: null }, context);
	return expr === null ? null : { expr, span: ast.span };
}

const DESIGNATORS: Readonly<Record<string, (amount: number) => string>> = {
	year: (amount) => `P${amount}Y`,
	quarter: (amount) => `P${amount * 3}M`,
	month: (amount) => `P${amount}M`,
	week: (amount) => `P${amount}W`,
	day: (amount) => `P${amount}D`,
	hour: (amount) => `PT${amount}H`,
	minute: (amount) => `PT${amount}M`,
	second: (amount) => `PT${amount}S`,
};

function isoDuration(amount: number, unit: string): string | null {
	const name = unit.replace(/s$/, '');
	const designator = Object.hasOwn(DESIGNATORS, name) ? DESIGNATORS[name] : undefined;
	return designator === undefined ? null : `${amount < 0 ? '-' : ''}${designator(Math.abs(amount))}`;
}
