import { and, eq, sql } from 'drizzle-orm';
import { accounts } from '../../schema/tables/accounts.ts';
import { members } from '../../schema/tables/members.ts';
import { users } from '../../schema/tables/users.ts';
import type { Role } from '../model/principal.ts';
import type { Store } from './store.ts';

/** A person's place in an account, with whether the account lets the gateway be used; null when there is none. */
export async function memberRole(store: Store, accountId: number, userId: number) {
	const row = await store
		.select({ role: members.role, gatewayEnabled: accounts.gatewayEnabled })
		.from(members)
		.innerJoin(accounts, eq(accounts.id, members.accountId))
		.where(and(eq(members.accountId, accountId), eq(members.userId, userId)))
		.get();
	return row ?? null;
}

/** A member with everything that a principal is made of; null where the person is no member. */
export async function memberOf(store: Store, accountId: number, userId: number) {
	const row = await store
		.select({
			account: { id: accounts.id, slug: accounts.slug, name: accounts.name, toolsRevision: accounts.toolsRevision },
			email: users.email,
			role: members.role,
			gatewayEnabled: accounts.gatewayEnabled,
		})
		.from(members)
		.innerJoin(accounts, eq(accounts.id, members.accountId))
		.innerJoin(users, eq(users.id, members.userId))
		.where(and(eq(members.accountId, accountId), eq(members.userId, userId)))
		.get();
	return row ?? null;
}

export interface Membership {
	readonly id: number;
	readonly slug: string;
	readonly name: string;
	readonly gatewayEnabled: boolean;
	readonly role: Role;
}

/** The accounts a person belongs to, by name. */
export async function memberships(store: Store, userId: number): Promise<Membership[]> {
	return store
		.select({ id: accounts.id, slug: accounts.slug, name: accounts.name, gatewayEnabled: accounts.gatewayEnabled, role: members.role })
		.from(members)
		.innerJoin(accounts, eq(accounts.id, members.accountId))
		.where(eq(members.userId, userId))
		.orderBy(accounts.name)
		.limit(200);
}

export interface MemberItem {
	readonly userId: number;
	readonly email: string;
	readonly role: Role;
	readonly since: number;
	/** How many other accounts this person belongs to. */
	readonly otherAccounts: number;
}

/** By address, at most 500. */
export async function listMembers(store: Store, accountId: number): Promise<MemberItem[]> {
	return store
		.select({
			userId: users.id,
			email: users.email,
			role: members.role,
			since: members.createdAt,
			otherAccounts: sql<number>`(SELECT count(*) - 1 FROM members m WHERE m.user_id = ${users.id})`,
		})
		.from(members)
		.innerJoin(users, eq(users.id, members.userId))
		.where(eq(members.accountId, accountId))
		.orderBy(users.email)
		.limit(500);
}

/** Another owner than this person: a condition, so that two owners who demote each other at once leave one. */
function anotherOwner(accountId: number, userId: number) {
	return sql`EXISTS (SELECT 1 FROM members o WHERE o.account_id = ${accountId} AND o.role = 'owner' AND o.user_id <> ${userId})`;
}

/** False when there is no such member, or it would take the last owner away. */
export async function changeRole(store: Store, accountId: number, userId: number, role: Role): Promise<boolean> {
	const changed = await store
		.update(members)
		.set({ role })
		.where(and(eq(members.accountId, accountId), eq(members.userId, userId), sql`(${role} = 'owner' OR ${anotherOwner(accountId, userId)})`))
		.returning({ userId: members.userId });
	return changed.length === 1;
}

export async function removeMember(store: Store, accountId: number, userId: number): Promise<boolean> {
	const removed = await store
		.delete(members)
		.where(and(eq(members.accountId, accountId), eq(members.userId, userId), anotherOwner(accountId, userId)))
		.returning({ userId: members.userId });
	return removed.length === 1;
}

export async function setGatewayEnabled(store: Store, accountId: number, enabled: boolean, now: number): Promise<void> {
	await store.update(accounts).set({ gatewayEnabled: enabled, updatedAt: now }).where(eq(accounts.id, accountId));
}
