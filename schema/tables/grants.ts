import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const grants = sqliteTable('grants', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	accountId: integer('account_id').notNull(),
	userId: integer('user_id').notNull(),
	kind: text('kind').$type<'oauth' | 'pat' | 'client'>().notNull(),
	name: text('name').notNull(),
	clientId: text('client_id'),
	/** What survives a client's re-registration; null for personal access tokens. */
	clientKey: text('client_key'),
	/** Separated by spaces, as in OAuth. */
	scopes: text('scopes').notNull(),
	/** JSON list of the only tools it may call; null is all. */
	tools: text('tools', { mode: 'json' }).$type<string[]>(),
	readOnly: integer('read_only', { mode: 'boolean' }).notNull().default(false),
	createdAt: integer('created_at').notNull(),
	expiresAt: integer('expires_at'),
	/** Written at most every five minutes. */
	lastUsedAt: integer('last_used_at'),
	revokedAt: integer('revoked_at'),
	revokeReason: text('revoke_reason'),
	/** OAuth: the account's name in the `resource` that the client asked for; null where the person picked the account. */
	resourceSlug: text('resource_slug'),
});
