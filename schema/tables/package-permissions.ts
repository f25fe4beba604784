import { integer, primaryKey, sqliteTable } from 'drizzle-orm/sqlite-core';

export const packagePermissions = sqliteTable(
	'package_permissions',
	{
		packageId: integer('package_id').notNull(),
		userId: integer('user_id').notNull(),
		canRead: integer('can_read', { mode: 'boolean' }).notNull(),
		canWrite: integer('can_write', { mode: 'boolean' }).notNull(),
		canExecute: integer('can_execute', { mode: 'boolean' }).notNull(),
		canDebug: integer('can_debug', { mode: 'boolean' }).notNull(),
		updatedBy: integer('updated_by').notNull(),
		updatedAt: integer('updated_at').notNull(),
	},
	(table) => [primaryKey({ columns: [table.packageId, table.userId] })],
);
