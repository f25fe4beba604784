import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { FlowType } from '../../src/model/package.ts';
import type { RunStatus } from '../../src/model/run.ts';

export const packages = sqliteTable('packages', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	accountId: integer('account_id').notNull(),
	workspaceId: integer('workspace_id').notNull(),
	name: text('name').notNull(),
	description: text('description').notNull().default(''),
	flowType: text('flow_type').$type<FlowType>().notNull(),
	flowVersion: text('flow_version').notNull(),
	status: text('status').$type<'active' | 'archived'>().notNull().default('active'),
	/** Number of the current version. */
	version: integer('version').notNull(),
	ownerId: integer('owner_id').notNull(),
	/** Kept by a trigger on runs. */
	lastRunId: integer('last_run_id'),
	/** Kept by a trigger on runs. */
	lastRunStatus: text('last_run_status').$type<RunStatus>(),
	/** The version whose targets are in `package_targets`. */
	targetsVersion: integer('targets_version').notNull().default(0),
	createdAt: integer('created_at').notNull(),
	updatedAt: integer('updated_at').notNull(),
});
