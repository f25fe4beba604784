import { canonicalJson } from '../../lib/json.ts';
import { iso } from '../../lib/time.ts';
import type { ScheduleChange } from '../../model/views/schedule.ts';
import type { NewSchedule, ScheduleRow } from '../../store/schedules.ts';

type Told = Omit<NewSchedule, 'createdAt' | 'updatedAt'>;

/** What a person sees of a row, by the names of the arguments. */
function shown(row: Told): Record<string, unknown> {
	return {
		name: row.name,
		description: row.description,
		package_id: row.packageId,
		cron: row.cron,
		interval_amount: row.intervalAmount,
		interval_unit: row.intervalUnit,
		start_at: iso(row.startAt),
		enabled: row.enabled,
		overlap: row.overlap,
		auto_retry: row.autoRetry,
		auto_retry_attempts: row.autoRetryAttempts,
		cluster_id: row.clusterId,
		cluster_reuse: row.clusterReuse,
		variables: row.variables,
		dynamic_variables: row.dynamicVariables,
		owner_id: row.ownerId,
	};
}

/** What differs, field by field; `before` null is a new schedule. */
export function changesBetween(before: ScheduleRow | null, after: Told): ScheduleChange['changes'] {
	const old = before === null ? {} : shown(before);
	return Object.entries(shown(after))
		.map(([field, value]) => ({ field, before: old[field] ?? null, after: value ?? null }))
		.filter((change) => canonicalJson(change.before) !== canonicalJson(change.after));
}
