import { and, desc, eq, gte, inArray, lt, notInArray, type SQL, sql } from 'drizzle-orm';
import { packages } from '../../schema/tables/packages.ts';
import { runs } from '../../schema/tables/runs.ts';
import { scheduledRuns } from '../../schema/tables/scheduled-runs.ts';
import { schedules } from '../../schema/tables/schedules.ts';
import { users } from '../../schema/tables/users.ts';
import { ENDED, type RunStatus } from '../model/run.ts';
import type { Store } from './store.ts';

export type RunRow = typeof runs.$inferSelect;
export type NewRun = Omit<typeof runs.$inferInsert, 'id'>;

export const notEnded = notInArray(runs.status, [...ENDED]);

export async function insertRun(store: Store, run: NewRun): Promise<number> {
	const row = await store.insert(runs).values(run).returning({ id: runs.id }).get();
	return row.id;
}

export interface RunWithNames {
	readonly run: RunRow;
	readonly packageName: string;
	readonly creator: string;
	/** Which fire it stands for; null where nobody's schedule started it. The name is null where the schedule is gone. */
	readonly fire: { readonly scheduleId: number; readonly name: string | null } | null;
}

export async function runById(store: Store, accountId: number, id: number): Promise<RunWithNames | null> {
	const row = await store
		.select({ run: runs, packageName: packages.name, creator: users.email, fire: scheduledRuns, scheduleName: schedules.name })
		.from(runs)
		.innerJoin(packages, eq(packages.id, runs.packageId))
		.innerJoin(users, eq(users.id, runs.userId))
		.leftJoin(scheduledRuns, eq(scheduledRuns.runId, runs.id))
		.leftJoin(schedules, eq(schedules.id, scheduledRuns.scheduleId))
		.where(and(eq(runs.id, id), eq(runs.accountId, accountId)))
		.get();
	if (row === undefined) return null;
	const { fire, scheduleName, ...rest } = row;
	return { ...rest, fire: fire === null ? null : { scheduleId: fire.scheduleId, name: scheduleName } };
}

/** The run that a task of a workflow started; null where it has started none. */
export async function childByTask(store: Store, parentRunId: number, task: string): Promise<Pick<RunRow, 'id' | 'status'> | null> {
	const row = await store
		.select({ id: runs.id, status: runs.status })
		.from(runs)
		.where(and(eq(runs.parentRunId, parentRunId), eq(runs.parentTask, task)))
		.get();
	return row ?? null;
}

export interface RunFilter {
	readonly packageId: number | undefined;
	/** Any of these; none is all. */
	readonly statuses: readonly RunStatus[];
	readonly children: boolean;
	/** Submitted in [since, until), milliseconds. */
	readonly since: number | undefined;
	readonly until: number | undefined;
	/** Ids below this; undefined begins with the newest. */
	readonly before: number | undefined;
	/** A member of whom permissions may hide packages, and with them their runs; null sees all. */
	readonly viewer: number | null;
}

/** What lists show of a run. */
export const listed = {
	id: runs.id,
	packageId: runs.packageId,
	packageName: packages.name,
	packageVersion: runs.packageVersion,
	clusterId: runs.clusterId,
	status: runs.status,
	progress: runs.progress,
	submittedAt: runs.submittedAt,
	startedAt: runs.startedAt,
	endedAt: runs.endedAt,
	lastError: runs.lastError,
	labels: runs.labels,
	components: runs.components,
	scheduleId: scheduledRuns.scheduleId,
};

export type RunListRow = Pick<RunRow, Exclude<keyof typeof listed, 'packageName' | 'scheduleId'>> & {
	readonly packageName: string;
	readonly scheduleId: number | null;
};

/**
 * Newest first. Children and statuses stand apart in every index, so that a package of a thousand child runs costs no more to list:
 * where several are wanted the page is merged from one of each.
 */
export async function runsPage(store: Store, accountId: number, filter: RunFilter, rows: number): Promise<RunListRow[]> {
	const part = (child: 0 | 1, status: RunStatus | undefined) =>
		store
			.select(listed)
			.from(runs)
			.innerJoin(packages, eq(packages.id, runs.packageId))
			.leftJoin(scheduledRuns, eq(scheduledRuns.runId, runs.id))
			.where(
				and(eq(runs.accountId, accountId), eq(runs.child, child), status === undefined ? undefined : eq(runs.status, status), ...narrowed(accountId, filter)),
			)
			.orderBy(desc(runs.id))
			.limit(rows);
	const statuses = filter.statuses.length === 0 ? [undefined] : [...new Set(filter.statuses)];
	const parts = (filter.children ? ([0, 1] as const) : ([0] as const)).flatMap((child) => statuses.map((status) => part(child, status)));
	const [first, ...others] = parts;
	if (first === undefined) return [];
	const found = others.length === 0 ? [await first.all()] : await store.batch([first, ...others]);
	return found
		.flat()
		.sort((a, b) => b.id - a.id)
		.slice(0, rows);
}

