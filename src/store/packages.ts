import { and, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { packagePermissions } from '../../schema/tables/package-permissions.ts';
import { type FrozenColumns, packageVersions } from '../../schema/tables/package-versions.ts';
import { packages } from '../../schema/tables/packages.ts';
import { users } from '../../schema/tables/users.ts';
import { workspaces } from '../../schema/tables/workspaces.ts';
import type { FlowType, PackageDefinition } from '../model/package.ts';
import type { PackagePermission } from '../model/package-right.ts';
import { firstTargets, type TargetRow } from './package-targets.ts';
import { reasonOf, type Store } from './store.ts';

export type { FrozenColumns } from '../../schema/tables/package-versions.ts';
export type PackageRow = typeof packages.$inferSelect;
export type PackageVersionRow = typeof packageVersions.$inferSelect;

export interface PackageFilter {
	readonly status: 'active' | 'archived';
	readonly flowType: FlowType | undefined;
	readonly workspaceId: number | undefined;
	/** Ids below this; undefined begins with the newest. */
	readonly before: number | undefined;
	/** Who looks; with `limited` only what this member may read. */
	readonly viewer: { readonly userId: number; readonly limited: boolean };
}

export type PackageListRow = PackageRow & { readonly permission: PackagePermission };

/** A connection that a package's current version reads or writes. */
export interface PackageReach {
	readonly direction: TargetRow['direction'];
	/** Its name. */
	readonly connection: string;
}

/**
 * A list of `PackageReach` as a column: another statement would cost as much as the page it is for. The table is spelled out: where a
 * statement has one table alone drizzle leaves its name out, and `id` would be a connection's.
 */
const reachColumn = sql<string>`(SELECT json_group_array(DISTINCT json_object('direction', t.direction, 'connection', c.name))
	FROM package_targets t INDEXED BY package_targets_by_package JOIN connections c ON c.id = t.connection_id WHERE t.package_id = packages.id)`;

const ofViewer = (userId: number) => and(eq(packagePermissions.packageId, packages.id), eq(packagePermissions.userId, userId));

/** Conditions over the permission that `ofViewer` joins. */
const readable = ({ limited }: PackageFilter['viewer']) => (limited ? or(isNull(packagePermissions.canRead), eq(packagePermissions.canRead, true)) : undefined);

export async function reachOfPackage(store: Store, packageId: number): Promise<readonly PackageReach[]> {
	const row = await store.select({ reach: reachColumn }).from(packages).where(eq(packages.id, packageId)).get();
	return row === undefined ? [] : (JSON.parse(row.reach) as PackageReach[]);
}

/** Newest first. */
export async function packagesPage(
	store: Store,
	accountId: number,
	filter: PackageFilter,
	rows: number,
): Promise<(PackageListRow & { readonly reach: PackageReach[] })[]> {
	const found = await store
		.select({ package: packages, permission: packagePermissions, reach: reachColumn })
		.from(packages)
		.leftJoin(packagePermissions, ofViewer(filter.viewer.userId))
		.where(
			and(
				eq(packages.accountId, accountId),
				eq(packages.status, filter.status),
				filter.flowType === undefined ? undefined : eq(packages.flowType, filter.flowType),
				filter.workspaceId === undefined ? undefined : eq(packages.workspaceId, filter.workspaceId),
				filter.before === undefined ? undefined : lt(packages.id, filter.before),
				readable(filter.viewer),
			),
		)
		.orderBy(desc(packages.id))
		.limit(rows)
		.all();
	return found.map(({ package: row, permission, reach }) => ({ ...row, permission, reach: JSON.parse(reach) as PackageReach[] }));
}

/**
 * Active packages with their definitions and what was set for one member, newest first; with `trigrams` only those whose definition
 * may hold all of them. The index is asked for the account's own range, so that what others hold costs nothing.
 */
export async function definitionsPage(
	store: Store,
	accountId: number,
	{ before, trigrams, userId }: { readonly before: number | null; readonly trigrams: readonly string[]; readonly userId: number },
	rows: number,
) {
	const holding = trigrams.length === 0 ? null : await idsHolding(store, accountId, before, trigrams, rows);
	const all = and(eq(packages.accountId, accountId), eq(packages.status, 'active'), before === null ? undefined : lt(packages.id, before));
	return store
		.select({ id: packages.id, name: packages.name, definition: packageVersions.definition, permission: packagePermissions })
		.from(packages)
		.innerJoin(packageVersions, and(eq(packageVersions.packageId, packages.id), eq(packageVersions.number, packages.version)))
		.leftJoin(packagePermissions, ofViewer(userId))
		.where(holding === null ? all : inArray(packages.id, holding))
		.orderBy(desc(packages.id))
		.limit(rows)
		.all();
}

/** Packages of those ids with their current definitions, and what was set for one member. */
export async function definitionsByIds(store: Store, accountId: number, ids: readonly number[], userId: number) {
	const found = [];
	for (let from = 0; from < ids.length; from += IDS_A_STATEMENT) {
		const some = ids.slice(from, from + IDS_A_STATEMENT);
		const rows = await store
			.select({ ...named, definition: packageVersions.definition })
			.from(packages)
			.innerJoin(packageVersions, and(eq(packageVersions.packageId, packages.id), eq(packageVersions.number, packages.version)))
			.leftJoin(packagePermissions, ofViewer(userId))
			.where(and(eq(packages.accountId, accountId), inArray(packages.id, some)))
			.all();
		found.push(...rows);
	}
	return found;
}

/** Bound parameters: D1 takes 100. */
const IDS_A_STATEMENT = 90;

/** A bound that is no integer the index would not take: it would go through everything above it. */
async function idsHolding({ $client }: Store, accountId: number, before: number | null, trigrams: readonly string[], rows: number): Promise<number[]> {
	const match = trigrams.map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ');
	const { results } = await $client
		.prepare(
			`SELECT rowid - (?1 << 39) AS id FROM code_index WHERE code_index MATCH ?2 AND rowid BETWEEN (?1 << 39) AND (?1 << 39) + coalesce(CAST(?3 AS INTEGER), 1 << 36) - 1
				ORDER BY rowid DESC LIMIT ?4`,
		)
		.bind(accountId, match, before, rows)
		.all<{ id: number }>();
	return results.map(({ id }) => id);
}

/** Those of `ids` that are packages of the account. At most 90 ids: D1 binds 100 parameters. */
export async function packagesByIds(store: Store, accountId: number, ids: readonly number[]): Promise<number[]> {
	const found = await store
		.select({ id: packages.id })
		.from(packages)
		.where(and(inArray(packages.id, [...ids]), eq(packages.accountId, accountId)))
		.all();
	return found.map(({ id }) => id);
}

const named = { id: packages.id, name: packages.name, status: packages.status, permission: packagePermissions };

/** Packages of exactly that name, in any case; at most 20. */
export function packagesByName(store: Store, accountId: number, name: string, userId: number) {
	return store
		.select(named)
		.from(packages)
		.leftJoin(packagePermissions, ofViewer(userId))
		.where(and(eq(packages.accountId, accountId), sql`${packages.name} = ${name} COLLATE NOCASE`))
		.orderBy(desc(packages.id))
		.limit(20)
		.all();
}

/** The newest active ones, for naming the nearest. */
export function somePackages(store: Store, accountId: number, userId: number) {
	return store
		.select(named)
		.from(packages)
		.leftJoin(packagePermissions, ofViewer(userId))
		.where(and(eq(packages.accountId, accountId), eq(packages.status, 'active')))
		.orderBy(desc(packages.id))
		.limit(200)
		.all();
}

export interface PackageWithVersion {
	readonly package: PackageRow;
	readonly version: PackageVersionRow;
	readonly workspaceName: string;
	readonly ownerEmail: string;
	/** What was set for whoever asks. */
	readonly permission: PackagePermission;
}

/** A package with its current version, and what was set for one member. */
export async function packageById(store: Store, accountId: number, id: number, userId: number): Promise<PackageWithVersion | null> {
	const row = await store
		.select({ package: packages, version: packageVersions, workspaceName: workspaces.name, ownerEmail: users.email, permission: packagePermissions })
		.from(packages)
		.innerJoin(packageVersions, and(eq(packageVersions.packageId, packages.id), eq(packageVersions.number, packages.version)))
		.innerJoin(workspaces, eq(workspaces.id, packages.workspaceId))
		.innerJoin(users, eq(users.id, packages.ownerId))
		.leftJoin(packagePermissions, ofViewer(userId))
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
	readonly targets: readonly TargetRow[];
	readonly userId: number;
	readonly grantId: number;
	readonly via: string;
	readonly now: number;
	/** Only where no active package of the account has that name, in any case. */
	readonly onlyIfNew?: boolean;
}

/** The newest active package of exactly that name, in any case. */
export async function activePackageNamed(store: Store, accountId: number, name: string): Promise<number | null> {
	const row = await store.select({ id: packages.id }).from(packages).where(activeOf(accountId, name)).orderBy(desc(packages.id)).limit(1).get();
	return row?.id ?? null;
}

function activeOf(accountId: number, name: string) {
	return and(eq(packages.accountId, accountId), eq(packages.status, 'active'), sql`${packages.name} = ${name} COLLATE NOCASE`);
}

/** Package and version 1 in one batch. Gives the package's id; null where `onlyIfNew` kept it from being written. */
export async function insertPackage(store: Store, fresh: NewPackage): Promise<number | null> {
	try {
		return await insertWhole(store, fresh);
	} catch (error) {
		if (fresh.onlyIfNew === true && /NOT NULL constraint failed: packages\.name/.test(reasonOf(error))) return null;
		throw error;
	}
}

async function insertWhole(store: Store, fresh: NewPackage): Promise<number> {
	const { accountId, workspaceId, name, description, flowVersion, definition, userId, grantId, via, now } = fresh;
	// A name that is taken becomes none, which the table refuses: the whole batch is undone.
	const free = sql`CASE WHEN EXISTS (SELECT 1 FROM packages AS other WHERE other.account_id = ${accountId} AND other.status = 'active' AND other.name = ${name} COLLATE NOCASE) THEN NULL ELSE ${name} END`;
	const [inserted] = await store.batch([
		store
			.insert(packages)
			.values({
				accountId,
				workspaceId,
				name: fresh.onlyIfNew === true ? free : name,
				description,
				flowType: definition.flow_type,
				flowVersion,
				version: 1,
				targetsVersion: 1,
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
		firstTargets(store, fresh.targets),
	]);
	const row = inserted[0];
	if (row === undefined) throw new Error('a package was inserted without an id');
	return row.id;
}
