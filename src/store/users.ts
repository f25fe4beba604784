import { and, eq, sql } from 'drizzle-orm';
import { identities } from '../../schema/tables/identities.ts';
import { members } from '../../schema/tables/members.ts';
import { passkeys } from '../../schema/tables/passkeys.ts';
import { users } from '../../schema/tables/users.ts';
import type { Role } from '../model/principal.ts';
import type { Store } from './store.ts';

export interface NewMember {
	readonly accountId: number;
	readonly email: string;
	readonly role: Role;
	/** Null leaves an existing password as it is. */
	readonly passwordHash: string | null;
	readonly now: number;
}

/** User and membership in one batch; an existing user keeps everything but a password that is given. */
export async function upsertMember(store: Store, member: NewMember): Promise<{ readonly id: number; readonly created: boolean }> {
	const { accountId, email, role, passwordHash, now } = member;
	const [inserted, , found] = await store.batch([
		store.insert(users).values({ email, passwordHash, createdAt: now, updatedAt: now }).onConflictDoNothing({ target: users.email }),
		store
			.update(users)
			.set({ passwordHash, updatedAt: now })
			.where(and(eq(users.email, email), sql`${passwordHash} IS NOT NULL`)),
		store.select({ id: users.id }).from(users).where(eq(users.email, email)),
		store
			.insert(members)
			.values({ accountId, userId: sql`(SELECT id FROM users WHERE email = ${email})`, role, createdAt: now })
			.onConflictDoUpdate({ target: [members.accountId, members.userId], set: { role } }),
	]);
	const user = found[0];
	if (user === undefined) throw new Error('a user vanished inside its own batch');
	return { id: user.id, created: inserted.meta.changes > 0 };
}

export interface MemberRow {
	readonly id: number;
	readonly email: string;
	readonly role: Role;
}

/** A member of the account by address; null where the user is unknown or belongs elsewhere. */
export async function memberByEmail(store: Store, accountId: number, email: string): Promise<MemberRow | null> {
	const row = await store
		.select({ id: users.id, email: users.email, role: members.role })
		.from(users)
		.innerJoin(members, and(eq(members.userId, users.id), eq(members.accountId, accountId)))
		.where(eq(users.email, email))
		.get();
	return row ?? null;
}

/** Null where nobody has that address. */
export async function userByEmail(store: Store, email: string) {
	const row = await store.select({ id: users.id, email: users.email, passwordHash: users.passwordHash }).from(users).where(eq(users.email, email)).get();
	return row ?? null;
}

export async function setPasswordHash(store: Store, userId: number, passwordHash: string, now: number): Promise<void> {
	await store.update(users).set({ passwordHash, updatedAt: now }).where(eq(users.id, userId));
}

export async function anyUser(store: Store): Promise<boolean> {
	return (await store.select({ id: users.id }).from(users).limit(1).get()) !== undefined;
}

/** Whether somebody is behind a user: a password, a passkey, an identity elsewhere, or a place in any account. */
export async function isClaimed(store: Store, userId: number): Promise<boolean> {
	const owns = (table: typeof members | typeof passkeys | typeof identities) => sql`EXISTS (SELECT 1 FROM ${table} WHERE ${table.userId} = ${userId})`;
	const row = await store
		.select({ id: users.id })
		.from(users)
		.where(and(eq(users.id, userId), sql`(${users.passwordHash} IS NOT NULL OR ${owns(members)} OR ${owns(passkeys)} OR ${owns(identities)})`))
		.get();
	return row !== undefined;
}
