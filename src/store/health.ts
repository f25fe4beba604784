import type { runHours } from '../../schema/tables/run-hours.ts';
import type { Store } from './store.ts';

interface FailingPackage {
	readonly package_id: number;
	readonly name: string;
	readonly run_id: number;
	readonly last_error: string | null;
}

interface FailingConnection {
	readonly connection_id: number;
	readonly name: string;
	readonly type: string;
	readonly message: string | null;
}

interface RunTotals extends Pick<typeof runHours.$inferSelect, 'runs' | 'completed' | 'failed' | 'stopped' | 'records'> {
	readonly active: number;
	readonly bad_records: number;
}

interface StaleSchedule {
	readonly schedule_id: number;
	readonly name: string;
	readonly package_id: number;
	readonly next_run_at: number | null;
	readonly last_error: string | null;
}

/** A member of whom permissions may hide packages; null sees all. */
type Viewer = number | null;

const VISIBLE = 'NOT EXISTS (SELECT 1 FROM package_permissions p WHERE p.package_id = packages.id AND p.user_id = ?2 AND p.can_read = 0)';

/** Packages hidden from member ?2. */
const HIDDEN = 'SELECT package_id FROM package_permissions WHERE user_id = ?2 AND can_read = 0';

/** Kept by triggers for each workspace; what is hidden is taken out again. */
const FAILING = `SELECT (SELECT coalesce(sum(last_failed_jobs_count), 0) FROM workspaces WHERE account_id = ?1)
	- (SELECT count(*) FROM (${HIDDEN}) h CROSS JOIN packages p ON p.id = h.package_id WHERE +p.account_id = ?1 AND p.status = 'active' AND p.last_run_status = 'failed') AS n`;

const sums = (sign: string) => ['runs', 'completed', 'failed', 'stopped', 'records', 'bad_records'].map((column) => `${sign}${column} AS ${column}`).join(', ');

/** Hours of the whole account, less those of hidden packages. */
const TOTALS = `WITH hours AS (SELECT ${sums('')} FROM run_hours WHERE account_id = ?1 AND package_id = 0 AND hour >= ?3
		UNION ALL SELECT ${sums('-')} FROM run_hours WHERE account_id = ?1 AND package_id IN (${HIDDEN}) AND hour >= ?3)
	SELECT coalesce(sum(runs), 0) AS runs, coalesce(sum(completed), 0) AS completed, coalesce(sum(failed), 0) AS failed, coalesce(sum(stopped), 0) AS stopped,
		coalesce(sum(runs - completed - failed - stopped), 0) AS active, coalesce(sum(records), 0) AS records, coalesce(sum(bad_records), 0) AS bad_records
	FROM hours`;

/** Enabled ones whose last fire started no run, and ones whose fire is overdue since ?3. */
const STALE = `SELECT id AS schedule_id, name, package_id, next_run_at, last_error FROM (
		SELECT * FROM (SELECT * FROM schedules WHERE account_id = ?1 AND last_error IS NOT NULL AND enabled = 1 ORDER BY id DESC LIMIT ?4)
		UNION SELECT * FROM (SELECT * FROM schedules WHERE account_id = ?1 AND next_run_at IS NOT NULL AND next_run_at < ?3 ORDER BY next_run_at LIMIT ?4)
	) s WHERE ${VISIBLE.replaceAll('packages.id', 's.package_id')} LIMIT ?4`;

/** What an account's health is made of, in one batch; `rows` of each list, newest first. `sinceHour`: hours since the epoch. `overdue`: a fire due before is late. */
export async function healthOf(
	{ $client }: Store,
	accountId: number,
	viewer: Viewer,
	{ sinceHour, overdue, rows }: { readonly sinceHour: number; readonly overdue: number; readonly rows: number },
) {
	const [packages, count, connections, totals, stale] = await $client.batch([
		$client
			.prepare(
				`SELECT f.id AS package_id, f.name, f.last_run_id AS run_id, r.last_error
				FROM (SELECT id, name, last_run_id FROM packages INDEXED BY packages_failing WHERE account_id = ?1 AND status = 'active' AND last_run_status = 'failed' AND ${VISIBLE}
					ORDER BY id DESC LIMIT ?3) f JOIN runs r ON r.id = f.last_run_id ORDER BY f.last_run_id DESC`,
			)
			.bind(accountId, viewer, rows),
		$client.prepare(FAILING).bind(accountId, viewer),
		$client
			.prepare(
				`SELECT id AS connection_id, name, type, last_check_message AS message FROM connections WHERE account_id = ?1 AND status = 'failed' ORDER BY id DESC LIMIT ?2`,
			)
			.bind(accountId, rows),
		$client.prepare(TOTALS).bind(accountId, viewer, sinceHour),
		$client.prepare(STALE).bind(accountId, viewer, overdue, rows),
	]);
	return {
		packages: (packages?.results ?? []) as FailingPackage[],
		failingPackages: Number((count?.results[0] as { n: number } | undefined)?.n ?? 0),
		connections: (connections?.results ?? []) as FailingConnection[],
		totals: totals?.results[0] as RunTotals,
		schedules: (stale?.results ?? []) as StaleSchedule[],
	};
}
