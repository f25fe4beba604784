import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import type { OperationContext } from '../context.ts';
import { packageIdByName } from '../packages/access.ts';

/** The id of the one package that the caller means, by its id or its name. */
export async function namedPackage(
	context: OperationContext,
	principal: Principal,
	{ package_id, name }: { readonly package_id?: number | undefined; readonly name?: string | undefined },
): Promise<number> {
	if (package_id !== undefined && name === undefined) return package_id;
	if (name !== undefined && package_id === undefined) return packageIdByName(context, principal, name);
	throw new AppError('invalid_input', `${package_id === undefined ? 'neither' : 'both'} package_id and name were given`, {
		hint: 'Give one of them; list_packages shows both.',
	});
}
