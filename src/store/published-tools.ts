import { and, asc, eq, ne, sql } from 'drizzle-orm';
import { packagePermissions } from '../../schema/tables/package-permissions.ts';
import { packageVersions } from '../../schema/tables/package-versions.ts';
import { packages } from '../../schema/tables/packages.ts';
import { publishedTools } from '../../schema/tables/published-tools.ts';
import type { VariableDefinition } from '../model/package.ts';
import type { PackagePermission } from '../model/package-right.ts';
import type { Store } from './store.ts';

/** A published tool with what its definition is made from. */
export interface PublishedToolRow {
	readonly packageId: number;
	readonly tool: string;
	readonly description: string;
	readonly arguments: string[] | null;
	readonly packageName: string;
	readonly packageDescription: string;
	readonly version: number;
	readonly variables: Readonly<Record<string, VariableDefinition>>;
	/** Whether any of its components reads the rows that a run is handed. */
	readonly takesPayload: boolean;
	/** What was set for whoever asks. */
	readonly permission: PackagePermission;
}

/** Of the definition only what a tool is made from is read: graphs are long. */
const fromDefinition = {
	variables: sql<string>`json_extract(${packageVersions.definition}, '$.variables')`,
	takesPayload: sql<number>`EXISTS (SELECT 1 FROM json_each(${packageVersions.definition}, '$.components') c, json_each(c.value) w WHERE w.key = 'payload_source_component')`,
};

/** The tools of active packages, by name; at most `rows`. */
export async function publishedToolsOf(store: Store, accountId: number, userId: number, rows: number): Promise<PublishedToolRow[]> {
	const found = await store
		.select({
			packageId: packages.id,
			tool: publishedTools.name,
			description: publishedTools.description,
			arguments: publishedTools.arguments,
			packageName: packages.name,
			packageDescription: packages.description,
			version: packages.version,
			...fromDefinition,
			permission: packagePermissions,
		})
		.from(publishedTools)
		.innerJoin(packages, eq(packages.id, publishedTools.packageId))
		.innerJoin(packageVersions, and(eq(packageVersions.packageId, packages.id), eq(packageVersions.number, packages.version)))
		.leftJoin(packagePermissions, and(eq(packagePermissions.packageId, packages.id), eq(packagePermissions.userId, userId)))
		.where(and(eq(publishedTools.accountId, accountId), eq(packages.status, 'active')))
		.orderBy(asc(publishedTools.name))
		.limit(rows)
		.all();
	return found.map((row) => ({
		...row,
		variables: JSON.parse(row.variables) as Record<string, VariableDefinition>,
		takesPayload: row.takesPayload === 1,
	}));
}

/** Whether a package is a tool, and as what. */
export async function publicationRow(store: Store, packageId: number): Promise<typeof publishedTools.$inferSelect | null> {
	return (await store.select().from(publishedTools).where(eq(publishedTools.packageId, packageId)).get()) ?? null;
}

/** Who else has the name, archived packages too; and how many other packages are tools. */
export async function otherPublications(store: Store, accountId: number, packageId: number, name: string): Promise<{ taken: number | null; count: number }> {
	const others = and(eq(publishedTools.accountId, accountId), ne(publishedTools.packageId, packageId));
	const [named, counted] = await store.batch([
		store
			.select({ id: publishedTools.packageId })
			.from(publishedTools)
			.where(and(others, eq(publishedTools.name, name))),
		store
			.select({ count: sql<number>`count(*)` })
			.from(publishedTools)
			.innerJoin(packages, and(eq(packages.id, publishedTools.packageId), eq(packages.status, 'active')))
			.where(others),
	]);
	return { taken: named[0]?.id ?? null, count: counted[0]?.count ?? 0 };
}

export async function writePublication(store: Store, row: typeof publishedTools.$inferInsert): Promise<void> {
	const { packageId: _, accountId: __, ...set } = row;
	await store.insert(publishedTools).values(row).onConflictDoUpdate({ target: publishedTools.packageId, set });
}

export async function deletePublication(store: Store, packageId: number): Promise<void> {
	await store.delete(publishedTools).where(eq(publishedTools.packageId, packageId));
}
