import { asc, eq } from 'drizzle-orm';
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

interface ClassTotal {
	readonly class: string;
	readonly component: string;
	readonly kind: 'bad_record' | 'failure';
	readonly count: number;
	readonly runs: number;
	readonly last_run_id: number;
}

/** Newest runs of a window that are looked at, so that the cost of a summary has a bound. */
const MOST_RUNS = 2_000;

const WINDOW = `WITH seen AS MATERIALIZED (SELECT id, status FROM runs WHERE account_id = ?1 AND package_id = ?2 AND submitted_at >= ?3 AND submitted_at < ?4
	ORDER BY submitted_at DESC LIMIT ${MOST_RUNS})`;

/** Most frequent first: bad rows as runs counted them, and failures that ended one. */
const TOTALS = `${WINDOW}, errors AS (
		SELECT c.class, c.component, 'bad_record' AS kind, c.count, c.run_id FROM seen JOIN run_error_classes c ON c.run_id = seen.id
		UNION ALL SELECT f.class, f.component, 'failure', 1, f.run_id FROM seen JOIN run_failures f ON f.run_id = seen.id)
	SELECT class, component, kind, sum(count) AS count, count(DISTINCT run_id) AS runs, max(run_id) AS last_run_id FROM errors
	GROUP BY class, component, kind ORDER BY count DESC, class, component LIMIT ?5`;

const RUNS = `${WINDOW} SELECT count(*) AS runs, coalesce(sum(status = 'failed'), 0) AS failed FROM seen`;

export async function errorTotals(
	{ $client }: Store,
	accountId: number,
	packageId: number,
	window: { readonly since: number; readonly until: number },
	rows: number,
) {
	const bound = [accountId, packageId, window.since, window.until];
	const [totals, counts] = await $client.batch([$client.prepare(TOTALS).bind(...bound, rows), $client.prepare(RUNS).bind(...bound)]);
	const counted = counts?.results[0] as { runs: number; failed: number } | undefined;
	return { classes: (totals?.results ?? []) as ClassTotal[], runs: counted?.runs ?? 0, failed: counted?.failed ?? 0 };
}
