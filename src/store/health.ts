import type { Store } from './store.ts';

/** Newest runs of a window that are looked at, so that the cost of the answer has a bound. */
const MOST_RUNS = 5_000;

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

interface RunTotals {
	readonly runs: number;
	readonly completed: number;
	readonly failed: number;
	readonly stopped: number;
	readonly active: number;
	readonly records: number;
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

const VISIBLE = 'NOT EXISTS (SELECT 1 FROM package_permissions p WHERE p.package_id = %s AND p.user_id = ?2 AND p.can_read = 0)';

const PACKAGES = `FROM packages WHERE account_id = ?1 AND status = 'active' AND last_run_status = 'failed' AND ${VISIBLE.replace('%s', 'packages.id')}`;

const TOTALS = `WITH seen AS MATERIALIZED (SELECT id, status FROM runs WHERE account_id = ?1 AND submitted_at >= ?3 AND ${VISIBLE.replace('%s', 'runs.package_id')}
		ORDER BY submitted_at DESC LIMIT ${MOST_RUNS})
	SELECT count(*) AS runs, count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
		count(*) FILTER (WHERE status = 'stopped') AS stopped, count(*) FILTER (WHERE status NOT IN ('completed', 'failed', 'stopped')) AS active,
		(SELECT coalesce(sum(o.records), 0) FROM seen s JOIN run_outputs o ON o.run_id = s.id) AS records,
		(SELECT coalesce(sum(c.count), 0) FROM seen s JOIN run_error_classes c ON c.run_id = s.id) AS bad_records
	FROM seen`;

/** Enabled ones whose last fire started no run, and ones whose fire is overdue since ?3. */
const STALE = `SELECT id AS schedule_id, name, package_id, next_run_at, last_error FROM (
		SELECT * FROM (SELECT * FROM schedules WHERE account_id = ?1 AND last_error IS NOT NULL AND enabled = 1 ORDER BY id DESC LIMIT ?4)
		UNION SELECT * FROM (SELECT * FROM schedules WHERE account_id = ?1 AND next_run_at IS NOT NULL AND next_run_at < ?3 ORDER BY next_run_at LIMIT ?4)
	) s WHERE ${VISIBLE.replace('%s', 's.package_id')} LIMIT ?4`;

/** What an account's health is made of, in one batch; `rows` of each list, newest first. */
export async function healthOf({ $client }: Store, accountId: number, viewer: Viewer, since: number, overdue: number, rows: number) {
	const [packages, count, connections, totals, stale] = await $client.batch([
		$client
			.prepare(
				`SELECT f.id AS package_id, f.name, f.last_run_id AS run_id, r.last_error
				FROM (SELECT id, name, last_run_id ${PACKAGES} ORDER BY id DESC LIMIT ?3) f JOIN runs r ON r.id = f.last_run_id ORDER BY f.last_run_id DESC`,
			)
			.bind(accountId, viewer, rows),
		$client.prepare(`SELECT count(*) AS n ${PACKAGES}`).bind(accountId, viewer),
		$client
			.prepare(
				`SELECT id AS connection_id, name, type, last_check_message AS message FROM connections WHERE account_id = ?1 AND status = 'failed' ORDER BY id DESC LIMIT ?2`,
			)
			.bind(accountId, rows),
		$client.prepare(TOTALS).bind(accountId, viewer, since),
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
