import { and, eq, isNull } from 'drizzle-orm';
import { grants } from '../../../schema/tables/grants.ts';
import { oauthClients } from '../../../schema/tables/oauth-clients.ts';
import type { Store } from '../store.ts';

export type ClientRow = typeof oauthClients.$inferSelect;
export type NewClientRow = typeof oauthClients.$inferInsert;

export async function findClient(store: Store, id: string): Promise<ClientRow | null> {
	const row = await store
		.select()
		.from(oauthClients)
		.where(and(eq(oauthClients.id, id), isNull(oauthClients.removedAt)))
		.get();
	return row ?? null;
}

export async function insertClient(store: Store, client: NewClientRow): Promise<void> {
	await store.insert(oauthClients).values(client);
}

/** Keeps what a metadata document says now; its id is its URL. */
export async function upsertDocument(store: Store, client: NewClientRow): Promise<void> {
	await store
		.insert(oauthClients)
		.values(client)
		.onConflictDoUpdate({
			target: oauthClients.id,
			set: {
				name: client.name,
				redirectUris: client.redirectUris,
				uri: client.uri ?? null,
				logoUri: client.logoUri ?? null,
				freshUntil: client.freshUntil ?? null,
			},
		});
}

export async function listStaticClients(store: Store, accountId: number): Promise<ClientRow[]> {
	return store
		.select()
		.from(oauthClients)
		.where(and(eq(oauthClients.accountId, accountId), isNull(oauthClients.removedAt)))
		.orderBy(oauthClients.createdAt)
		.limit(200);
}

/** Removes a static client and ends everything it was granted, in one batch. */
export async function removeStaticClient(store: Store, accountId: number, id: string, now: number): Promise<boolean> {
	const [removed] = await store.batch([
		store
			.update(oauthClients)
			.set({ removedAt: now })
			.where(and(eq(oauthClients.id, id), eq(oauthClients.accountId, accountId), isNull(oauthClients.removedAt)))
			.returning({ id: oauthClients.id }),
		store
			.update(grants)
			.set({ revokedAt: now, revokeReason: 'The client was removed.' })
			.where(and(eq(grants.clientId, id), eq(grants.accountId, accountId), isNull(grants.revokedAt))),
	]);
	return removed.length === 1;
}
