import type { VariableInput } from '../../plan/variables.ts';
import type { BuildContext } from './context.ts';
import type { RawPackage } from './read-definition.ts';

export function variableInput(raw: RawPackage, context: BuildContext): VariableInput {
	const { purpose, values = {}, dynamic = {}, predefined = {}, now } = context;
	return { purpose, declared: raw.variables, values, dynamic, predefined, now };
}
