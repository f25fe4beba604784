import { AppError } from '../../lib/errors.ts';
import { type PackagePermission, type PackageRight, packageRightSchema } from '../../model/package-right.ts';
import type { Principal, Role } from '../../model/principal.ts';
import { memberByEmail, permissionsOf, setPermission } from '../../store/package-permissions.ts';
import type { OperationContext } from '../context.ts';
import { announceTool } from '../publishing/announce-tool.ts';
import { packageFor } from './access.ts';
import { refuseOtherVersion } from './change.ts';

export interface SetPermissionsInput {
	readonly package_id: number;
	/** A member's address. */
	readonly member: string;
	/** Reading comes with each of them; none hides the package; left out: whatever the role allows, again. */
	readonly permissions?: readonly PackageRight[] | undefined;
	readonly dry_run?: boolean | undefined;
	/** Refused with `conflict` where the package is at another version than the one that was looked at. */
	readonly expected_version?: number | undefined;
}

export interface PackagePermissions {
	readonly package_id: number;
	readonly dry_run: boolean;
	/** For whom something is set; anybody else may do what the role allows. */
	readonly members: { email: string; role: Role; permissions: PackageRight[] }[];
}

/** Narrows what a member may do with one package. Owners are never narrowed: they could lock themselves out. */
export async function setPackagePermissions(context: OperationContext, principal: Principal, input: SetPermissionsInput): Promise<PackagePermissions> {
	const { package_id, permissions, dry_run = false } = input;
	refuseOtherVersion(await packageFor(context, principal, package_id, 'read'), input.expected_version);
	const accountId = principal.account.id;
	const member = await memberByEmail(context.store, accountId, input.member);
	if (member === null) {
		throw new AppError('not_found', `${JSON.stringify(input.member.slice(0, 200))} is no member of this account`, {
			hint: 'Give the address with which the person signs in; owners see all members on the members page.',
		});
	}
	if (member.role === 'owner') {
		throw new AppError('invalid_input', `${member.email} is an owner of the account: owners may do everything with every package`, {
			hint: 'Change the role first, or choose another member.',
		});
	}
	const rights = permissions === undefined ? null : asFields(permissions);
	if (!dry_run) {
		await setPermission(context.store, { packageId: package_id, userId: member.userId, rights, updatedBy: principal.user.id, now: context.clock() });
		announceTool(context, accountId, package_id);
	}
	const set = (await permissionsOf(context.store, accountId, package_id)).map(({ email, role, permission }) => ({
		email,
		role,
		permissions: asRights(permission),
	}));
	const others = set.filter(({ email }) => email !== member.email);
	const mine = rights === null ? [] : [{ email: member.email, role: member.role, permissions: asRights(rights) }];
	return { package_id, dry_run, members: [...others, ...mine].sort((a, b) => (a.email < b.email ? -1 : 1)) };
}

function asFields(rights: readonly PackageRight[]): Exclude<PackagePermission, null> {
	const has = (right: PackageRight) => rights.includes(right);
	return { canRead: rights.length > 0, canWrite: has('write'), canExecute: has('execute'), canDebug: has('debug') };
}

function asRights(permission: Exclude<PackagePermission, null>): PackageRight[] {
	const { canRead: read, canWrite: write, canExecute: execute, canDebug: debug } = permission;
	return packageRightSchema.options.filter((right) => ({ read, write, execute, debug })[right]);
}
