import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { VariableValue } from '../../src/model/run.ts';
import type { ClusterReuse, IntervalUnit, Overlap } from '../../src/model/schedule.ts';

export const schedules = sqliteTable('schedules', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	accountId: integer('account_id').notNull(),
	packageId: integer('package_id').notNull(),
	/** In whose rights it runs. */
	ownerId: integer('owner_id').notNull(),
	name: text('name').notNull(),
	enabled: integer('enabled', { mode: 'boolean' }).notNull(),
	/** One more with each change by a person; not with a fire. */
	version: integer('version').notNull().default(1),
	/** Five fields, UTC; else an interval. */
	cron: text('cron'),
	intervalAmount: integer('interval_amount'),
	intervalUnit: text('interval_unit').$type<IntervalUnit>(),
	startAt: integer('start_at').notNull(),
	overlap: text('overlap').$type<Overlap>().notNull(),
	autoRetry: integer('auto_retry', { mode: 'boolean' }).notNull(),
	autoRetryAttempts: integer('auto_retry_attempts').notNull(),
	/** Where it runs; for clusters of its own, the one they are made like. Null is the default cluster. */
	clusterId: integer('cluster_id'),
	clusterReuse: text('cluster_reuse').$type<ClusterReuse>().notNull(),
	/** Null while it is disabled. */
	nextRunAt: integer('next_run_at'),
	/** A fire that waits for the run before it to end. */
	waitingSince: integer('waiting_since'),
	lastRunId: integer('last_run_id'),
	lastRunAt: integer('last_run_at'),
	executionCount: integer('execution_count').notNull().default(0),
	/** Fires that found a run before them unfinished. */
	skippedCount: integer('skipped_count').notNull().default(0),
	/** Why the last fire started nothing. */
	lastError: text('last_error'),
	lastErrorAt: integer('last_error_at'),
	createdAt: integer('created_at').notNull(),
	updatedAt: integer('updated_at').notNull(),
	description: text('description').notNull().default(''),
	/** Values of secret variables are `[redacted]` here and sealed apart. */
	variables: text('variables', { mode: 'json' }).$type<Record<string, VariableValue>>().notNull().default({}),
	dynamicVariables: text('dynamic_variables', { mode: 'json' }).$type<Record<string, string>>().notNull().default({}),
	sealedVariables: text('sealed_variables'),
});
