import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const idempotencyKeys = sqliteTable(
	'idempotency_keys',
	{
		grantId: integer('grant_id').notNull(),
		key: text('key').notNull(),
		/** SHA-256 of the tool and its parsed arguments. */
		digest: text('digest').notNull(),
		/** The answer as JSON; null while the call is under way, or when it was interrupted. */
		answer: text('answer'),
		claimedAt: integer('claimed_at').notNull(),
		expiresAt: integer('expires_at').notNull(),
	},
	(table) => [primaryKey({ columns: [table.grantId, table.key] })],
);
