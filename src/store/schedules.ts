import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm';
import { packages } from '../../schema/tables/packages.ts';
import { runs } from '../../schema/tables/runs.ts';
import { scheduledRuns } from '../../schema/tables/scheduled-runs.ts';
import { schedules } from '../../schema/tables/schedules.ts';
import { users } from '../../schema/tables/users.ts';
import { reasonOf, type Store } from './store.ts';

export type ScheduleRow = typeof schedules.$inferSelect;
export type NewSchedule = Omit<typeof schedules.$inferInsert, 'id'>;

export interface ScheduleFilter {
	readonly packageId: number | undefined;
	readonly enabled: boolean | undefined;
	/** Ids below this; undefined begins with the newest. */
	readonly before: number | undefined;
	/** A member of whom permissions may hide packages, and with them their schedules; null sees all. */
	readonly viewer: number | null;
}

const { variables: _, dynamicVariables: __, sealedVariables: ___, ...head } = getTableColumns(schedules);

/** Newest first; variables are not read. */
export function schedulesPage(store: Store, accountId: number, { packageId, enabled, before, viewer }: ScheduleFilter, rows: number) {
	return store
		.select({ ...head, packageName: packages.name, lastRunStatus: runs.status })
		.from(schedules)
		.innerJoin(packages, eq(packages.id, schedules.packageId))
		.leftJoin(runs, eq(runs.id, schedules.lastRunId))
		.where(
			and(
				eq(schedules.accountId, accountId),
				packageId === undefined ? undefined : eq(schedules.packageId, packageId),
				enabled === undefined ? undefined : eq(schedules.enabled, enabled),
				before === undefined ? undefined : lt(schedules.id, before),
				viewer === null
					? undefined
					: sql`NOT EXISTS (SELECT 1 FROM package_permissions p WHERE p.package_id = ${schedules.packageId} AND p.user_id = ${viewer} AND p.can_read = 0)`,
			),
		)
		.orderBy(desc(schedules.id))
		.limit(rows)
		.all();
}

export type ScheduleListRow = Awaited<ReturnType<typeof schedulesPage>>[number];

export async function scheduleById(store: Store, accountId: number, id: number) {
	const row = await store
		.select({ schedule: schedules, packageName: packages.name, lastRunStatus: runs.status, owner: users.email })
		.from(schedules)
		.innerJoin(packages, eq(packages.id, schedules.packageId))
		.innerJoin(users, eq(users.id, schedules.ownerId))
		.leftJoin(runs, eq(runs.id, schedules.lastRunId))
		.where(and(eq(schedules.id, id), eq(schedules.accountId, accountId)))
		.get();
	return row ?? null;
}

/** The latest runs of a schedule that was found in the account. */
export function runsOfSchedule(store: Store, scheduleId: number, rows: number) {
	return store
		.select({ runId: scheduledRuns.runId, scheduledFor: scheduledRuns.scheduledFor, attempt: scheduledRuns.attempt, status: runs.status })
		.from(scheduledRuns)
		.innerJoin(runs, eq(runs.id, scheduledRuns.runId))
		.where(eq(scheduledRuns.scheduleId, scheduleId))
		.orderBy(desc(scheduledRuns.scheduledFor), desc(scheduledRuns.attempt))
		.limit(rows)
		.all();
}

/** Of a package that was found in the account; the newest 20. */
export function schedulesOfPackage(store: Store, packageId: number) {
	return store
		.select({
			id: schedules.id,
			name: schedules.name,
			enabled: schedules.enabled,
			cron: schedules.cron,
			intervalAmount: schedules.intervalAmount,
			intervalUnit: schedules.intervalUnit,
			nextRunAt: schedules.nextRunAt,
		})
		.from(schedules)
		.where(eq(schedules.packageId, packageId))
		.orderBy(desc(schedules.id))
		.limit(20)
		.all();
}

/** Null where its package is archived by then: an enabled schedule keeps its package from that. */
export async function insertSchedule(store: Store, fresh: NewSchedule): Promise<number | null> {
	try {
		const row = await store.insert(schedules).values(fresh).returning({ id: schedules.id }).get();
		return row.id;
	} catch (error) {
		if (reasonOf(error).includes('package_not_active')) return null;
		throw error;
	}
}

/** The next version, where the schedule is still at `from`; an enabled one only where its package is active. */
export async function changeSchedule(
	store: Store,
	accountId: number,
	id: number,
	from: number,
	change: Partial<NewSchedule> & { readonly enabled: boolean; readonly packageId: number },
): Promise<boolean> {
	const changed = await store
		.update(schedules)
		.set({ ...change, version: from + 1 })
		.where(
			and(
				eq(schedules.id, id),
				eq(schedules.accountId, accountId),
				eq(schedules.version, from),
				change.enabled ? sql`EXISTS (SELECT 1 FROM packages WHERE id = ${change.packageId} AND account_id = ${accountId} AND status = 'active')` : undefined,
			),
		)
		.returning({ id: schedules.id });
	return changed.length === 1;
}

export async function deleteSchedule(store: Store, accountId: number, id: number, from: number): Promise<boolean> {
	const gone = await store
		.delete(schedules)
		.where(and(eq(schedules.id, id), eq(schedules.accountId, accountId), eq(schedules.version, from)))
		.returning({ id: schedules.id });
	return gone.length === 1;
}
