import { and, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import { runs } from '../../schema/tables/runs.ts';
import { scheduledRuns } from '../../schema/tables/scheduled-runs.ts';
import { schedules } from '../../schema/tables/schedules.ts';
import { ENDED } from '../model/run.ts';
import type { NewRun } from './runs.ts';
import type { ScheduleRow } from './schedules.ts';
import { reasonOf, type Store } from './store.ts';

/** What one turn of an account's object takes up at most; the rest waits for the next, which follows at once. */
const DUE_A_TURN = 20;
const ENDED_A_TURN = 100;

/** A fire, as its run is written for it. */
export interface ScheduledFire {
	readonly scheduleId: number;
	/** The moment of the fire. */
	readonly scheduledFor: number;
	readonly attempt: number;
}

/**
 * A run with the fire it stands for, in one batch: both or neither. `already`: that fire has its run. `not_enabled`: the schedule was
 * disabled or deleted by then.
 */
export async function insertScheduledRun(store: Store, run: NewRun, fire: ScheduledFire): Promise<number | 'already' | 'not_enabled'> {
	try {
		const [inserted] = await store.batch([
			store.insert(runs).values(run).returning({ id: runs.id }),
			store.insert(scheduledRuns).values({ ...fire, accountId: run.accountId, runId: sql`last_insert_rowid()` }),
		]);
		return inserted[0]?.id ?? 'already';
	} catch (error) {
		const reason = reasonOf(error);
		if (reason.includes('schedule_not_enabled')) return 'not_enabled';
		if (reason.includes('scheduled_runs.schedule_id')) return 'already';
		throw error;
	}
}

export interface DueSchedule {
	readonly schedule: ScheduleRow;
	/** A run of it is not settled. */
	readonly busy: boolean;
}

const busy = sql<number>`EXISTS (SELECT 1 FROM scheduled_runs f WHERE f.account_id = ${schedules.accountId} AND f.schedule_id = ${schedules.id} AND f.settled = 0)`;

/** Schedules with a fire that is due, or one that waits and need not any more. Most overdue first. */
export async function dueSchedules(store: Store, accountId: number, now: number): Promise<DueSchedule[]> {
	const mine = and(eq(schedules.accountId, accountId), eq(schedules.enabled, true));
	const [due, waiting] = await store.batch([
		store
			.select({ schedule: schedules, busy })
			.from(schedules)
			.where(and(mine, isNotNull(schedules.nextRunAt), lte(schedules.nextRunAt, now)))
			.orderBy(schedules.nextRunAt)
			.limit(DUE_A_TURN),
		store
			.select({ schedule: schedules, busy })
			.from(schedules)
			.where(and(mine, isNotNull(schedules.waitingSince), sql`NOT ${busy}`))
			.limit(DUE_A_TURN),
	]);
	const all = new Map([...due, ...waiting].map((row) => [row.schedule.id, { schedule: row.schedule, busy: row.busy === 1 }]));
	return [...all.values()];
}

/** Where the schedule stands after a step; nothing where a person changed it meanwhile: the change has its own next fire. */
export async function moveSchedule(
	store: Store,
	{ id, version, nextRunAt }: ScheduleRow,
	next: Pick<ScheduleRow, 'nextRunAt' | 'waitingSince' | 'skippedCount'> & Partial<Pick<ScheduleRow, 'lastError' | 'lastErrorAt'>>,
): Promise<void> {
	await store
		.update(schedules)
		.set(next)
		.where(and(eq(schedules.id, id), eq(schedules.version, version), nextRunAt === null ? isNull(schedules.nextRunAt) : eq(schedules.nextRunAt, nextRunAt)));
}

/** Runs of schedules that have ended and are not settled, with what their schedule says of retries; null where it is gone. */
export async function endedScheduledRuns(store: Store, accountId: number) {
	return store
		.select({
			runId: scheduledRuns.runId,
			scheduleId: scheduledRuns.scheduleId,
			scheduledFor: scheduledRuns.scheduledFor,
			attempt: scheduledRuns.attempt,
			retryAt: scheduledRuns.retryAt,
			status: runs.status,
			endedAt: runs.endedAt,
			schedule: schedules,
		})
		.from(scheduledRuns)
		.innerJoin(runs, eq(runs.id, scheduledRuns.runId))
		.leftJoin(schedules, eq(schedules.id, scheduledRuns.scheduleId))
		.where(
			and(
				eq(scheduledRuns.accountId, accountId),
				eq(scheduledRuns.settled, false),
				sql`+${runs.status} IN (${sql.join(
					[...ENDED].map((status) => sql`${status}`),
					sql`, `,
				)})`,
			),
		)
		.orderBy(scheduledRuns.runId)
		.limit(ENDED_A_TURN)
		.all();
}

export type EndedScheduledRun = Awaited<ReturnType<typeof endedScheduledRuns>>[number];

export async function settleScheduledRun(store: Store, runId: number, retryAt: number | null): Promise<void> {
	await store
		.update(scheduledRuns)
		.set(retryAt === null ? { settled: true, retryAt: null } : { retryAt })
		.where(eq(scheduledRuns.runId, runId));
}

/** When the account's object has something to do next: a fire, or a retry. Null: when it is told. */
export async function nextWake({ $client }: Store, accountId: number): Promise<number | null> {
	return $client
		.prepare(
			`SELECT min(at) AS at FROM (
				SELECT min(next_run_at) AS at FROM schedules WHERE account_id = ?1 AND next_run_at IS NOT NULL
				UNION ALL SELECT min(retry_at) FROM scheduled_runs WHERE account_id = ?1 AND settled = 0)`,
		)
		.bind(accountId)
		.first<number>('at');
}

/** Accounts whose object should have done something by `before` and has not: it was lost, or never told. At most 200. */
export async function neglectedAccounts({ $client }: Store, before: number): Promise<number[]> {
	const { results } = await $client
		.prepare(
			`SELECT account_id AS id FROM (SELECT account_id FROM schedules WHERE next_run_at < ?1 LIMIT 1000)
			UNION SELECT f.account_id FROM scheduled_runs f JOIN runs r ON r.id = f.run_id WHERE f.settled = 0 AND r.ended_at < ?1 AND (f.retry_at IS NULL OR f.retry_at < ?1)
			LIMIT 200`,
		)
		.bind(before)
		.all<{ id: number }>();
	return results.map(({ id }) => id);
}
