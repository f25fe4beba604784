import { integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { RunStatus, VariableValue } from '../../src/model/run.ts';
import type { ComponentProgressView, TaskView } from '../../src/model/views/run.ts';

export const runs = sqliteTable('runs', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	accountId: integer('account_id').notNull(),
	packageId: integer('package_id').notNull(),
	packageVersion: integer('package_version').notNull(),
	clusterId: integer('cluster_id').notNull(),
	/** Who submitted it. */
	userId: integer('user_id').notNull(),
	grantId: integer('grant_id'),
	via: text('via').notNull(),
	/** 1: another run started it. */
	child: integer('child').$type<0 | 1>().notNull().default(0),
	parentRunId: integer('parent_run_id'),
	retryOf: integer('retry_of'),
	/** `all`, `from_failed_task` or `failed_records:<component>`; null for a run that is no retry. */
	retryMode: text('retry_mode'),
	attempt: integer('attempt').notNull().default(1),
	status: text('status').$type<RunStatus>().notNull(),
	progress: real('progress').notNull().default(0),
	submittedAt: integer('submitted_at').notNull(),
	startedAt: integer('started_at'),
	endedAt: integer('ended_at'),
	lastError: text('last_error'),
	/** Where its log is archived in R2. */
	logKey: text('log_key'),
	logLines: integer('log_lines').notNull().default(0),
	updatedAt: integer('updated_at').notNull(),
	/** When the sweep looks whether its object still works; null once it is archived. */
	lookAt: integer('look_at').default(0),
	/** What the caller gave; secret ones are `[redacted]`. */
	variables: text('variables', { mode: 'json' }).$type<Record<string, VariableValue>>().notNull(),
	dynamicVariables: text('dynamic_variables', { mode: 'json' }).$type<Record<string, string>>().notNull(),
	/** Sealed JSON object: values of secret variables, kept so that they can be blanked wherever the run shows text. */
	sealedVariables: text('sealed_variables'),
	/** Connections its plan uses: whose credentials are blanked. */
	connectionIds: text('connection_ids', { mode: 'json' }).$type<number[]>().notNull(),
	/** What the caller called it; `run_labels` is the index over them. */
	labels: text('labels', { mode: 'json' }).$type<string[]>().notNull().default([]),
	/** Rows of its payload, which is in R2; null where it had none. */
	payloadRows: integer('payload_rows'),
	/** Counts per component at the end. */
	components: text('components', { mode: 'json' }).$type<ComponentProgressView[]>().notNull(),
	/** The task of its parent that started it. */
	parentTask: text('parent_task'),
	/** Of a workflow that has ended. */
	tasks: text('tasks', { mode: 'json' }).$type<TaskView[]>(),
	/** 1 before 0 before -1 in its cluster's queue. */
	priority: integer('priority').$type<-1 | 0 | 1>().notNull().default(0),
});
