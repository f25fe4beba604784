import { AppError } from '../../lib/errors.ts';
import { isLimited, type PackageRight, packageRights } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import { permissionOf } from '../../store/package-permissions.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';

interface RunOfPackage {
	readonly id: number;
	readonly packageId: number;
}

/** What this principal may do with a run: what it may do with its package. A run of one that may not be read is not there. */
export async function runRights(context: Pick<OperationContext, 'store'>, principal: Principal, run: RunOfPackage): Promise<readonly PackageRight[]> {
	const permission = isLimited(principal) ? await permissionOf(context.store, run.packageId, principal.user.id) : null;
	const rights = packageRights(principal, permission);
	if (!rights.includes('read')) throw notFound('run', run.id);
	return rights;
}

/** Throws `forbidden` where the right is missing. */
export async function requireRunRight(context: Pick<OperationContext, 'store'>, principal: Principal, run: RunOfPackage, right: PackageRight): Promise<void> {
	const rights = await runRights(context, principal, run);
	if (rights.includes(right)) return;
	throw new AppError('forbidden', `you may not ${right} runs of package ${run.packageId}: your permissions on it are ${rights.join(', ')}`, {
		hint: 'An owner of the account changes them with set_package_permissions.',
	});
}
