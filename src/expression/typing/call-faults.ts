import type { DataType } from '../../data/types.ts';
import type { Signature } from '../functions/definition.ts';
import { callName, kindsText, parameterFor, signatureText } from '../functions/signature-text.ts';
import type { CheckedCall } from './call.ts';
import { fit, isNumericKind, isTextLiteral } from './coerce.ts';
import { articled, type CheckContext, type Checked } from './context.ts';
import { mixedHint } from './unify.ts';

/** The signatures of a function, for a hint. */
function usage({ definition }: CheckedCall): string {
	const texts = definition.signatures.map((signature) => signatureText(definition, signature));
	return texts.length <= 4 ? texts.join(' or ') : `${texts.slice(0, 4).join(' or ')} …`;
}

export function tellCount(call: CheckedCall, context: CheckContext): null {
	const { definition, args } = call;
	const bounds = definition.signatures.map(({ parameters, rest }) => ({
		least: parameters.filter(({ optional }) => !optional).length,
		most: rest === null ? parameters.length : Number.POSITIVE_INFINITY,
	}));
	const least = Math.min(...bounds.map((bound) => bound.least));
	const most = Math.max(...bounds.map((bound) => bound.most));
	const wanted = least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
	return context.fault(call.nameSpan, `${callName(definition)} takes ${wanted} argument${wanted.endsWith('1') ? '' : 's'}, not ${args.length}.`, usage(call));
}

/** No signature takes these types: says which argument is wrong for the one that goes furthest. */
export function tellMisfit(call: CheckedCall, signatures: readonly Signature[], context: CheckContext): null {
	if (call.operator !== null) return tellOperator(call, call.operator, context);
	const { definition, args } = call;
	let furthest = -1;
	let best: Signature | null = null;
	for (const signature of signatures) {
		const fitting = args.findIndex((argument, index) => fit(argument, parameterFor(signature, index)?.kinds ?? [], true) === null);
		const reached = fitting === -1 ? args.length : fitting;
		if (reached > furthest) {
			furthest = reached;
			best = signature;
		}
	}
	const argument = args[Math.min(furthest, args.length - 1)] as Checked;
	const parameter = best === null ? null : parameterFor(best, furthest);
	if (best === null || parameter === null) return context.fault(call.span, `${callName(definition)} does not take these types.`, usage(call));
	const taken = [...new Set(signatures.flatMap((signature) => parameterFor(signature, furthest) ?? []).map(kindsText))].join(' or ');
	const message = `${callName(definition)} takes ${taken} as ${parameter.name}, but ${context.described(argument)}.`;
	return context.fault(argument.span, message, `${castHint(argument, parameter.kinds[0] ?? 'string', context)} ${usage(call)}`);
}

function castHint(argument: Checked, kind: DataType['kind'], context: CheckContext): string {
	if ((kind === 'date' || kind === 'datetime') && isTextLiteral(argument))
		return 'Write a date as 2024-01-31 or 2024-01-31T12:30:00Z, or use ToDate with a format.';
	return `Write cast(${context.written(argument.span)} as ${kind === 'decimal' ? 'decimal(18,2)' : kind}) if that is meant.`;
}

/** What is said behind an operator that refuses its sides. */
const CANNOT: Readonly<Record<string, string>> = {
	'+': 'they cannot be added',
	'-': 'they cannot be subtracted',
	'*': 'they cannot be multiplied',
	'/': 'they cannot be divided',
	'%': 'there is no remainder of them',
	div: 'they cannot be divided',
};

function tellOperator(call: CheckedCall, operator: string, context: CheckContext): null {
	const [first, second] = call.args as [Checked, Checked | undefined];
	if (second === undefined) {
		const wanted = operator === 'not' || operator === '!' ? 'true or false' : 'a number';
		const hint = wanted === 'a number' ? castHint(first, 'double', context) : "Compare it with something first: not (status = 'done').";
		return context.fault(first.span, `${operator} takes ${wanted}, but ${context.described(first)}.`, hint);
	}
	const kinds = [first.expr.type.kind, second.expr.type.kind];
	if (operator === '#')
		return context.fault(
			call.span,
			`# takes a json value and a name in quotes, but ${context.described(first)}.`,
			"Read the text as JSON first: JsonStringToMap(x)#'name', or JsonExtract(x, '$.name').",
		);
	const problem = CANNOT[operator] ?? `${operator} does not take them`;
	const message = `${context.described(first)} and ${context.described(second)}: ${problem}.`;
	return context.fault(call.span, message, operatorHint(operator, first, second, kinds, context));
}

function operatorHint(operator: string, first: Checked, second: Checked, kinds: readonly DataType['kind'][], context: CheckContext): string {
	const other = kinds[0] === 'string' ? second : first;
	if (operator === '||')
		return `Write cast(${context.written((kinds[0] === 'binary' ? first : second).span)} as string) for base64, or decode_utf8 for the text the bytes hold.`;
	if (kinds.includes('string')) {
		if (operator === 'like' || operator === 'ilike' || operator === 'matches') return `Write cast(${context.written(other.span)} as string) ${operator} ….`;
		const hint = isNumericKind(other.expr.type.kind) ? mixedHint(first, second, context) : 'Write cast(x as integer), with x the text that holds a number.';
		return operator === '+' ? `To join text write ||. To add: ${hint}` : hint;
	}
	if (kinds.includes('datetime') || kinds.includes('date')) {
		return kinds.every((kind) => kind === 'datetime' || kind === 'date')
			? "For the time between two write SecondsBetween(a, b), DaysBetween(a, b) or date_diff('day', b, a)."
			: `Write x ${operator} interval '3 days', or AddDuration(x, 'P3D'); whole days may be added to a date.`;
	}
	if (kinds.includes('json')) return `Write cast(${context.written((kinds[0] === 'json' ? first : second).span)} as double), or as the type it holds.`;
	if (kinds.includes('boolean')) return `${articled({ kind: 'boolean' })} is no number: write (x ? 1 : 0) ${operator} ….`.replace(/^a/, 'A');
	return 'Cast both sides to one type.';
}
