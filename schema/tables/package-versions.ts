import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Schema } from '../../src/data/types.ts';
import type { PackageDefinition } from '../../src/model/package.ts';

/**
 * Columns of sources that name no fields, by component id, as they were found when the version was written. `fingerprint` changes
 * when the component is configured to read something else; then they are looked up again.
 */
export type FrozenColumns = Readonly<Record<string, { readonly fingerprint: string; readonly schema: Schema }>>;

export const packageVersions = sqliteTable(
	'package_versions',
	{
		packageId: integer('package_id').notNull(),
		number: integer('number').notNull(),
		name: text('name').notNull(),
		description: text('description').notNull(),
		/** Defaults of secret variables are left out: see `sealedVariables`. */
		definition: text('definition', { mode: 'json' }).$type<PackageDefinition>().notNull(),
		discovered: text('discovered', { mode: 'json' }).$type<FrozenColumns>().notNull(),
		/** Sealed JSON object: defaults of secret variables. */
		sealedVariables: text('sealed_variables'),
		userId: integer('user_id').notNull(),
		grantId: integer('grant_id'),
		/** The tool or surface it was written through. */
		via: text('via').notNull(),
		createdAt: integer('created_at').notNull(),
	},
	(table) => [primaryKey({ columns: [table.packageId, table.number] })],
);
