import type { Principal } from '../../model/principal.ts';
import type { WorkspaceView } from '../../model/views/workspace.ts';
import { workspacesPage } from '../../store/workspaces.ts';
import type { OperationContext } from '../context.ts';
import { type PageRequest, pageOf, pagePosition } from '../page.ts';

const PAGE = { list: 'workspaces', normal: 100, most: 100 };

/** Workspaces by id, 100 a page (most 100). */
export async function listWorkspaces(
	context: OperationContext,
	principal: Principal,
	input: PageRequest,
): Promise<{ workspaces: WorkspaceView[]; next_cursor: string | null }> {
	const { limit, from } = pagePosition(input, PAGE);
	const found = await workspacesPage(context.store, principal.account.id, from ?? 0, limit + 1);
	const { rows, next_cursor } = pageOf(found, limit, PAGE.list);
	const workspaces = rows.map((row) => ({
		id: row.id,
		name: row.name,
		package_count: row.packageCount,
		last_failed_jobs_count: row.lastFailedJobsCount,
		last_completed_jobs_count: row.lastCompletedJobsCount,
	}));
	return { workspaces, next_cursor };
}
