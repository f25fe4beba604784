import { iso } from '../../lib/time.ts';
import type { FlowType } from '../../model/package.ts';
import { isLimited, packageRights } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageItem } from '../../model/views/package.ts';
import { type PackageListRow, type PackageReach, packagesPage } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import { type PageRequest, pageOf, pagePosition } from '../page.ts';

export interface ListPackagesInput extends PageRequest {
	readonly flow_type?: FlowType | undefined;
	/** `active` unless given. */
	readonly status?: 'active' | 'archived' | undefined;
	readonly workspace_id?: number | undefined;
}

const PAGE = { list: 'packages', normal: 25, most: 100 };
const DESCRIPTION_SHOWN = 200;

/** Packages, newest first, 25 a page (most 100). */
export async function listPackages(
	context: OperationContext,
	principal: Principal,
	input: ListPackagesInput,
): Promise<{ packages: PackageItem[]; next_cursor: string | null }> {
	const { limit, from } = pagePosition(input, PAGE);
	const filter = { status: input.status ?? 'active', flowType: input.flow_type, workspaceId: input.workspace_id, before: from ?? undefined };
	const viewer = { userId: principal.user.id, limited: isLimited(principal) };
	const found = await packagesPage(context.store, principal.account.id, { ...filter, viewer }, limit + 1);
	const { rows, next_cursor } = pageOf(found, limit, PAGE.list);
	return { packages: rows.map((row) => ({ ...packageItem(row, principal, row.reach), description: shortened(row.description) })), next_cursor };
}

/** A row as lists show it, its description whole; the connections it reaches by name. */
export function packageItem(row: PackageListRow, principal: Principal, reach: readonly PackageReach[]): PackageItem {
	const reached = (direction: PackageReach['direction']) => reach.flatMap((each) => (each.direction === direction ? [each.connection] : [])).sort();
	return {
		id: row.id,
		name: row.name,
		description: row.description,
		workspace_id: row.workspaceId,
		flow_type: row.flowType,
		status: row.status,
		version: row.version,
		owner_id: row.ownerId,
		created_at: iso(row.createdAt),
		updated_at: iso(row.updatedAt),
		last_run_id: row.lastRunId,
		last_run_status: row.lastRunStatus,
		permissions: packageRights(principal, row.permission),
		sources: reached('read'),
		destinations: reached('write'),
	};
}

function shortened(description: string): string {
	return description.length <= DESCRIPTION_SHOWN ? description : `${description.slice(0, DESCRIPTION_SHOWN - 1)}…`;
}
