import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const accounts = sqliteTable('accounts', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	/** In URLs; has a letter in it, so that it is never taken for a number. */
	slug: text('slug').notNull(),
	name: text('name').notNull(),
	gatewayEnabled: integer('gateway_enabled', { mode: 'boolean' }).notNull().default(true),
	createdAt: integer('created_at').notNull(),
	updatedAt: integer('updated_at').notNull(),
});
