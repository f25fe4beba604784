import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const sessions = sqliteTable('sessions', {
	/** SHA-256 of the cookie. */
	hash: text('hash').primaryKey(),
	userId: integer('user_id').notNull(),
	/** `password`, `passkey`, `access`, or the upstream provider's name. */
	method: text('method').notNull(),
	secondFactor: text('second_factor').$type<'not_needed' | 'pending' | 'passed'>().notNull(),
	userAgent: text('user_agent').notNull(),
	address: text('address').notNull(),
	createdAt: integer('created_at').notNull(),
	lastSeenAt: integer('last_seen_at').notNull(),
	expiresAt: integer('expires_at').notNull(),
});
