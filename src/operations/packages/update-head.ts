import { AppError } from '../../lib/errors.ts';
import type { Settings } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageChange } from '../../model/views/package-change.ts';
import type { OperationContext } from '../context.ts';
import { type ChangeRequest, changePackage } from './change.ts';
import { deepMerge } from './merge.ts';

/** Another name, another description; the definition is not touched. */
export function renamePackage(
	context: OperationContext,
	principal: Principal,
	input: ChangeRequest & { readonly name?: string | undefined; readonly description?: string | undefined },
): Promise<PackageChange> {
	const name = input.name?.trim();
	if (name === '') throw new AppError('invalid_input', 'name is empty', { hint: 'A package has a name of 1 to 200 characters.' });
	return changePackage(context, principal, input, (draft) => ({ ...draft, name: name ?? draft.name, description: input.description ?? draft.description }));
}

/** Merges settings over those there are; `remove` takes some away, so that their default holds again. */
export function updateSettings(
	context: OperationContext,
	principal: Principal,
	input: ChangeRequest & { readonly set?: Settings | undefined; readonly remove?: readonly string[] | undefined },
): Promise<PackageChange> {
	return changePackage(context, principal, input, (draft) => {
		const gone = Object.fromEntries((input.remove ?? []).map((name) => [name, null]));
		const settings = deepMerge(deepMerge(draft.definition.settings, { ...input.set }), gone) as Settings;
		return { ...draft, definition: { ...draft.definition, settings } };
	});
}