/** Ids follow the time of submission but for what is under way at once: no submission takes as long. */
const ID_LAG = 600_000;

/** `looked_up`: the ids are known already, and no index of these columns is to be used. */
export function narrowed(accountId: number, { packageId, before, since, until, viewer }: RunFilter, ids: 'scanned' | 'looked_up' = 'scanned'): SQL[] {
	const conditions: SQL[] = [];
	if (packageId !== undefined) conditions.push(ids === 'scanned' ? eq(runs.packageId, packageId) : sql`+${runs.packageId} = ${packageId}`);
	if (before !== undefined) conditions.push(lt(runs.id, before));
	if (since !== undefined) {
		const first = sql`(SELECT id FROM runs WHERE account_id = ${accountId} AND submitted_at >= ${since - ID_LAG} ORDER BY submitted_at, id LIMIT 1)`;
		conditions.push(gte(sql`+${runs.submittedAt}`, since), sql`${runs.id} >= ${first}`);
	}
	if (until !== undefined) {
		const last = sql`(SELECT id FROM runs WHERE account_id = ${accountId} AND submitted_at < ${until + ID_LAG} ORDER BY submitted_at DESC, id DESC LIMIT 1)`;
		conditions.push(lt(sql`+${runs.submittedAt}`, until), sql`${runs.id} <= ${last}`);
	}
	if (viewer !== null) {
		conditions.push(sql`NOT EXISTS (SELECT 1 FROM package_permissions p WHERE p.package_id = ${runs.packageId} AND p.user_id = ${viewer} AND p.can_read = 0)`);
	}
	return conditions;
}

/** Not a retry of refused records alone: that read nothing of the sources. */
const READ_SOURCES = sql`(${runs.retryMode} IS NULL OR substr(${runs.retryMode}, 1, 15) <> 'failed_records:')`;

/**
 * The package's latest run that completed, its own or another run's child, and since when its work stands: its submission, or that of
 * the first attempt where it took over tasks of an earlier one. Who reads on from there misses nothing.
 */
export async function lastCompletedRun(
	store: Store,
	accountId: number,
	packageId: number,
): Promise<{ readonly id: number; readonly submittedAt: number } | null> {
	const half = (child: 0 | 1) =>
		store
			.select({ id: runs.id, submittedAt: runs.submittedAt, retryMode: runs.retryMode, retryOf: runs.retryOf })
			.from(runs)
			.where(and(eq(runs.accountId, accountId), eq(runs.packageId, packageId), eq(runs.child, child), eq(runs.status, 'completed'), READ_SOURCES))
			.orderBy(desc(runs.id))
			.limit(1);
	const [own, children] = await store.batch([half(0), half(1)]);
	const last = [...own, ...children].sort((a, b) => b.id - a.id)[0];
	if (last === undefined) return null;
	return { id: last.id, submittedAt: (await wholeRun(store, accountId, last)).submittedAt };
}

type Attempt = Pick<RunRow, 'id' | 'submittedAt' | 'retryMode' | 'retryOf'>;

/** The run that began from nothing, where this one took over finished tasks or brought home single records of an earlier one; else itself. */
export async function wholeRun(store: Store, accountId: number, run: Attempt): Promise<Attempt> {
	let at = run;
	while (at.retryOf !== null && at.retryMode !== null && at.retryMode !== 'all') {
		const before = await store
			.select({ id: runs.id, submittedAt: runs.submittedAt, retryMode: runs.retryMode, retryOf: runs.retryOf })
			.from(runs)
			.where(and(eq(runs.accountId, accountId), eq(runs.id, at.retryOf)))
			.get();
		if (before === undefined) break;
		at = before;
	}
	return at;
}

/** The latest completed run of a package before one, itself not another run's child and no retry of single records. */
export async function runBefore(store: Store, accountId: number, packageId: number, runId: number): Promise<number | null> {
	const row = await store
		.select({ id: runs.id })
		.from(runs)
		.where(and(eq(runs.accountId, accountId), eq(runs.packageId, packageId), eq(runs.child, 0), eq(runs.status, 'completed'), lt(runs.id, runId), READ_SOURCES))
		.orderBy(desc(runs.id))
		.limit(1)
		.get();
	return row?.id ?? null;
}

/** Only from one of `from`: a report that comes late changes nothing. */
export async function moveRun(
	store: Store,
	runId: number,
	from: readonly RunStatus[],
	change: Partial<NewRun> & { readonly status: RunStatus },
): Promise<boolean> {
	const result = await store
		.update(runs)
		.set(change)
		.where(and(eq(runs.id, runId), inArray(runs.status, [...from])));
	return result.meta.changes > 0;
}
