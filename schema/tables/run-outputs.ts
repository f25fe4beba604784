import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const runOutputs = sqliteTable(
	'run_outputs',
	{
		runId: integer('run_id').notNull(),
		/** Component id. */
		component: text('component').notNull(),
		position: integer('position').notNull(),
		name: text('name').notNull(),
		type: text('type').notNull(),
		records: integer('records').notNull(),
		target: text('target'),
		/** Rows of a result destination, JSON. */
		rows: text('rows', { mode: 'json' }).$type<Record<string, unknown>[]>(),
		/** Where the rows are in R2, when they are too long for a row. */
		rowsKey: text('rows_key'),
		truncated: integer('truncated', { mode: 'boolean' }).notNull().default(false),
	},
	(table) => [primaryKey({ columns: [table.runId, table.component] })],
);
