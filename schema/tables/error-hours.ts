import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Errors of a package's runs by the hour in which those were submitted; written by triggers alone. */
export const errorHours = sqliteTable(
	'error_hours',
	{
		accountId: integer('account_id').notNull(),
		packageId: integer('package_id').notNull(),
		/** Hours since the epoch. */
		hour: integer('hour').notNull(),
		kind: text('kind').$type<'bad_record' | 'failure'>().notNull(),
		component: text('component').notNull(),
		class: text('class').notNull(),
		count: integer('count').notNull(),
		runs: integer('runs').notNull(),
		lastRunId: integer('last_run_id').notNull(),
	},
	(table) => [primaryKey({ columns: [table.accountId, table.packageId, table.hour, table.kind, table.component, table.class] })],
);
