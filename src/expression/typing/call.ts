import type { DataType } from '../../data/types.ts';
import { literalValue } from '../evaluation/literal.ts';
import { type Span, spanOf } from '../fault.ts';
import { foldNode } from '../fold.ts';
import type { FunctionDefinition, Signature } from '../functions/definition.ts';
import { parameterFor, signatureText, takesCount } from '../functions/signature-text.ts';
import type { Expr } from '../ir.ts';
import { tellCount, tellMisfit } from './call-faults.ts';
import { coerce, decimalFor, fit } from './coerce.ts';
import type { CheckContext, Checked } from './context.ts';
import { commonType } from './unify.ts';

/** A call whose arguments are checked. `operator` is how it was written, null for a call by name. */
export interface CheckedCall {
	readonly definition: FunctionDefinition;
	readonly args: readonly Checked[];
	readonly span: Span;
	readonly nameSpan: Span;
	readonly operator: string | null;
}

/** Chooses the signature that needs the least widening, brings the arguments to it and makes the node; null after a fault. */
export function resolveCall(call: CheckedCall, context: CheckContext): Expr | null {
	const { definition, args } = call;
	const counted = definition.signatures.filter((signature) => takesCount(signature, args.length));
	if (counted.length === 0) return tellCount(call, context);
	const grouped = counted.find(({ parameters }) => parameters.some(({ same }) => same));
	const chosen = grouped === undefined ? cheapest(counted, call) : sameTypes(grouped, call, context);
	if (chosen === 'told') return null;
	if (chosen === null) return tellMisfit(call, counted, context);
	return build(call, chosen.signature, chosen.types, context);
}

interface Choice {
	readonly signature: Signature;
	/** What each argument is brought to. */
	readonly types: readonly DataType[];
}

function cheapest(signatures: readonly Signature[], { definition, args }: CheckedCall): Choice | null {
	// Beside an operator text is only read as a date if there is a date: '2024-01-01' + 1 is as wrong as '5' + 1.
	const dated = args.some(({ expr }) => expr.type.kind === 'date' || expr.type.kind === 'datetime');
	const readDates = !definition.operator || dated;
	let best: (Choice & { cost: number }) | null = null;
	const kinds = args.map(({ expr }) => expr.type.kind);
	for (const signature of signatures) {
		if (signature.refuses?.(kinds)) continue;
		const types: DataType[] = [];
		let cost = 0;
		for (const [index, argument] of args.entries()) {
			const parameter = parameterFor(signature, index);
			const found = parameter === null ? null : fit(argument, parameter.kinds, readDates);
			if (found === null) break;
			types.push(found.type);
			cost += found.cost;
		}
		if (types.length === args.length && (best === null || cost < best.cost)) best = { signature, types, cost };
	}
	return best;
}

/** All `same` arguments get one type, the others their own. */
function sameTypes(signature: Signature, { definition, args, operator }: CheckedCall, context: CheckContext): Choice | 'told' | null {
	const group = args.filter((_, index) => parameterFor(signature, index)?.same);
	const place = operator === null ? `the arguments of ${definition.spelling} must be of one type` : `they cannot be compared with ${operator}`;
	const common = commonType(group, place, context);
	if (common === null) return 'told';
	const types: DataType[] = [];
	for (const [index, argument] of args.entries()) {
		const parameter = parameterFor(signature, index);
		if (parameter === null) return null;
		if (parameter.same) {
			if (!parameter.kinds.includes(common.kind)) return null;
			types.push(parameter.mixedDecimals && common.kind === 'decimal' && !argument.untypedNull ? decimalFor(argument.expr) : common);
		} else {
			const found = fit(argument, parameter.kinds, true);
			if (found === null) return null;
			types.push(found.type);
		}
	}
	return { signature, types };
}

function build(call: CheckedCall, signature: Signature, types: readonly DataType[], context: CheckContext): Expr | null {
	const { definition, args } = call;
	const before = context.faults.length;
	const coerced = args.map((argument, index) => coerce(argument, types[index] as DataType));
	for (const [index, argument] of coerced.entries()) {
		const check = parameterFor(signature, index)?.check;
		if (!check || argument.kind !== 'literal' || typeof argument.value !== 'string') continue;
		const problem = check(argument.value);
		if (problem !== null) tellLiteral(problem, (args[index] as Checked).span, signatureText(definition, signature), context);
	}
	const literals = coerced.map((argument) => (argument.kind === 'literal' ? literalValue(argument) : undefined));
	const together = context.faults.length === before ? (signature.checkLiterals?.(literals) ?? null) : null;
	if (together !== null) tellLiteral(together, argumentsSpan(call), signatureText(definition, signature), context);
	const result = signature.result(types, coerced);
	if (typeof result === 'string') context.fault(call.span, `${definition.spelling}: ${result}.`, signatureText(definition, signature));
	if (typeof result === 'string' || context.faults.length > before) return null;
	return foldNode({ kind: 'call', type: result, function: definition.name, arguments: coerced });
}

/** What came from a variable may be a secret: then the place is told, not the value. */
function tellLiteral(problem: string, span: Span, hint: string, context: CheckContext): void {
	const written = context.written(span);
	context.fault(
		span,
		/\$\{?[A-Za-z_]/.test(written) && problem.includes("'") ? `What ${written} stands for is not valid here.` : `${problem.replace(/\.$/, '')}.`,
		hint,
	);
}

function argumentsSpan({ args, span }: CheckedCall): Span {
	const first = args[0];
	const last = args[args.length - 1];
	return first === undefined || last === undefined ? span : spanOf(first.span, last.span);
}
