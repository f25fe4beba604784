import { and, desc, eq, lt } from 'drizzle-orm';
import { packageVersions } from '../../schema/tables/package-versions.ts';
import { packages } from '../../schema/tables/packages.ts';
import { schedules } from '../../schema/tables/schedules.ts';
import { users } from '../../schema/tables/users.ts';
import type { PackageDefinition } from '../model/package.ts';
import { type TargetRow, targetStatements } from './package-targets.ts';
import type { FrozenColumns, PackageVersionRow } from './packages.ts';
import type { Store } from './store.ts';

export interface NextVersion {
	readonly accountId: number;
	readonly packageId: number;
	/** Number of the version it was made from: written only while that is the current one. */
	readonly from: number;
	readonly name: string;
	readonly description: string;
	readonly status: 'active' | 'archived';
	readonly definition: PackageDefinition;
	readonly discovered: FrozenColumns;
	readonly sealedVariables: string | null;
	readonly targets: readonly TargetRow[];
	readonly userId: number;
	readonly grantId: number;
	readonly via: string;
	readonly now: number;
}

/** A schedule that is on keeps its package, even one that was made this very moment. */
const UNSCHEDULED = 'NOT EXISTS (SELECT 1 FROM schedules WHERE package_id = ?1 AND enabled = 1)';

const INSERT = `INSERT INTO package_versions (package_id, number, name, description, definition, discovered, sealed_variables, user_id, grant_id, via, created_at)
	SELECT id, version + 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM packages WHERE id = ?1 AND account_id = ?2 AND version = ?3 AND status = 'active'
		AND (?13 = 'active' OR ${UNSCHEDULED})`;

const MOVE_HEAD = `UPDATE packages SET version = version + 1, name = ?4, description = ?5, status = ?6, updated_at = ?7
	WHERE id = ?1 AND account_id = ?2 AND version = ?3 AND status = 'active' AND (?6 = 'active' OR ${UNSCHEDULED})`;

/**
 * The version and the head that points at it, in one batch. False where the package is at another version, or archived, by then: of
 * writers that began from the same version one wins. Written out because both statements need the condition.
 */
export async function writeVersion(store: Store, next: NextVersion): Promise<boolean> {
	const { $client } = store;
	const { packageId, accountId, from, name, description, now } = next;
	const values = [JSON.stringify(next.definition), JSON.stringify(next.discovered), next.sealedVariables, next.userId, next.grantId, next.via, now];
	const [, moved] = await $client.batch([
		$client.prepare(INSERT).bind(packageId, accountId, from, name, description, ...values, next.status),
		$client.prepare(MOVE_HEAD).bind(packageId, accountId, from, name, description, next.status, now),
		...targetStatements(store, packageId, from + 1, next.targets),
	]);
	return (moved?.meta.changes ?? 0) > 0;
}

/** Names of the schedules that keep a package from being archived; the newest 5. */
export function enabledSchedules(store: Store, packageId: number) {
	return store
		.select({ id: schedules.id, name: schedules.name })
		.from(schedules)
		.where(and(eq(schedules.packageId, packageId), eq(schedules.enabled, true)))
		.orderBy(desc(schedules.id))
		.limit(5)
		.all();
}

/** Where a package is, for telling a writer who came too late. */
export async function currentVersion(store: Store, accountId: number, packageId: number) {
	const row = await store
		.select({ version: packages.version, status: packages.status })
		.from(packages)
		.where(and(eq(packages.id, packageId), eq(packages.accountId, accountId)))
		.get();
	return row ?? null;
}

/** One version of a package that was found in the account. */
export async function versionByNumber(store: Store, packageId: number, number: number): Promise<PackageVersionRow | null> {
	const row = await store
		.select()
		.from(packageVersions)
		.where(and(eq(packageVersions.packageId, packageId), eq(packageVersions.number, number)))
		.get();
	return row ?? null;
}

/** Newest first, behind `before`; definitions are not read. For a package that was found in the account. */
export function versionsPage(store: Store, packageId: number, before: number | null, rows: number) {
	return store
		.select({
			id: packageVersions.number,
			name: packageVersions.name,
			via: packageVersions.via,
			grantId: packageVersions.grantId,
			user: users.email,
			createdAt: packageVersions.createdAt,
		})
		.from(packageVersions)
		.innerJoin(users, eq(users.id, packageVersions.userId))
		.where(and(eq(packageVersions.packageId, packageId), before === null ? undefined : lt(packageVersions.number, before)))
		.orderBy(desc(packageVersions.number))
		.limit(rows)
		.all();
}
