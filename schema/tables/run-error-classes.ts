import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const runErrorClasses = sqliteTable(
	'run_error_classes',
	{
		runId: integer('run_id').notNull(),
		/** Component id. */
		component: text('component').notNull(),
		class: text('class').notNull(),
		count: integer('count').notNull(),
	},
	(table) => [primaryKey({ columns: [table.runId, table.component, table.class] })],
);
