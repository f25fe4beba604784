import type { DataType } from '../data/types.ts';

/** A value as a literal of the IR has it. */
export interface TypedLiteral {
	readonly type: DataType;
	readonly value: null | boolean | number | string;
	readonly secret?: boolean;
}

/** The variables an expression may name, each with its type and value; names are case-sensitive, without the dollar. */
export interface VariableLookup {
	get(name: string): TypedLiteral | undefined;
	/** All names, for "did you mean". */
	names(): Iterable<string>;
}

export const NO_VARIABLES: VariableLookup = { get: () => undefined, names: () => [] };

export function variablesOf(values: Readonly<Record<string, TypedLiteral>>): VariableLookup {
	return { get: (name) => (Object.hasOwn(values, name) ? values[name] : undefined), names: () => Object.keys(values) };
}
