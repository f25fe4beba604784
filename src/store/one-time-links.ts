import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import { accounts } from '../../schema/tables/accounts.ts';
import { oneTimeLinks } from '../../schema/tables/one-time-links.ts';
import type { Store } from './store.ts';

export type LinkRow = typeof oneTimeLinks.$inferSelect;

export async function insertLink(store: Store, link: Omit<LinkRow, 'usedAt'>): Promise<void> {
	await store.insert(oneTimeLinks).values(link);
}

/** A link that can still be used, with the account it is about. */
export async function findLink(store: Store, hash: string, now: number) {
	const row = await store
		.select({ link: oneTimeLinks, account: { id: accounts.id, slug: accounts.slug, name: accounts.name } })
		.from(oneTimeLinks)
		.innerJoin(accounts, eq(accounts.id, oneTimeLinks.accountId))
		.where(and(eq(oneTimeLinks.hash, hash), isNull(oneTimeLinks.usedAt), gt(oneTimeLinks.expiresAt, now)))
		.get();
	return row ?? null;
}

/** Uses a link up; of any number of parallel attempts one gets true. */
export async function claimLink(store: Store, hash: string, now: number): Promise<boolean> {
	const claimed = await store
		.update(oneTimeLinks)
		.set({ usedAt: now })
		.where(and(eq(oneTimeLinks.hash, hash), isNull(oneTimeLinks.usedAt), gt(oneTimeLinks.expiresAt, now)))
		.returning({ hash: oneTimeLinks.hash });
	return claimed.length === 1;
}

export async function openInvitations(store: Store, accountId: number, now: number): Promise<LinkRow[]> {
	return store
		.select()
		.from(oneTimeLinks)
		.where(and(eq(oneTimeLinks.accountId, accountId), eq(oneTimeLinks.kind, 'invite'), isNull(oneTimeLinks.usedAt), gt(oneTimeLinks.expiresAt, now)))
		.orderBy(desc(oneTimeLinks.createdAt))
		.limit(100);
}

export async function deleteLink(store: Store, accountId: number, hash: string): Promise<void> {
	await store.delete(oneTimeLinks).where(and(eq(oneTimeLinks.hash, hash), eq(oneTimeLinks.accountId, accountId)));
}
