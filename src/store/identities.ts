import { and, eq } from 'drizzle-orm';
import { identities } from '../../schema/tables/identities.ts';
import type { Store } from './store.ts';

export async function findIdentity(store: Store, issuer: string, subject: string): Promise<number | null> {
	const row = await store
		.select({ userId: identities.userId })
		.from(identities)
		.where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)))
		.get();
	return row?.userId ?? null;
}

export async function linkIdentity(store: Store, identity: typeof identities.$inferInsert): Promise<void> {
	await store.insert(identities).values(identity).onConflictDoNothing();
}
