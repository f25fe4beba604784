import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const workspaces = sqliteTable('workspaces', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	accountId: integer('account_id').notNull(),
	name: text('name').notNull(),
	/** Where packages go that name none; one an account. */
	isDefault: integer('is_default', { mode: 'boolean' }).notNull().default(false),
	/** The counters are the triggers' alone. */
	packageCount: integer('package_count').notNull().default(0),
	lastFailedJobsCount: integer('last_failed_jobs_count').notNull().default(0),
	lastCompletedJobsCount: integer('last_completed_jobs_count').notNull().default(0),
	createdAt: integer('created_at').notNull(),
});
