import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const tokens = sqliteTable('tokens', {
	/** SHA-256 of the token, lower-case hex. */
	hash: text('hash').primaryKey(),
	grantId: integer('grant_id').notNull(),
	kind: text('kind').$type<'pat' | 'access' | 'refresh'>().notNull(),
	createdAt: integer('created_at').notNull(),
	expiresAt: integer('expires_at'),
	/** Narrower than the grant's where a client asked for less; null is the grant's. */
	scopes: text('scopes'),
	/** Refresh tokens: when they were first replaced. */
	rotatedAt: integer('rotated_at'),
});
