import { integer, primaryKey, sqliteTable } from 'drizzle-orm/sqlite-core';

/** Runs submitted in an hour, of a package and (package 0) of the whole account; written by triggers alone. */
export const runHours = sqliteTable(
	'run_hours',
	{
		accountId: integer('account_id').notNull(),
		packageId: integer('package_id').notNull(),
		/** Hours since the epoch. */
		hour: integer('hour').notNull(),
		runs: integer('runs').notNull().default(0),
		completed: integer('completed').notNull().default(0),
		failed: integer('failed').notNull().default(0),
		stopped: integer('stopped').notNull().default(0),
		/** Given to destinations. */
		records: integer('records').notNull().default(0),
		badRecords: integer('bad_records').notNull().default(0),
	},
	(table) => [primaryKey({ columns: [table.accountId, table.packageId, table.hour] })],
);
