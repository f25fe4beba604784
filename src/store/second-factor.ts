import { and, eq, isNotNull, isNull, lt, or } from 'drizzle-orm';
import { recoveryCodes } from '../../schema/tables/recovery-codes.ts';
import { users } from '../../schema/tables/users.ts';
import type { Store } from './store.ts';

export async function findTotp(store: Store, userId: number) {
	const row = await store
		.select({ sealed: users.totpSealed, confirmedAt: users.totpConfirmedAt, lastStep: users.totpLastStep })
		.from(users)
		.where(eq(users.id, userId))
		.get();
	return row ?? null;
}

/** Keeps a secret that its owner has not yet confirmed with a code; never replaces a confirmed one. */
export async function offerTotp(store: Store, userId: number, sealed: string): Promise<boolean> {
	const offered = await store
		.update(users)
		.set({ totpSealed: sealed, totpLastStep: null })
		.where(and(eq(users.id, userId), isNull(users.totpConfirmedAt)))
		.returning({ id: users.id });
	return offered.length === 1;
}

/** Uses up a step; false when it, or a later one, was used already (RFC 6238 §5.2), also by a request that runs beside this one. */
export async function useTotpStep(store: Store, userId: number, step: number): Promise<boolean> {
	const used = await store
		.update(users)
		.set({ totpLastStep: step })
		.where(and(eq(users.id, userId), isNotNull(users.totpSealed), or(isNull(users.totpLastStep), lt(users.totpLastStep, step))))
		.returning({ id: users.id });
	return used.length === 1;
}

/** Turns the second factor on, with a fresh set of recovery codes. */
export async function confirmTotp(store: Store, userId: number, codeHashes: readonly string[], now: number): Promise<void> {
	await store.batch([
		store.update(users).set({ totpConfirmedAt: now, updatedAt: now }).where(eq(users.id, userId)),
		store.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)),
		store.insert(recoveryCodes).values(codeHashes.map((hash) => ({ userId, hash, usedAt: null }))),
	]);
}

export async function removeTotp(store: Store, userId: number, now: number): Promise<void> {
	await store.batch([
		store.update(users).set({ totpSealed: null, totpConfirmedAt: null, totpLastStep: null, updatedAt: now }).where(eq(users.id, userId)),
		store.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)),
	]);
}

export async function useRecoveryCode(store: Store, userId: number, hash: string, now: number): Promise<boolean> {
	const used = await store
		.update(recoveryCodes)
		.set({ usedAt: now })
		.where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.hash, hash), isNull(recoveryCodes.usedAt)))
		.returning({ hash: recoveryCodes.hash });
	return used.length === 1;
}
