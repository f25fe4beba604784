import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import type { OperationContext } from '../context.ts';
import { packageIdByName } from '../packages/access.ts';

type Named = { readonly package_id?: number | undefined; readonly name?: string | undefined };

/** The same where all packages are meant unless one is named. */
export async function perhapsNamedPackage(context: OperationContext, principal: Principal, named: Named): Promise<number | undefined> {
	return named.package_id === undefined && named.name === undefined ? undefined : namedPackage(context, principal, named);
}

/** The id of the one package that the caller means, by its id or its name. */
export async function namedPackage(context: OperationContext, principal: Principal, { package_id, name }: Named): Promise<number> {
	if (package_id !== undefined && name === undefined) return package_id;
	if (name !== undefined && package_id === undefined) return packageIdByName(context, principal, name);
	throw new AppError('invalid_input', `${package_id === undefined ? 'neither' : 'both'} package_id and name were given`, {
		hint: 'Give one of them; list_packages shows both.',
	});
}
