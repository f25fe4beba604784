import type { Store } from '../store.ts';

/** Rows that one statement removes at most: a clean-up never holds the database for long. */
const ROWS_A_STATEMENT = 500;

/** Each removes what ended before a moment (milliseconds since the epoch) and gives how many rows went. */

export function deleteExpiredCodes(store: Store, before: number): Promise<number> {
	return changed(store, `DELETE FROM oauth_codes WHERE hash IN (SELECT hash FROM oauth_codes WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)`, before);
}

export function deleteExpiredSessions(store: Store, before: number): Promise<number> {
	return changed(store, `DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)`, before);
}

export function deleteExpiredLinks(store: Store, before: number): Promise<number> {
	return changed(
		store,
		`DELETE FROM one_time_links WHERE hash IN (SELECT hash FROM one_time_links WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)`,
		before,
	);
}

export function deleteExpiredAttempts(store: Store, before: number): Promise<number> {
	return changed(
		store,
		`DELETE FROM attempts WHERE (key, window) IN (SELECT key, window FROM attempts WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)`,
		before,
	);
}

/** Dynamic clients that nobody has ever finished authorizing with. */
export function deleteUnusedClients(store: Store, before: number): Promise<number> {
	return changed(store, removedClients("kind = 'dynamic' AND last_used_at IS NULL AND created_at < ?1", 'created_at'), before);
}

/** Dynamic clients that were last used before that moment. */
export function deleteIdleClients(store: Store, before: number): Promise<number> {
	return changed(store, removedClients("kind = 'dynamic' AND last_used_at < ?1", 'last_used_at'), before);
}

/** Copies of metadata documents that have been out of date since; a client that comes back is fetched again. */
export function deleteStaleDocuments(store: Store, before: number): Promise<number> {
	return changed(store, removedClients("kind = 'document' AND fresh_until < ?1", 'fresh_until'), before);
}

/** Never a client that holds a live grant, whatever its dates say. */
function removedClients(...which: readonly [condition: string, order: string]): string {
	const [condition, order] = which;
	return `DELETE FROM oauth_clients WHERE id IN (SELECT id FROM oauth_clients WHERE ${condition}
		AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client_id = oauth_clients.id AND grants.revoked_at IS NULL) ORDER BY ${order} LIMIT ?2)`;
}

async function changed(store: Store, sql: string, before: number): Promise<number> {
	return (await store.$client.prepare(sql).bind(before, ROWS_A_STATEMENT).run()).meta.changes;
}
