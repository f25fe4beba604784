import type { Role } from '../model/principal.ts';
import type { Store } from './store.ts';

export interface ActorRow {
	readonly account_id: number;
	readonly account_slug: string;
	readonly account_name: string;
	readonly gateway_enabled: 0 | 1;
	readonly tools_revision: number;
	readonly user_id: number;
	readonly user_email: string;
	readonly role: Role;
	readonly grant_id: number | null;
	readonly grant_name: string | null;
	readonly grant_kind: 'pat' | 'oauth' | 'client' | null;
	readonly grant_scopes: string | null;
	readonly grant_read_only: 0 | 1 | null;
	readonly grant_revoked_at: number | null;
}

const ACTOR = `SELECT a.id AS account_id, a.slug AS account_slug, a.name AS account_name, a.gateway_enabled, a.tools_revision, u.id AS user_id, u.email AS user_email, m.role,
	g.id AS grant_id, g.name AS grant_name, g.kind AS grant_kind, g.scopes AS grant_scopes, g.read_only AS grant_read_only, g.revoked_at AS grant_revoked_at
	FROM members m JOIN accounts a ON a.id = m.account_id JOIN users u ON u.id = m.user_id
	LEFT JOIN grants g ON g.id = ?3 AND g.account_id = m.account_id AND g.user_id = m.user_id
	WHERE m.account_id = ?1 AND m.user_id = ?2`;

/** A member as of now, and the grant through which it acted; null where it is a member no more. */
export function actorRow(store: Store, accountId: number, userId: number, grantId: number | null): Promise<ActorRow | null> {
	return store.$client.prepare(ACTOR).bind(accountId, userId, grantId).first<ActorRow>();
}
