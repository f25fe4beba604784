import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageChange, PackageDiff, PackageVersionItem } from '../../model/views/package-change.ts';
import { versionByNumber, versionsPage } from '../../store/package-versions.ts';
import type { PackageVersionRow, PackageWithVersion } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import { type PageRequest, pageOf, pagePosition } from '../page.ts';
import { packageFor } from './access.ts';
import { type ChangeRequest, changePackage, openedDraft } from './change.ts';
import { diffPackages } from './diff.ts';

const PAGE = { list: 'package versions', normal: 25, most: 100 };

/** Versions of a package, newest first, 25 a page (most 100): who wrote each, through which tool and grant. */
export async function listVersions(
	context: OperationContext,
	principal: Principal,
	input: PageRequest & { readonly package_id: number },
): Promise<{ versions: PackageVersionItem[]; current_version: number; next_cursor: string | null }> {
	const { limit, from } = pagePosition(input, PAGE);
	const found = await packageFor(context, principal, input.package_id, 'read');
	const { rows, next_cursor } = pageOf(await versionsPage(context.store, input.package_id, from, limit + 1), limit, PAGE.list);
	const versions = rows.map(({ id, name, user, grantId, via, createdAt }) => ({
		version: id,
		name,
		user,
		grant_id: grantId,
		tool: via,
		created_at: iso(createdAt),
	}));
	return { versions, current_version: found.package.version, next_cursor };
}

export interface DiffVersionsInput {
	readonly package_id: number;
	/** The one before `to_version` unless given. */
	readonly from_version?: number | undefined;
	/** The current one unless given. */
	readonly to_version?: number | undefined;
}

/** What leads from one version to another; any two, in either direction. */
export async function diffVersions(
	context: OperationContext,
	principal: Principal,
	input: DiffVersionsInput,
): Promise<{ package_id: number; from_version: number; to_version: number; diff: PackageDiff }> {
	const { package_id } = input;
	const found = await packageFor(context, principal, package_id, 'read');
	const to_version = input.to_version ?? found.version.number;
	const from_version = input.from_version ?? Math.max(1, to_version - 1);
	const draft = async (number: number) => openedDraft(context, principal.account.id, await versionOf(context, found, number));
	const [before, after] = await Promise.all([draft(from_version), draft(to_version)]);
	return { package_id, from_version, to_version, diff: diffPackages(before, after) };
}

/** Writes a new version equal to an older one, name and description included. It is checked as any other: what it stood on may be gone. */
export function revertPackage(context: OperationContext, principal: Principal, input: ChangeRequest & { readonly version: number }): Promise<PackageChange> {
	return changePackage(context, principal, input, async (_, found) =>
		openedDraft(context, principal.account.id, await versionOf(context, found, input.version)),
	);
}

async function versionOf(context: OperationContext, found: PackageWithVersion, number: number): Promise<PackageVersionRow> {
	const current = found.version.number;
	const version = number === current ? found.version : await versionByNumber(context.store, found.package.id, number);
	if (version !== null) return version;
	throw new AppError('not_found', `package ${found.package.id} has no version ${number}`, {
		hint: `It has versions 1 to ${current}; list_package_versions tells who wrote each.`,
	});
}
