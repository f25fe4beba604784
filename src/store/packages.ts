import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { type FrozenColumns, packageVersions } from '../../schema/tables/package-versions.ts';
import { packages } from '../../schema/tables/packages.ts';
import { users } from '../../schema/tables/users.ts';
import { workspaces } from '../../schema/tables/workspaces.ts';
import type { FlowType, PackageDefinition } from '../model/package.ts';
import type { Store } from './store.ts';

export type { FrozenColumns } from '../../schema/tables/package-versions.ts';
export type PackageRow = typeof packages.$inferSelect;
export type PackageVersionRow = typeof packageVersions.$inferSelect;

export interface PackageFilter {
	readonly status: 'active' | 'archived';
	readonly flowType: FlowType | undefined;
	readonly workspaceId: number | undefined;
	/** Ids below this; undefined begins with the newest. */
	readonly before: number | undefined;
}

/** Newest first. */
export function packagesPage(store: Store, accountId: number, filter: PackageFilter, rows: number): Promise<PackageRow[]> {
	return store
		.select()
		.from(packages)
		.where(
			and(
				eq(packages.accountId, accountId),
				eq(packages.status, filter.status),
				filter.flowType === undefined ? undefined : eq(packages.flowType, filter.flowType),
				filter.workspaceId === undefined ? undefined : eq(packages.workspaceId, filter.workspaceId),
				filter.before === undefined ? undefined : lt(packages.id, filter.before),
			),
		)
		.orderBy(desc(packages.id))
		.limit(rows)
		.all();
}

export interface PackageWithVersion {
	readonly package: PackageRow;
	readonly version: PackageVersionRow;
	readonly workspaceName: string;
	readonly ownerEmail: string;
}

/** A package with its current version. */
export async function packageById(store: Store, accountId: number, id: number): Promise<PackageWithVersion | null> {
	const row = await store
		.select({ package: packages, version: packageVersions, workspaceName: workspaces.name, ownerEmail: users.email })
		.from(packages)
		.innerJoin(packageVersions, and(eq(packageVersions.packageId, packages.id), eq(packageVersions.number, packages.version)))
		.innerJoin(workspaces, eq(workspaces.id, packages.workspaceId))
		.innerJoin(users, eq(users.id, packages.ownerId))
		.where(and(eq(packages.id, id), eq(packages.accountId, accountId)))
		.get();
	return row ?? null;
}

export interface NewPackage {
	readonly accountId: number;
	readonly workspaceId: number;
	readonly name: string;
	readonly description: string;
	readonly flowVersion: string;
	readonly definition: PackageDefinition;
	readonly discovered: FrozenColumns;
	readonly sealedVariables: string | null;
	readonly userId: number;
	readonly grantId: number;
	readonly via: string;
	readonly now: number;
}

/** Package and version 1 in one batch. Gives the package's id. */
export async function insertPackage(store: Store, fresh: NewPackage): Promise<number> {
	const { accountId, workspaceId, name, description, flowVersion, definition, userId, grantId, via, now } = fresh;
	const [inserted] = await store.batch([
		store
			.insert(packages)
			.values({
				accountId,
				workspaceId,
				name,
				description,
				flowType: definition.flow_type,
				flowVersion,
				version: 1,
				ownerId: userId,
				createdAt: now,
				updatedAt: now,
			})
			.returning({ id: packages.id }),
		store.insert(packageVersions).values({
			packageId: sql`last_insert_rowid()`,
			number: 1,
			name,
			description,
			definition,
			discovered: fresh.discovered,
			sealedVariables: fresh.sealedVariables,
			userId,
			grantId,
			via,
			createdAt: now,
		}),
	]);
	const row = inserted[0];
	if (row === undefined) throw new Error('a package was inserted without an id');
	return row.id;
}
