import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const publishedTools = sqliteTable('published_tools', {
	packageId: integer('package_id').primaryKey(),
	accountId: integer('account_id').notNull(),
	/** Unique in the account. */
	name: text('name').notNull(),
	/** Empty: the package's own. */
	description: text('description').notNull(),
	/** The variables that are arguments; null is every one that is not secret. */
	arguments: text('arguments', { mode: 'json' }).$type<string[]>(),
	publishedBy: integer('published_by').notNull(),
	publishedAt: integer('published_at').notNull(),
});
