import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** What the current version of an active package reads and writes. */
export const packageTargets = sqliteTable(
	'package_targets',
	{
		accountId: integer('account_id').notNull(),
		direction: text('direction').$type<'read' | 'write'>().notNull(),
		/** A table's name in lower case; `/folder/` of files; `/path` of an API. */
		name: text('name').notNull(),
		packageId: integer('package_id').notNull(),
		/** Name of the component. */
		component: text('component').notNull(),
		kind: text('kind').$type<'table' | 'files' | 'api'>().notNull(),
		connectionId: integer('connection_id'),
		/** As the package has it. */
		place: text('place').notNull(),
	},
	(table) => [primaryKey({ columns: [table.accountId, table.direction, table.name, table.packageId, table.component, table.place] })],
);
