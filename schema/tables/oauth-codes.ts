import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const oauthCodes = sqliteTable('oauth_codes', {
	/** SHA-256 of the code. */
	hash: text('hash').primaryKey(),
	clientId: text('client_id').notNull(),
	redirectUri: text('redirect_uri').notNull(),
	redirectUriGiven: integer('redirect_uri_given', { mode: 'boolean' }).notNull(),
	challenge: text('challenge').notNull(),
	scopes: text('scopes').notNull(),
	accountId: integer('account_id').notNull(),
	userId: integer('user_id').notNull(),
	resourceSlug: text('resource_slug'),
	grantExpiresAt: integer('grant_expires_at'),
	createdAt: integer('created_at').notNull(),
	expiresAt: integer('expires_at').notNull(),
	redeemedAt: integer('redeemed_at'),
	/** Random per attempt: every later statement of the batch that redeems requires its own. */
	claim: text('claim'),
	/** What its redemption granted, so that a replay can end it. */
	grantId: integer('grant_id'),
});
