import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { grants } from '../../../schema/tables/grants.ts';
import { oauthCodes } from '../../../schema/tables/oauth-codes.ts';
import { randomToken } from '../../lib/crypto.ts';
import type { Store } from '../store.ts';

export type CodeRow = typeof oauthCodes.$inferSelect;

export async function insertCode(store: Store, code: Omit<typeof oauthCodes.$inferInsert, 'redeemedAt' | 'claim' | 'grantId'>): Promise<void> {
	await store.insert(oauthCodes).values(code);
}

export async function findCode(store: Store, hash: string): Promise<CodeRow | null> {
	return (await store.select().from(oauthCodes).where(eq(oauthCodes.hash, hash)).get()) ?? null;
}

export interface RedeemedGrant {
	readonly accountId: number;
	readonly userId: number;
	readonly clientId: string;
	readonly clientKey: string;
	readonly name: string;
	readonly scopes: string;
	readonly expiresAt: number | null;
	readonly resourceSlug: string | null;
}

export interface IssuedToken {
	readonly hash: string;
	readonly scopes: string;
	readonly expiresAt: number;
}

/**
 * One batch, which D1 runs as a transaction: claim the code, end the former grant of this client, write the new one and its
 * tokens. The claim carries a random mark and every later statement requires it, so of any number of parallel attempts one
 * writes and the others write nothing. Gives whether this attempt was that one.
 */
export async function redeemCode(
	store: Store,
	codeHash: string,
	grant: RedeemedGrant,
	issued: { readonly access: IssuedToken; readonly refresh: IssuedToken },
	now: number,
): Promise<boolean> {
	const claim = randomToken();
	const d1 = store.$client;
	const claimed = 'EXISTS (SELECT 1 FROM oauth_codes WHERE hash = ?1 AND claim = ?2)';
	const live = "SELECT id FROM grants WHERE account_id = ?3 AND user_id = ?4 AND client_key = ?5 AND kind = 'oauth' AND revoked_at IS NULL";
	const { accountId, userId, clientId, clientKey, name, scopes, expiresAt, resourceSlug } = grant;
	const about = [codeHash, claim, accountId, userId, clientKey] as const;
	const token = (kind: 'access' | 'refresh', given: IssuedToken) =>
		d1
			.prepare(`INSERT INTO tokens (hash, grant_id, kind, created_at, expires_at, scopes) SELECT ?6, (${live}), ?7, ?8, ?9, ?10 WHERE ${claimed}`)
			.bind(...about, given.hash, kind, now, given.expiresAt, given.scopes);
	const [won] = await d1.batch([
		d1.prepare('UPDATE oauth_codes SET redeemed_at = ?3, claim = ?2 WHERE hash = ?1 AND redeemed_at IS NULL AND expires_at > ?3').bind(codeHash, claim, now),
		d1
			.prepare(`UPDATE grants SET revoked_at = ?6, revoke_reason = 'Replaced: the same client was authorized again.' WHERE id IN (${live}) AND ${claimed}`)
			.bind(...about, now),
		d1
			.prepare(
				`INSERT INTO grants (account_id, user_id, kind, name, client_id, client_key, scopes, created_at, expires_at, resource_slug)
					SELECT ?3, ?4, 'oauth', ?6, ?7, ?5, ?8, ?9, ?10, ?11 WHERE ${claimed}`,
			)
			.bind(...about, name, clientId, scopes, now, expiresAt, resourceSlug),
		token('access', issued.access),
		token('refresh', issued.refresh),
		d1.prepare(`UPDATE oauth_codes SET grant_id = (${live}) WHERE hash = ?1 AND claim = ?2`).bind(...about),
		d1.prepare(`UPDATE oauth_clients SET last_used_at = ?3 WHERE id = ?4 AND ${claimed}`).bind(codeHash, claim, now, clientId),
	]);
	return won?.meta.changes === 1;
}

/** Ends the grant that a code led to, if it led to one that is still live. */
export async function revokeGrantOfCode(store: Store, codeHash: string, reason: string, now: number): Promise<void> {
	const led = store
		.select({ id: oauthCodes.grantId })
		.from(oauthCodes)
		.where(and(eq(oauthCodes.hash, codeHash), isNotNull(oauthCodes.grantId)));
	await store
		.update(grants)
		.set({ revokedAt: now, revokeReason: reason })
		.where(and(sql`${grants.id} IN ${led}`, isNull(grants.revokedAt)));
}
