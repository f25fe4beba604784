import { HOUR, iso, MINUTE } from '../../lib/time.ts';
import { isLimited } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { SystemHealth } from '../../model/views/health.ts';
import { healthOf } from '../../store/health.ts';
import { listClusters } from '../clusters/list.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';

/** What stands in each list. */
const SHOWN = 20;
/** A fire that is so late was missed: objects that were lost are found sooner than that. */
const OVERDUE = 15 * MINUTE;

/** What needs attention: runs of the last `window_hours` (24 unless given, most 720), packages and connections that fail, schedules that do not run, queues. */
export async function systemHealth(
	context: OperationContext,
	principal: Principal,
	input: { readonly window_hours?: number | undefined },
): Promise<SystemHealth> {
	const now = context.clock();
	const sinceHour = Math.floor(now / HOUR) - within('window_hours', input.window_hours ?? 24, 1, 720);
	const viewer = isLimited(principal) ? principal.user.id : null;
	const [{ packages, failingPackages, connections, totals, schedules }, { clusters }] = await Promise.all([
		healthOf(context.store, principal.account.id, viewer, { sinceHour, overdue: now - OVERDUE, rows: SHOWN }),
		listClusters(context, principal, { limit: SHOWN }),
	]);
	const judged = totals.completed + totals.failed;
	const broken = clusters.some(({ status }) => status === 'error');
	return {
		since: iso(sinceHour * HOUR),
		status:
			failingPackages > 0 || broken
				? 'failing'
				: totals.failed > 0 || totals.bad_records > 0 || connections.length > 0 || schedules.length > 0
					? 'degraded'
					: 'ok',
		runs: { ...totals, failure_rate: judged === 0 ? null : totals.failed / judged },
		failing_packages_count: failingPackages,
		failing_packages: packages,
		failing_connections: connections,
		queue_depth: clusters.reduce((sum, { queued_jobs_count }) => sum + queued_jobs_count, 0),
		stale_schedules: schedules.map(({ last_error, next_run_at, ...each }) => ({
			...each,
			next_run_at: iso(next_run_at),
			reason: last_error ?? 'its next fire is overdue',
		})),
		clusters: clusters.map(({ id, name, status, running_jobs_count, queued_jobs_count, nodes }) => ({
			cluster_id: id,
			name,
			status,
			running: running_jobs_count,
			queued: queued_jobs_count,
			nodes,
		})),
	};
}
