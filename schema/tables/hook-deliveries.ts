import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const hookDeliveries = sqliteTable('hook_deliveries', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	hookId: integer('hook_id').notNull(),
	/** The same for every attempt: receivers know a repetition by it. */
	messageId: text('message_id').notNull(),
	event: text('event').notNull(),
	/** `run:5`, `cluster:2`. */
	subject: text('subject').notNull(),
	status: text('status').$type<'pending' | 'delivered' | 'dead'>().notNull(),
	attempts: integer('attempts').notNull(),
	lastError: text('last_error'),
	nextAttemptAt: integer('next_attempt_at'),
	createdAt: integer('created_at').notNull(),
	updatedAt: integer('updated_at').notNull(),
});
