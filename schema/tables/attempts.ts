import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const attempts = sqliteTable(
	'attempts',
	{
		/** What is counted, e.g. `sign_in:203.0.113.7`. */
		key: text('key').notNull(),
		/** Number of the slot of time; a window is some of them in a row. */
		window: integer('window').notNull(),
		count: integer('count').notNull(),
		expiresAt: integer('expires_at').notNull(),
	},
	(table) => [primaryKey({ columns: [table.key, table.window] })],
);
