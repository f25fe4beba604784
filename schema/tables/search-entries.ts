import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Written by triggers alone; `search_index` is the FTS5 index over it, numbered `(account << 39) + (kind << 36) + ref_id`. */
export const searchEntries = sqliteTable('search_entries', {
	id: integer('id').primaryKey(),
	accountId: integer('account_id').notNull(),
	kind: text('kind').$type<'package' | 'connection' | 'cluster' | 'workspace' | 'run' | 'schedule'>().notNull(),
	/** Id of the thing. */
	refId: integer('ref_id').notNull(),
	name: text('name').notNull(),
	/** Description, names of components, what failed a run. */
	body: text('body').notNull().default(''),
});
