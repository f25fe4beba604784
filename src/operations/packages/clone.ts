import { PACKAGE_LIMITS } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageDetail } from '../../model/views/package.ts';
import type { PackageDiff } from '../../model/views/package-change.ts';
import type { OperationContext } from '../context.ts';
import { packageFor } from './access.ts';
import { type ChangeRequest, openedDraft, refuseOtherVersion } from './change.ts';
import { createPackage, tryPackage } from './create.ts';

export interface ClonePackageInput extends ChangeRequest {
	/** The original's with ` (copy)` behind it unless given. */
	readonly name?: string | undefined;
	/** The original's unless given. */
	readonly workspace_id?: number | undefined;
}

const SUFFIX = ' (copy)';

/** A new package like the current version of another, archived or not; secret defaults come along. */
export async function clonePackage(
	context: OperationContext,
	principal: Principal,
	input: ClonePackageInput,
): Promise<{ package_id?: number; package?: PackageDetail; diff?: PackageDiff }> {
	const found = await packageFor(context, principal, input.package_id, 'read');
	refuseOtherVersion(found, input.expected_version);
	const { name, description, definition, frozen } = await openedDraft(context, principal.account.id, found.version);
	const copy = {
		...definition,
		name: input.name ?? `${name.slice(0, PACKAGE_LIMITS.nameLength - SUFFIX.length)}${SUFFIX}`,
		description,
		frozen,
		workspace_id: input.workspace_id ?? found.package.workspaceId,
		flow_version: found.package.flowVersion,
	};
	return input.dry_run === true ? tryPackage(context, principal, copy) : createPackage(context, principal, copy);
}
