import { asc, eq } from 'drizzle-orm';
import type { errorHours } from '../../schema/tables/error-hours.ts';
import { runErrorClasses } from '../../schema/tables/run-error-classes.ts';
import type { Store } from './store.ts';

/** Bad rows by component and class. Only for a run that was found in the caller's account. */
export function classesOfRun(store: Store, runId: number) {
	return store
		.select({ component: runErrorClasses.component, class: runErrorClasses.class, count: runErrorClasses.count })
		.from(runErrorClasses)
		.where(eq(runErrorClasses.runId, runId))
		.orderBy(asc(runErrorClasses.component), asc(runErrorClasses.class))
		.all();
}

interface ClassTotal extends Pick<typeof errorHours.$inferSelect, 'class' | 'component' | 'kind' | 'count' | 'runs'> {
	readonly last_run_id: number;
}

/** Most frequent first: bad rows as runs counted them, and failures that ended one. */
const TOTALS = `SELECT class, component, kind, sum(count) AS count, sum(runs) AS runs, max(last_run_id) AS last_run_id FROM error_hours
	WHERE account_id = ?1 AND package_id = ?2 AND hour >= ?3 AND hour < ?4
	GROUP BY class, component, kind ORDER BY count DESC, class, component LIMIT ?5`;

const RUNS = `SELECT coalesce(sum(runs), 0) AS runs, coalesce(sum(failed), 0) AS failed FROM run_hours
	WHERE account_id = ?1 AND package_id = ?2 AND hour >= ?3 AND hour < ?4`;

/** Errors of the runs of a package that were submitted in whole hours since the epoch, from `first` up to but not including `end`. */
export async function errorTotals(
	{ $client }: Store,
	accountId: number,
	packageId: number,
	hours: { readonly first: number; readonly end: number },
	rows: number,
) {
	const bound = [accountId, packageId, hours.first, hours.end];
	const [totals, counts] = await $client.batch([$client.prepare(TOTALS).bind(...bound, rows), $client.prepare(RUNS).bind(...bound)]);
	const counted = counts?.results[0] as { runs: number; failed: number } | undefined;
	return { classes: (totals?.results ?? []) as ClassTotal[], runs: counted?.runs ?? 0, failed: counted?.failed ?? 0 };
}
