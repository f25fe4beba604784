import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import { type PackagePermission, type PackageRight, packageRights } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import { type PackageWithVersion, packageById, packagesByName, somePackages } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';

/** A package with its current version, where this principal may do that with it. One that may not be read is not there. */
export async function packageFor(context: Pick<OperationContext, 'store'>, principal: Principal, id: number, right: PackageRight): Promise<PackageWithVersion> {
	const found = await packageById(context.store, principal.account.id, id, principal.user.id);
	if (found === null) throw notFound('package', id);
	requireRight(principal, id, found.permission, right);
	return found;
}

/** Throws `not_found` without the right to read, `forbidden` without the one that is asked for. */
export function requireRight(principal: Principal, id: number, permission: PackagePermission, right: PackageRight): void {
	const rights = packageRights(principal, permission);
	if (!rights.includes('read')) throw notFound('package', id);
	if (rights.includes(right)) return;
	throw new AppError('forbidden', `you may not ${right} package ${id}: your permissions on it are ${rights.join(', ')}`, {
		hint: 'An owner of the account changes them with set_package_permissions.',
	});
}

/** The id of the one package of that name that this principal may read, active ones first. In any case. */
export async function packageIdByName(context: Pick<OperationContext, 'store'>, principal: Principal, name: string): Promise<number> {
	const found = await packagesByName(context.store, principal.account.id, name, principal.user.id);
	const readable = found.filter(({ permission }) => packageRights(principal, permission).includes('read'));
	const active = readable.filter(({ status }) => status === 'active');
	const candidates = active.length > 0 ? active : readable;
	const [only] = candidates;
	if (only === undefined) throw await nothingOfThatName(context, principal, name);
	if (candidates.length === 1) return only.id;
	throw new AppError('conflict', `${candidates.length} packages are called ${JSON.stringify(only.name)}`, {
		hint: `Give package_id: ${candidates.map(({ id }) => id).join(', ')}.`,
		details: { package_ids: candidates.map(({ id }) => id) },
	});
}

async function nothingOfThatName({ store }: Pick<OperationContext, 'store'>, principal: Principal, name: string): Promise<AppError> {
	const some = await somePackages(store, principal.account.id, principal.user.id);
	const near = nearest(
		name,
		some.filter(({ permission }) => packageRights(principal, permission).includes('read')).map((each) => each.name),
	);
	return new AppError('not_found', `no package is called ${JSON.stringify(name.slice(0, 200))} in this account`, {
		hint: near === undefined ? 'list_packages shows the names there are.' : `Did you mean ${JSON.stringify(near)}? list_packages shows the names there are.`,
	});
}
