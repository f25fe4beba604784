import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const chatSessions = sqliteTable(
	'chat_sessions',
	{
		grantId: integer('grant_id').notNull(),
		/** Chosen by the application. */
		chatId: text('chat_id').notNull(),
		createdAt: integer('created_at').notNull(),
		lastUsedAt: integer('last_used_at').notNull(),
		expiresAt: integer('expires_at').notNull(),
		calls: integer('calls').notNull().default(0),
		enabled: text('enabled', { mode: 'json' }).$type<string[]>().notNull().default([]),
		/** The last ones, oldest first. */
		recentCalls: text('recent_calls', { mode: 'json' }).$type<RememberedCall[]>().notNull().default([]),
	},
	(table) => [primaryKey({ columns: [table.grantId, table.chatId] })],
);

export interface RememberedCall {
	readonly tool: string;
	readonly outcome: string;
	readonly at: number;
}
