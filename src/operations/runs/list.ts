import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { RunStatus } from '../../model/run.ts';
import type { RunItem } from '../../model/views/run.ts';
import { type RunListRow, runsPage } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { type PageRequest, pageOf, pagePosition } from '../page.ts';

export interface ListRunsInput extends PageRequest {
	readonly package_id?: number | undefined;
	readonly status?: RunStatus | undefined;
	/** Also runs that another run started (workflow tasks, automatic retries). */
	readonly include_children?: boolean | undefined;
}

const PAGE = { list: 'runs', normal: 20, most: 100 };

/** Runs, newest first, 20 a page (most 100). */
export async function listRuns(
	context: OperationContext,
	principal: Principal,
	input: ListRunsInput,
): Promise<{ runs: RunItem[]; next_cursor: string | null }> {
	const { limit, from } = pagePosition(input, PAGE);
	const filter = { packageId: input.package_id, status: input.status, children: input.include_children ?? false, before: from ?? undefined };
	const found = await runsPage(context.store, principal.account.id, filter, limit + 1);
	const { rows, next_cursor } = pageOf(found, limit, PAGE.list);
	const now = context.clock();
	return { runs: rows.map((row) => runItem(row, now)), next_cursor };
}

/** A row as lists show it. A run that has not ended is `now` old. */
export function runItem(row: RunListRow, now: number): RunItem {
	return {
		id: row.id,
		package_id: row.packageId,
		package_name: row.packageName,
		package_version: row.packageVersion,
		cluster_id: row.clusterId,
		status: row.status,
		progress: row.progress,
		submitted_at: iso(row.submittedAt),
		started_at: iso(row.startedAt),
		completed_at: row.status === 'completed' ? iso(row.endedAt) : null,
		failed_at: row.status === 'failed' ? iso(row.endedAt) : null,
		runtime_in_seconds: row.startedAt === null ? null : Math.max(0, (row.endedAt ?? now) - row.startedAt) / 1000,
		last_error: row.lastError,
	};
}
