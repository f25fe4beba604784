import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Audit events that left the index: one object in R2 a row. */
export const auditBatches = sqliteTable(
	'audit_batches',
	{
		/** 0: of no account. */
		accountId: integer('account_id').notNull(),
		lastId: integer('last_id').notNull(),
		firstId: integer('first_id').notNull(),
		firstAt: integer('first_at').notNull(),
		lastAt: integer('last_at').notNull(),
		events: integer('events').notNull(),
		key: text('key').notNull(),
	},
	(table) => [primaryKey({ columns: [table.accountId, table.lastId] })],
);
