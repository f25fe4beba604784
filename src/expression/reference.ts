import type { FunctionDefinition } from './functions/definition.ts';
import { FAMILIES } from './functions/registry.ts';
import { callName, signatureText } from './functions/signature-text.ts';

/** One function or operator as documentation shows it. */
export interface FunctionReference {
	readonly name: string;
	/** Other names it is called by; any case, with or without underscores. */
	readonly aliases: readonly string[];
	readonly family: string;
	readonly operator: boolean;
	readonly signatures: readonly string[];
	readonly description: string;
	readonly nulls: string;
	/** What it gives for no match or a value it cannot take; empty where that cannot be. */
	readonly otherwise: string;
	readonly examples: readonly { readonly expression: string; readonly result: string | null }[];
}

/** Every function and operator, in the order of their families. */
export function functionReference(): readonly FunctionReference[] {
	return Object.entries(FAMILIES).flatMap(([family, definitions]: [string, readonly FunctionDefinition[]]) =>
		definitions.map((definition) => ({
			name: definition.operator ? definition.spelling : callName(definition),
			aliases: definition.operator ? [] : definition.aliases,
			family,
			operator: definition.operator,
			signatures: definition.signatures.map((signature) => signatureText(definition, signature)),
			description: definition.description,
			nulls: definition.nulls,
			otherwise: definition.otherwise,
			examples: definition.examples.map(([expression, result]) => ({ expression, result })),
		})),
	);
}
