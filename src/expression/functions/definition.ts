import type { DataType, TypeKind, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { Environment } from '../evaluation/environment.ts';
import type { Frame } from '../evaluation/frame.ts';
import type { Operand } from '../evaluation/operand.ts';
import type { Expr, RowErrorClass } from '../ir.ts';
import type { Parameter, Received } from './parameter.ts';

/** A function or operator: what the checker, the evaluator, the emitters and the documentation know of it. */
export interface FunctionDefinition {
	/** Canonical name, as in the IR: lower case with underscores. */
	readonly name: string;
	/** As documentation writes it: `JsonExtract`, or an operator's form: `a + b`. */
	readonly spelling: string;
	readonly aliases: readonly string[];
	/** Written as an operator, and not to be called by name. */
	readonly operator: boolean;
	/** One line. */
	readonly description: string;
	/** What it gives for null arguments. */
	readonly nulls: string;
	/** What it gives where nothing is found, or the argument is outside what it can do; empty where that cannot be. */
	readonly otherwise: string;
	/** Expression texts with their results, as `ToString` would write them; null is null. */
	readonly examples: readonly (readonly [expression: string, result: string | null])[];
	/** `stable`: the same throughout a run; `volatile`: another value in each row. Neither is folded. */
	readonly volatility: 'pure' | 'stable' | 'volatile';
	readonly signatures: readonly Signature[];
}

export interface Signature {
	readonly parameters: readonly Parameter[];
	/** Any number of further arguments. */
	readonly rest: Parameter | null;
	readonly result: ResultType;
	/** For the reference: `string`, `as x`. */
	readonly resultName: string;
	/** Whether a row can fail in it; numbers: only where one of these arguments is no literal, since literals were checked. */
	readonly fails: boolean | readonly number[];
	/** What is wrong with the literal arguments taken together (undefined: not a literal), or null. */
	readonly checkLiterals: ((literals: readonly (Value | undefined)[]) => string | null) | null;
	/** Not for arguments of these kinds, although they could be widened to its parameters. */
	readonly refuses: ((kinds: readonly TypeKind[]) => boolean) | null;
	readonly implementation: Implementation;
}

/** The type of a call from those of its arguments (and literals among them); a text refuses the call, saying why. */
export type ResultType = (types: readonly DataType[], args: readonly Expr[]) => DataType | string;

export type Implementation =
	| { readonly kind: 'scalar'; readonly skipsNulls: boolean; prepare(info: CallInfo): ScalarFunction }
	| { readonly kind: 'vector'; evaluate(operands: readonly Operand[], info: CallInfo, frame: Frame): Vector };

/** Values in, one out; never called with null where nulls are skipped. */
export type ScalarFunction = (call: Call, ...values: readonly Value[]) => Value;

/** What is known of a call before any row is seen. */
export interface CallInfo {
	readonly types: readonly DataType[];
	readonly result: DataType;
	/** Values of arguments that are literals, undefined for the others. */
	readonly literals: readonly (Value | undefined)[];
}

/** What a scalar implementation may ask while it works on a row. */
export interface Call {
	readonly info: CallInfo;
	readonly environment: Environment;
	/** Minutes east of UTC that a datetime argument was written with. */
	offset(argument: number): number;
	/** The offset of a datetime result; 0 unless set in this row. */
	resultOffset: number;
	/** Counts a long text about to be made against the batch's bound; throws `AppError` (`limit`) past it. */
	reserve(length: number): void;
	/** The row fails; returns null for the result. */
	fail(cause: RowErrorClass, message: string): null;
}

const SHORT: Omit<FunctionDefinition, 'name' | 'description' | 'examples' | 'signatures'> = {
	spelling: '',
	aliases: [],
	operator: false,
	nulls: 'null if any argument is null',
	otherwise: '',
	volatility: 'pure',
};

/** Fills in what most functions have in common; the spelling is the name in capitals unless given. */
export function defineFunction(
	definition: Pick<FunctionDefinition, 'name' | 'description' | 'examples' | 'signatures'> & Partial<FunctionDefinition>,
): FunctionDefinition {
	return { ...SHORT, spelling: definition.name.toUpperCase(), ...definition };
}

interface SignatureOptions<P extends readonly Parameter[], R extends Parameter> {
	readonly parameters: P;
	readonly rest?: R;
	readonly result: ResultType | Exclude<TypeKind, 'decimal'>;
	readonly resultName?: string;
	readonly fails?: boolean | readonly number[];
	readonly checkLiterals?: (literals: readonly (Value | undefined)[]) => string | null;
	readonly refuses?: (kinds: readonly TypeKind[]) => boolean;
	/** The implementation is called with nulls too. */
	readonly takesNulls?: boolean;
}

type Rest<R> = R extends Parameter<infer T> ? T[] : [];

/** Computed value by value. `R` is the element of the rest arguments. */
export function scalarSignature<const P extends readonly Parameter[], R extends Parameter = Parameter<never>>(
	options: SignatureOptions<P, R> & { apply(call: Call, ...values: [...Received<P>, ...Rest<R>]): Value },
): Signature {
	const apply = options.apply as unknown as ScalarFunction;
	return { ...common(options), implementation: { kind: 'scalar', skipsNulls: options.takesNulls !== true, prepare: () => apply } };
}

/** Computed value by value, after something was made of the literal arguments (a regular expression, a pattern) once. */
export function preparedSignature<const P extends readonly Parameter[], R extends Parameter = Parameter<never>>(
	options: SignatureOptions<P, R> & { prepare(info: CallInfo): (call: Call, ...values: [...Received<P>, ...Rest<R>]) => Value },
): Signature {
	const prepare = options.prepare as unknown as (info: CallInfo) => ScalarFunction;
	return { ...common(options), implementation: { kind: 'scalar', skipsNulls: options.takesNulls !== true, prepare } };
}

/** Computed over whole columns by a loop of its own. */
export function vectorSignature<const P extends readonly Parameter[], R extends Parameter = Parameter<never>>(
	options: SignatureOptions<P, R> & { evaluate(operands: readonly Operand[], info: CallInfo, frame: Frame): Vector },
): Signature {
	return { ...common(options), implementation: { kind: 'vector', evaluate: options.evaluate } };
}

function common(options: SignatureOptions<readonly Parameter[], Parameter>): Omit<Signature, 'implementation'> {
	const { result } = options;
	return {
		parameters: options.parameters,
		rest: options.rest ?? null,
		result: typeof result === 'string' ? () => ({ kind: result }) : result,
		resultName: options.resultName ?? (typeof result === 'string' ? result : `as ${options.parameters[0]?.name ?? 'the arguments'}`),
		fails: options.fails ?? false,
		checkLiterals: options.checkLiterals ?? null,
		refuses: options.refuses ?? null,
	};
}

/** The type of the first argument. */
export const sameAsFirst: ResultType = (types) => types[0] as DataType;
