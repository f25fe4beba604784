import { and, eq, gt, lt, ne } from 'drizzle-orm';
import { sessions } from '../../schema/tables/sessions.ts';
import { users } from '../../schema/tables/users.ts';
import type { Store } from './store.ts';

export type SessionRow = typeof sessions.$inferSelect;

/** The session of a cookie and whose it is, unless it has ended. */
export async function findSession(store: Store, hash: string, now: number) {
	const row = await store
		.select({ session: sessions, user: { id: users.id, email: users.email, name: users.name } })
		.from(sessions)
		.innerJoin(users, eq(users.id, sessions.userId))
		.where(and(eq(sessions.hash, hash), gt(sessions.expiresAt, now)))
		.get();
	return row ?? null;
}

/** In one batch the old session ends and the new one begins: a cookie seen before sign-in is worth nothing after it. */
export async function replaceSession(store: Store, formerHash: string | null, session: SessionRow): Promise<void> {
	await store.batch([store.delete(sessions).where(eq(sessions.hash, formerHash ?? '')), store.insert(sessions).values(session)]);
}

export async function touchSession(store: Store, hash: string, now: number, olderThan: number): Promise<void> {
	await store
		.update(sessions)
		.set({ lastSeenAt: now })
		.where(and(eq(sessions.hash, hash), lt(sessions.lastSeenAt, olderThan)));
}

export async function listSessions(store: Store, userId: number, now: number): Promise<SessionRow[]> {
	return store
		.select()
		.from(sessions)
		.where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
		.orderBy(sessions.createdAt)
		.limit(100);
}

/** Ends one session of the person by its digest. */
export async function deleteSession(store: Store, userId: number, hash: string): Promise<void> {
	await store.delete(sessions).where(and(eq(sessions.hash, hash), eq(sessions.userId, userId)));
}

/** Ends every session of the person but the one given, as after a change of password. */
export async function deleteOtherSessions(store: Store, userId: number, keepHash: string | null): Promise<void> {
	await store.delete(sessions).where(and(eq(sessions.userId, userId), ne(sessions.hash, keepHash ?? '')));
}
