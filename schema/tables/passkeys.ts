import { blob, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const passkeys = sqliteTable('passkeys', {
	/** The credential id, base64url. */
	id: text('id').primaryKey(),
	userId: integer('user_id').notNull(),
	name: text('name').notNull(),
	/** COSE key. */
	publicKey: blob('public_key').$type<Uint8Array>().notNull(),
	counter: integer('counter').notNull(),
	transports: text('transports', { mode: 'json' }).$type<string[]>().notNull(),
	createdAt: integer('created_at').notNull(),
	lastUsedAt: integer('last_used_at'),
});
