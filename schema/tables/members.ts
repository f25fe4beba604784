import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Role } from '../../src/model/principal.ts';

export const members = sqliteTable(
	'members',
	{
		accountId: integer('account_id').notNull(),
		userId: integer('user_id').notNull(),
		role: text('role').$type<Role>().notNull(),
		createdAt: integer('created_at').notNull(),
	},
	(table) => [primaryKey({ columns: [table.accountId, table.userId] })],
);
