import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The index over `runs.labels`; written by a trigger alone. */
export const runLabels = sqliteTable(
	'run_labels',
	{ accountId: integer('account_id').notNull(), label: text('label').notNull(), runId: integer('run_id').notNull() },
	(table) => [primaryKey({ columns: [table.accountId, table.label, table.runId] })],
);
