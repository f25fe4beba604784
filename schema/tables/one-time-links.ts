import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const oneTimeLinks = sqliteTable('one_time_links', {
	/** SHA-256 of what stands in the link. */
	hash: text('hash').primaryKey(),
	kind: text('kind').$type<'invite' | 'reset'>().notNull(),
	accountId: integer('account_id').notNull(),
	email: text('email').notNull(),
	/** Invitations only. */
	role: text('role').$type<'owner' | 'editor' | 'viewer'>(),
	createdBy: integer('created_by').notNull(),
	createdAt: integer('created_at').notNull(),
	expiresAt: integer('expires_at').notNull(),
	usedAt: integer('used_at'),
});
