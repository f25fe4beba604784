import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { HookEvent, HookKind } from '../../src/model/hook.ts';

export const hooks = sqliteTable('hooks', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	accountId: integer('account_id').notNull(),
	kind: text('kind').$type<HookKind>().notNull(),
	name: text('name').notNull(),
	enabled: integer('enabled', { mode: 'boolean' }).notNull().default(true),
	/** Where it goes, without what is secret of it. */
	target: text('target').notNull(),
	events: text('events', { mode: 'json' }).$type<HookEvent[]>().notNull(),
	/** None is every package. */
	packageIds: text('package_ids', { mode: 'json' }).$type<number[]>().notNull().default([]),
	/** Sealed JSON object. */
	secrets: text('secrets').notNull(),
	/** Null: the administration API. */
	createdBy: integer('created_by'),
	createdAt: integer('created_at').notNull(),
	updatedAt: integer('updated_at').notNull(),
});
