import { and, eq, isNull, lt, or, sql } from 'drizzle-orm';
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

/**
 * Dynamic clients never used within a day or idle for longer than `idleSince`; never one that a live grant belongs to.
 * At most 500 at a time, so that one clean-up stays short.
 */
export async function removeIdleClients(store: Store, unusedSince: number, idleSince: number): Promise<number> {
	const removed = await store
		.delete(oauthClients)
		.where(
			sql`${oauthClients.id} IN (SELECT c.id FROM oauth_clients c WHERE c.kind = 'dynamic'
				AND ((c.last_used_at IS NULL AND c.created_at < ${unusedSince}) OR c.last_used_at < ${idleSince})
				AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.client_id = c.id AND g.revoked_at IS NULL) LIMIT 500)`,
		)
		.returning({ id: oauthClients.id });
	return removed.length;
}

/** Documents whose copy is past its time and that nobody holds a grant of. */
export async function removeStaleDocuments(store: Store, before: number): Promise<void> {
	await store
		.delete(oauthClients)
		.where(
			and(
				eq(oauthClients.kind, 'document'),
				or(isNull(oauthClients.freshUntil), lt(oauthClients.freshUntil, before)),
				sql`NOT EXISTS (SELECT 1 FROM grants g WHERE g.client_id = ${oauthClients.id} AND g.revoked_at IS NULL)`,
			),
		);
}
