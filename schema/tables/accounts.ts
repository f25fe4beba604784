import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const accounts = sqliteTable('accounts', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	/** In URLs; has a letter in it, so that it is never taken for a number. */
	slug: text('slug').notNull(),
	name: text('name').notNull(),
	gatewayEnabled: integer('gateway_enabled', { mode: 'boolean' }).notNull().default(true),
	/** Kept by triggers: rises with whatever changes the account's published tools; 0 where there never were any. */
	toolsRevision: integer('tools_revision').notNull().default(0),
	createdAt: integer('created_at').notNull(),
	updatedAt: integer('updated_at').notNull(),
});
