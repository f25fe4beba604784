import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const identities = sqliteTable(
	'identities',
	{
		issuer: text('issuer').notNull(),
		subject: text('subject').notNull(),
		userId: integer('user_id').notNull(),
		createdAt: integer('created_at').notNull(),
	},
	(table) => [primaryKey({ columns: [table.issuer, table.subject] })],
);
