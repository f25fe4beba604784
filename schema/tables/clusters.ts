import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ClusterStatus } from '../../src/model/cluster.ts';

export const clusters = sqliteTable('clusters', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	accountId: integer('account_id').notNull(),
	name: text('name').notNull(),
	/** Where runs go that name none; one an account. */
	isDefault: integer('is_default', { mode: 'boolean' }).notNull().default(false),
	type: text('type').$type<'sandbox' | 'production'>().notNull(),
	status: text('status').$type<ClusterStatus>().notNull(),
	/** Runs at a time. */
	nodes: integer('nodes').notNull(),
	region: text('region').notNull(),
	terminateOnIdle: integer('terminate_on_idle', { mode: 'boolean' }).notNull().default(false),
	/** Seconds. */
	timeToIdle: integer('time_to_idle').notNull().default(3600),
	createdAt: integer('created_at').notNull(),
	availableAt: integer('available_at'),
	terminatedAt: integer('terminated_at'),
	/** When it was last asked for, after it was terminated or for the first time. */
	requestedAt: integer('requested_at'),
	idledAt: integer('idled_at'),
	/** One more with each change by a person. */
	version: integer('version').notNull().default(1),
	/** The schedule that made it for itself. */
	scheduleId: integer('schedule_id'),
});
