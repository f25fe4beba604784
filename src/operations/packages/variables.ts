import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { PackageDefinition, VariableDefinition } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageChange } from '../../model/views/package-change.ts';
import type { OperationContext } from '../context.ts';
import { type ChangeRequest, changePackage } from './change.ts';

type Variables = PackageDefinition['variables'];

/** Sets and removes variables; one that is used and removed is a fault, and one unknown name in `remove` and nothing is written. */
export function manageVariables(
	context: OperationContext,
	principal: Principal,
	input: ChangeRequest & { readonly set?: Variables | undefined; readonly remove?: readonly string[] | undefined },
): Promise<PackageChange> {
	const { set = {}, remove = [] } = input;
	return changePackage(context, principal, input, (draft) => {
		const { variables } = draft.definition;
		refuseSecrets(variables, set, remove);
		refuseUnknown(variables, remove);
		const kept = Object.entries(variables).filter(([name]) => !remove.includes(name));
		const merged = new Map<string, VariableDefinition>(kept);
		for (const [name, value] of Object.entries(set)) merged.set(name, withDefault(merged.get(name), value));
		return { ...draft, definition: { ...draft.definition, variables: Object.fromEntries(merged) } };
	});
}

/** A plain value is a new default: type, description and whether it is required stay. A definition takes the whole place. */
function withDefault(was: VariableDefinition | undefined, value: VariableDefinition): VariableDefinition {
	const plain = value === null || typeof value !== 'object';
	return plain && was !== null && typeof was === 'object' ? { ...was, default: value } : value;
}

/** Their values would pass through the conversation with an assistant. */
function refuseSecrets(variables: Variables, set: Variables, remove: readonly string[]): void {
	const touched = [...Object.keys(set), ...remove];
	const secret = touched.filter((name) => isSecret(variables, name) || isSecret(set, name));
	if (secret.length === 0) return;
	throw new AppError('forbidden', `${secret.join(', ')} ${secret.length === 1 ? 'is a secret variable' : 'are secret variables'}: nothing was written`, {
		hint: 'Secret variables are set when a package is made (create_package), and not changed by this tool. Leave them out; one run may be given another value in run_package variables.',
	});
}

function isSecret(variables: Variables, name: string): boolean {
	const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
	return variable !== null && typeof variable === 'object' && variable.secret === true;
}

function refuseUnknown(variables: Variables, remove: readonly string[]): void {
	const names = Object.keys(variables);
	const unknown = remove.filter((name) => !names.includes(name));
	if (unknown.length === 0) return;
	const told = unknown.map((name) => {
		const near = nearest(name, names);
		return near === undefined ? name : `${name} (did you mean ${near}?)`;
	});
	throw new AppError('invalid_input', `no variable is called ${told.join(', ')}: nothing was written`, {
		hint: names.length === 0 ? 'This package has no variables.' : `Variables of this package: ${names.slice(0, 50).join(', ')}.`,
	});
}
