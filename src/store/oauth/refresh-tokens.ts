import { and, eq, isNull } from 'drizzle-orm';
import { grants } from '../../../schema/tables/grants.ts';
import { tokens } from '../../../schema/tables/tokens.ts';
import { DAY } from '../../lib/time.ts';
import type { Store } from '../store.ts';
import type { IssuedToken } from './codes.ts';

/** That a client is in use is noted no oftener than this; the clean-up asks for 90 days. */
const CLIENT_NOTED_EVERY = DAY;

export async function findRefreshToken(store: Store, hash: string) {
	const row = await store
		.select({
			grantId: grants.id,
			clientId: grants.clientId,
			scopes: grants.scopes,
			accountId: grants.accountId,
			userId: grants.userId,
			resourceSlug: grants.resourceSlug,
			expiresAt: tokens.expiresAt,
			rotatedAt: tokens.rotatedAt,
			grantExpiresAt: grants.expiresAt,
			revokedAt: grants.revokedAt,
		})
		.from(tokens)
		.innerJoin(grants, eq(grants.id, tokens.grantId))
		.where(and(eq(tokens.hash, hash), eq(tokens.kind, 'refresh')))
		.get();
	return row ?? null;
}

/**
 * One batch: two new tokens, provided that the old one may still be used, and its mark of rotation (kept from the first time:
 * the grace window does not move). Gives whether they were written.
 */
export async function rotateRefreshToken(
	store: Store,
	hash: string,
	issued: { readonly access: IssuedToken; readonly refresh: IssuedToken },
	now: number,
	notRotatedBefore: number,
): Promise<boolean> {
	const d1 = store.$client;
	const insert = (kind: 'access' | 'refresh', token: IssuedToken) =>
		d1
			.prepare(
				`INSERT INTO tokens (hash, grant_id, kind, created_at, expires_at, scopes)
					SELECT ?2, t.grant_id, ?3, ?4, ?5, ?6 FROM tokens t JOIN grants g ON g.id = t.grant_id
					WHERE t.hash = ?1 AND t.kind = 'refresh' AND t.expires_at > ?4 AND (t.rotated_at IS NULL OR t.rotated_at >= ?7)
						AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > ?4)`,
			)
			.bind(hash, token.hash, kind, now, token.expiresAt, token.scopes, notRotatedBefore);
	const [written] = await d1.batch([
		insert('access', issued.access),
		insert('refresh', issued.refresh),
		d1.prepare('UPDATE tokens SET rotated_at = ?2 WHERE hash = ?1 AND rotated_at IS NULL').bind(hash, now),
		d1
			.prepare(
				`UPDATE oauth_clients SET last_used_at = ?2 WHERE last_used_at < ?3
					AND id = (SELECT g.client_id FROM tokens t JOIN grants g ON g.id = t.grant_id WHERE t.hash = ?1)`,
			)
			.bind(hash, now, now - CLIENT_NOTED_EVERY),
	]);
	return written?.meta.changes === 1;
}

export async function revokeGrant(store: Store, grantId: number, reason: string, now: number): Promise<void> {
	await store
		.update(grants)
		.set({ revokedAt: now, revokeReason: reason })
		.where(and(eq(grants.id, grantId), isNull(grants.revokedAt)));
}

/** Whose token it is, access and refresh alike; personal tokens have no client. */
export async function tokenOwner(store: Store, hash: string) {
	const row = await store
		.select({ grantId: grants.id, clientId: grants.clientId })
		.from(tokens)
		.innerJoin(grants, eq(grants.id, tokens.grantId))
		.where(eq(tokens.hash, hash))
		.get();
	return row ?? null;
}

/** An access token under a static client's own standing grant. Gives whether there is one. */
export async function issueToClient(store: Store, clientId: string, token: IssuedToken, now: number): Promise<boolean> {
	const written = await store.$client
		.prepare(
			`INSERT INTO tokens (hash, grant_id, kind, created_at, expires_at, scopes)
				SELECT ?2, id, 'access', ?3, ?4, ?5 FROM grants
				WHERE client_id = ?1 AND kind = 'client' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?3)`,
		)
		.bind(clientId, token.hash, now, token.expiresAt, token.scopes)
		.run();
	return written.meta.changes === 1;
}
