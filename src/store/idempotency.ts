import { and, eq, isNull, lte } from 'drizzle-orm';
import { idempotencyKeys } from '../../schema/tables/idempotency-keys.ts';
import type { Store } from './store.ts';

export type KeyRow = typeof idempotencyKeys.$inferSelect;

export interface KeyClaim {
	readonly grantId: number;
	readonly key: string;
	readonly digest: string;
	readonly now: number;
	readonly expiresAt: number;
}

/** Takes the key, or gives the row of whoever has it. Of parallel calls one takes it. */
export async function claimKey(store: Store, { grantId, key, digest, now, expiresAt }: KeyClaim): Promise<'claimed' | KeyRow> {
	const mine = and(eq(idempotencyKeys.grantId, grantId), eq(idempotencyKeys.key, key));
	const [, claimed, found] = await store.batch([
		store.delete(idempotencyKeys).where(and(mine, lte(idempotencyKeys.expiresAt, now))),
		store.insert(idempotencyKeys).values({ grantId, key, digest, claimedAt: now, expiresAt }).onConflictDoNothing().returning({ key: idempotencyKeys.key }),
		store.select().from(idempotencyKeys).where(mine),
	]);
	if (claimed.length > 0) return 'claimed';
	const row = found[0];
	if (row === undefined) throw new Error('an idempotency key was neither taken nor there');
	return row;
}

/** Keeps the answer of the call that has the key. */
export async function keepAnswer(store: Store, claim: Pick<KeyClaim, 'grantId' | 'key' | 'digest'>, answer: string): Promise<void> {
	await store.update(idempotencyKeys).set({ answer }).where(unanswered(claim));
}

/** Gives the key back: the call did nothing. */
export async function releaseKey(store: Store, claim: Pick<KeyClaim, 'grantId' | 'key' | 'digest'>): Promise<void> {
	await store.delete(idempotencyKeys).where(unanswered(claim));
}

function unanswered({ grantId, key, digest }: Pick<KeyClaim, 'grantId' | 'key' | 'digest'>) {
	return and(eq(idempotencyKeys.grantId, grantId), eq(idempotencyKeys.key, key), eq(idempotencyKeys.digest, digest), isNull(idempotencyKeys.answer));
}
