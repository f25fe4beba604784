import * as z from 'zod';
import type { TypeKind } from '../../data/types.ts';
import type { TaskContext } from '../component.ts';

export const resultVariable = z.string().min(1).max(128).optional();

/** Whether the variable is declared, is the package's own and can hold what the task gives; `kinds` null takes any type. */
export function resultVariableFits(name: string | undefined, kinds: readonly TypeKind[] | null, context: TaskContext): boolean {
	if (name === undefined) return true;
	if (/^_[A-Z]/.test(name)) {
		context.fault('result_variable', `${name} is a predefined variable`, 'declare one of your own in the variables of the package', 'variable');
		return false;
	}
	const type = context.variable(name, 'result_variable');
	if (type === null) return false;
	if (kinds === null || kinds.includes(type.kind)) return true;
	context.fault('result_variable', `$${name} is ${type.kind}`, `declare it with type ${kinds.join(' or ')}`, 'variable');
	return false;
}
