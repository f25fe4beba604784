import { and, eq, sql } from 'drizzle-orm';
import { members } from '../../schema/tables/members.ts';
import { packagePermissions } from '../../schema/tables/package-permissions.ts';
import { users } from '../../schema/tables/users.ts';
import type { PackagePermission } from '../model/package-right.ts';
import type { Store } from './store.ts';

/** What was set for one member; null where nothing was. */
export async function permissionOf(store: Store, packageId: number, userId: number): Promise<PackagePermission> {
	const row = await store
		.select()
		.from(packagePermissions)
		.where(and(eq(packagePermissions.packageId, packageId), eq(packagePermissions.userId, userId)))
		.get();
	return row ?? null;
}

/** The member of the account with that address. */
export async function memberByEmail(store: Store, accountId: number, email: string) {
	const row = await store
		.select({ userId: users.id, email: users.email, role: members.role })
		.from(users)
		.innerJoin(members, and(eq(members.userId, users.id), eq(members.accountId, accountId)))
		.where(sql`lower(${users.email}) = lower(${email})`)
		.get();
	return row ?? null;
}

export interface NewPermission {
	readonly packageId: number;
	readonly userId: number;
	/** Null takes what was set away. */
	readonly rights: Exclude<PackagePermission, null> | null;
	readonly updatedBy: number;
	readonly now: number;
}

export async function setPermission(store: Store, { packageId, userId, rights, updatedBy, now }: NewPermission): Promise<void> {
	if (rights === null) {
		await store.delete(packagePermissions).where(and(eq(packagePermissions.packageId, packageId), eq(packagePermissions.userId, userId)));
		return;
	}
	const set = { ...rights, updatedBy, updatedAt: now };
	await store
		.insert(packagePermissions)
		.values({ packageId, userId, ...set })
		.onConflictDoUpdate({ target: [packagePermissions.packageId, packagePermissions.userId], set });
}

/** What was set for a package, by address; members for whom nothing was set are not among them. At most 500. */
export function permissionsOf(store: Store, accountId: number, packageId: number) {
	return store
		.select({ email: users.email, role: members.role, permission: packagePermissions })
		.from(packagePermissions)
		.innerJoin(users, eq(users.id, packagePermissions.userId))
		.innerJoin(members, and(eq(members.userId, users.id), eq(members.accountId, accountId)))
		.where(eq(packagePermissions.packageId, packageId))
		.orderBy(users.email)
		.limit(500)
		.all();
}
