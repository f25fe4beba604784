import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { accounts } from '../../schema/tables/accounts.ts';
import { grants } from '../../schema/tables/grants.ts';
import { members } from '../../schema/tables/members.ts';
import { oauthClients } from '../../schema/tables/oauth-clients.ts';
import { users } from '../../schema/tables/users.ts';
import type { Role } from '../model/principal.ts';
import type { Store } from './store.ts';

/**
 * Connected Applications: the live rows, and those that were revoked or ran out after `endedAfter` so that the reason can be
 * read, with what their client said of itself. Newest first, at most 500; `userId` null is everybody's, for owners.
 */
export async function listGrants(store: Store, accountId: number, userId: number | null, endedAfter: number) {
	return store
		.select({ grant: grants, email: users.email, client: { kind: oauthClients.kind, redirectUris: oauthClients.redirectUris } })
		.from(grants)
		.innerJoin(users, eq(users.id, grants.userId))
		.leftJoin(oauthClients, eq(oauthClients.id, grants.clientId))
		.where(
			and(
				eq(grants.accountId, accountId),
				userId === null ? undefined : eq(grants.userId, userId),
				sql`coalesce(${grants.revokedAt}, ${grants.expiresAt}, ${endedAfter} + 1) > ${endedAfter}`,
			),
		)
		.orderBy(desc(grants.id))
		.limit(500);
}

/** Ends a grant of the account, of one person where `userId` is given. Gives whether there was a live one. */
export async function endGrant(store: Store, accountId: number, userId: number | null, id: number, reason: string, now: number): Promise<boolean> {
	const ended = await store
		.update(grants)
		.set({ revokedAt: now, revokeReason: reason })
		.where(and(eq(grants.id, id), eq(grants.accountId, accountId), userId === null ? undefined : eq(grants.userId, userId), isNull(grants.revokedAt)))
		.returning({ id: grants.id });
	return ended.length === 1;
}

export async function renameGrant(store: Store, accountId: number, userId: number | null, id: number, name: string): Promise<boolean> {
	const renamed = await store
		.update(grants)
		.set({ name })
		.where(and(eq(grants.id, id), eq(grants.accountId, accountId), userId === null ? undefined : eq(grants.userId, userId), isNull(grants.revokedAt)))
		.returning({ id: grants.id });
	return renamed.length === 1;
}

export interface NewClientGrant {
	readonly accountId: number;
	readonly userId: number;
	readonly name: string;
	readonly clientId: string;
	readonly clientKey: string;
	readonly scopes: string;
	readonly createdAt: number;
}

/** A static client's standing grant, which its client_credentials tokens hang on. */
export async function insertClientGrant(store: Store, grant: NewClientGrant): Promise<void> {
	await store.insert(grants).values({ ...grant, kind: 'client' });
}

/** The role that the grant's user has now in its account; null where it is revoked or over, they are no member, or the account's gateway is off. */
export async function grantStanding(store: Store, id: number, now: number): Promise<Role | null> {
	const row = await store
		.select({ role: members.role })
		.from(grants)
		.innerJoin(members, and(eq(members.accountId, grants.accountId), eq(members.userId, grants.userId)))
		.innerJoin(accounts, and(eq(accounts.id, grants.accountId), eq(accounts.gatewayEnabled, true)))
		.where(and(eq(grants.id, id), isNull(grants.revokedAt), sql`coalesce(${grants.expiresAt}, ${now} + 1) > ${now}`))
		.get();
	return row?.role ?? null;
}
