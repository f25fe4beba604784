import type { TypeKind } from '../../data/types.ts';
import type { FunctionDefinition, Signature } from './definition.ts';
import type { Parameter } from './parameter.ts';

/** `number`, `string`, `date or datetime`: what a parameter takes. */
export function kindsText({ kinds, same }: Parameter): string {
	if (same) return 'value';
	if (kinds.length >= 10) return 'any';
	const numbers: readonly TypeKind[] = ['integer', 'long', 'decimal', 'float', 'double'];
	if (numbers.every((kind) => kinds.includes(kind))) return 'number';
	return kinds.join(' or ');
}

/** `REPLACE(text string, part string, by string) → string` */
export function signatureText(definition: FunctionDefinition, signature: Signature): string {
	if (definition.operator)
		return `${definition.spelling} (${signature.parameters.map((parameter) => `${parameter.name} ${kindsText(parameter)}`).join(', ')}) → ${signature.resultName}`;
	const required = signature.parameters.map((parameter) => {
		const text = `${parameter.name} ${kindsText(parameter)}`;
		return parameter.optional ? `[${text}]` : text;
	});
	if (signature.rest !== null) required.push(`[${signature.rest.name} ${kindsText(signature.rest)} …]`);
	return `${callName(definition)}(${required.join(', ')}) → ${signature.resultName}`;
}

/** The name a function is called by in documentation: operators such as a % b are called by their canonical one. */
export function callName({ name, spelling }: FunctionDefinition): string {
	return /^\w+$/.test(spelling) ? spelling : name.toUpperCase();
}

export function parameterFor(signature: Signature, index: number): Parameter | null {
	return signature.parameters[index] ?? signature.rest;
}

/** Whether a signature takes so many arguments. */
export function takesCount({ parameters, rest }: Signature, count: number): boolean {
	return count >= parameters.filter(({ optional }) => !optional).length && (rest !== null || count <= parameters.length);
}
