import { and, eq, lt, or } from 'drizzle-orm';
import { passkeys } from '../../schema/tables/passkeys.ts';
import { users } from '../../schema/tables/users.ts';
import type { Store } from './store.ts';

export type PasskeyRow = typeof passkeys.$inferSelect;

/** False where that credential is known already, whoever's it is. */
export async function insertPasskey(store: Store, passkey: PasskeyRow): Promise<boolean> {
	const inserted = await store.insert(passkeys).values(passkey).onConflictDoNothing().returning({ id: passkeys.id });
	return inserted.length === 1;
}

export async function findPasskey(store: Store, id: string) {
	const row = await store
		.select({ passkey: passkeys, user: { id: users.id, email: users.email } })
		.from(passkeys)
		.innerJoin(users, eq(users.id, passkeys.userId))
		.where(eq(passkeys.id, id))
		.get();
	return row ?? null;
}

export async function listPasskeys(store: Store, userId: number): Promise<PasskeyRow[]> {
	return store.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(passkeys.createdAt).limit(50);
}

/** The counter may only grow (authenticators that keep none always send 0): false tells of a copy. */
export async function usePasskey(store: Store, id: string, counter: number, now: number): Promise<boolean> {
	const used = await store
		.update(passkeys)
		.set({ counter, lastUsedAt: now })
		.where(and(eq(passkeys.id, id), or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), eq(passkeys.counter, counter)))))
		.returning({ id: passkeys.id });
	return used.length === 1;
}

export async function deletePasskey(store: Store, userId: number, id: string): Promise<void> {
	await store.delete(passkeys).where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)));
}
