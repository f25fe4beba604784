import { iso } from '../../lib/time.ts';
import type { PackageDefinition } from '../../model/package.ts';
import type { ScheduleDetail, ScheduleItem } from '../../model/views/schedule.ts';
import type { ScheduleListRow, ScheduleRow } from '../../store/schedules.ts';
import { nextFires } from './rule.ts';
import { shownVariables } from './variables.ts';

const UPCOMING = 3;

/** A row as lists show it. */
export function scheduleItem(row: ScheduleListRow): ScheduleItem {
	return {
		id: row.id,
		name: row.name,
		package_id: row.packageId,
		package_name: row.packageName,
		enabled: row.enabled,
		cron: row.cron,
		interval_amount: row.intervalAmount,
		interval_unit: row.intervalUnit,
		next_run_at: iso(row.nextRunAt),
		last_run_at: iso(row.lastRunAt),
		last_run_id: row.lastRunId,
		last_run_status: row.lastRunStatus,
		execution_count: row.executionCount,
		last_error: row.lastError,
	};
}

/** Everything but the runs. */
export function scheduleDetail(row: ScheduleRow & ScheduleListRow, owner: string, definition: PackageDefinition): Omit<ScheduleDetail, 'recent_runs'> {
	return {
		...scheduleItem(row),
		version: row.version,
		description: row.description,
		owner,
		start_at: iso(row.startAt),
		overlap: row.overlap,
		auto_retry: row.autoRetry,
		auto_retry_attempts: row.autoRetryAttempts,
		cluster_id: row.clusterId,
		cluster_reuse: row.clusterReuse,
		variables: shownVariables(row, definition),
		dynamic_variables: row.dynamicVariables,
		skipped_count: row.skippedCount,
		waiting_since: iso(row.waitingSince),
		upcoming: upcoming(row),
		created_at: iso(row.createdAt),
		updated_at: iso(row.updatedAt),
	};
}

/** The next fires; none while it is disabled. */
export function upcoming(row: Pick<ScheduleRow, 'cron' | 'intervalAmount' | 'intervalUnit' | 'startAt' | 'nextRunAt'>): string[] {
	return row.nextRunAt === null ? [] : [row.nextRunAt, ...nextFires(row, row.nextRunAt, UPCOMING - 1)].map((at) => iso(at));
}
