import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const connections = sqliteTable('connections', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	accountId: integer('account_id').notNull(),
	name: text('name').notNull(),
	/** A connector's type. */
	type: text('type').notNull(),
	config: text('config', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
	/** Sealed JSON object of credentials. */
	secrets: text('secrets'),
	/** The key `secrets` is sealed with. */
	keyId: text('key_id'),
	/** `creating`: the row has its id but not yet its credentials; nothing lists it. */
	status: text('status').$type<'creating' | 'unchecked' | 'ok' | 'failed'>().notNull().default('unchecked'),
	lastCheckedAt: integer('last_checked_at'),
	lastCheckMessage: text('last_check_message'),
	createdAt: integer('created_at').notNull(),
	updatedAt: integer('updated_at').notNull(),
});
