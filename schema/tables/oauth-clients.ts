import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const oauthClients = sqliteTable('oauth_clients', {
	/** Random, or the URL of a client ID metadata document. */
	id: text('id').primaryKey(),
	kind: text('kind').$type<'dynamic' | 'document' | 'static'>().notNull(),
	name: text('name').notNull(),
	redirectUris: text('redirect_uris', { mode: 'json' }).$type<string[]>().notNull(),
	authMethod: text('auth_method').$type<'none' | 'client_secret_basic' | 'client_secret_post'>().notNull(),
	secretHash: text('secret_hash'),
	grantTypes: text('grant_types', { mode: 'json' }).$type<('authorization_code' | 'refresh_token' | 'client_credentials')[]>().notNull(),
	/** Upper bound, separated by spaces; null is none of its own. */
	scopes: text('scopes'),
	accountId: integer('account_id'),
	skipConsent: integer('skip_consent', { mode: 'boolean' }).notNull().default(false),
	uri: text('uri'),
	logoUri: text('logo_uri'),
	createdAt: integer('created_at').notNull(),
	lastUsedAt: integer('last_used_at'),
	/** Documents only: until when it need not be fetched again. */
	freshUntil: integer('fresh_until'),
	removedAt: integer('removed_at'),
});
