import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const runFailures = sqliteTable(
	'run_failures',
	{
		runId: integer('run_id').notNull(),
		/** 0 is the one that failed the run. */
		position: integer('position').notNull(),
		component: text('component').notNull(),
		name: text('name').notNull(),
		type: text('type').notNull(),
		class: text('class').notNull(),
		message: text('message').notNull(),
		hint: text('hint').notNull(),
		row: integer('row'),
		field: text('field'),
		/** The row as JSON, redacted, cut at 2 kB. */
		sample: text('sample'),
	},
	(table) => [primaryKey({ columns: [table.runId, table.position] })],
);
