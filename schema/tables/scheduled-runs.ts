import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';

export const scheduledRuns = sqliteTable('scheduled_runs', {
	runId: integer('run_id').primaryKey(),
	accountId: integer('account_id').notNull(),
	scheduleId: integer('schedule_id').notNull(),
	/** The moment of the fire it stands for. */
	scheduledFor: integer('scheduled_for').notNull(),
	/** 1, then one more with each automatic retry. */
	attempt: integer('attempt').notNull(),
	/** Its end was looked at, and nothing follows from it any more. */
	settled: integer('settled', { mode: 'boolean' }).notNull().default(false),
	/** When it is tried again. */
	retryAt: integer('retry_at'),
});
