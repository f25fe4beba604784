import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const recoveryCodes = sqliteTable(
	'recovery_codes',
	{ userId: integer('user_id').notNull(), hash: text('hash').notNull(), usedAt: integer('used_at') },
	(table) => [primaryKey({ columns: [table.userId, table.hash] })],
);
