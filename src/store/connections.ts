import { and, eq, gt, inArray, lt, ne, sql } from 'drizzle-orm';
import { connections } from '../../schema/tables/connections.ts';
import type { Store } from './store.ts';

export type ConnectionRow = typeof connections.$inferSelect;

export interface ConnectionFilter {
	/** Any of these; undefined is all. */
	readonly types: readonly string[] | undefined;
	readonly after: number;
}

const listed = ne(connections.status, 'creating');

/** Ascending by id, behind `after`; neither settings nor credentials are read. */
export function connectionsPage(store: Store, accountId: number, filter: ConnectionFilter, rows: number) {
	return store
		.select({
			id: connections.id,
			name: connections.name,
			type: connections.type,
			status: connections.status,
			lastCheckedAt: connections.lastCheckedAt,
			lastCheckMessage: connections.lastCheckMessage,
		})
		.from(connections)
		.where(and(eq(connections.accountId, accountId), ofTypes(filter.types), gt(connections.id, filter.after), listed))
		.orderBy(connections.id)
		.limit(rows)
		.all();
}

/** One type is read from its own index; several from the account's. */
function ofTypes(types: readonly string[] | undefined) {
	if (types === undefined) return undefined;
	return types.length === 1 ? eq(connections.type, types[0] ?? '') : inArray(sql`+${connections.type}`, [...types]);
}

export async function connectionById(store: Store, accountId: number, id: number): Promise<ConnectionRow | null> {
	const row = await store
		.select()
		.from(connections)
		.where(and(eq(connections.id, id), eq(connections.accountId, accountId), listed))
		.get();
	return row ?? null;
}

/** Those of `ids` that are the account's. At most 90 ids: D1 binds 100 parameters. */
export function connectionsByIds(store: Store, accountId: number, ids: readonly number[]): Promise<ConnectionRow[]> {
	return store
		.select()
		.from(connections)
		.where(and(inArray(connections.id, [...ids]), eq(connections.accountId, accountId), listed))
		.all();
}

export interface NewConnection {
	readonly accountId: number;
	readonly name: string;
	readonly type: string;
	readonly config: Record<string, unknown>;
	readonly now: number;
}

/** Credentials, and the key that sealed them. */
export interface SealedText {
	readonly text: string;
	readonly keyId: string;
}

/** Milliseconds after which a connection that never got its credentials gives its name back. */
const ABANDONED = 60_000;

/**
 * Takes a name and an id; `creating` until `completeConnection`, because credentials are sealed for the id. Null where the name is taken.
 */
export async function reserveConnection(store: Store, connection: NewConnection): Promise<number | null> {
	const { accountId, name, type, config, now } = connection;
	const mine = and(eq(connections.accountId, accountId), eq(connections.name, name));
	const [, inserted] = await store.batch([
		store.delete(connections).where(and(mine, eq(connections.status, 'creating'), lt(connections.createdAt, now - ABANDONED))),
		store
			.insert(connections)
			.values({ accountId, name, type, config, status: 'creating', createdAt: now, updatedAt: now })
			.onConflictDoNothing({ target: [connections.accountId, connections.name] })
			.returning({ id: connections.id }),
	]);
	return inserted[0]?.id ?? null;
}

export async function completeConnection(store: Store, accountId: number, id: number, sealed: SealedText | null): Promise<void> {
	await store
		.update(connections)
		.set({ status: 'unchecked', secrets: sealed?.text ?? null, keyId: sealed?.keyId ?? null })
		.where(and(eq(connections.id, id), eq(connections.accountId, accountId)));
}

export async function noteConnectionCheck(
	store: Store,
	accountId: number,
	id: number,
	check: { readonly status: 'ok' | 'failed'; readonly message: string; readonly at: number },
): Promise<void> {
	await store
		.update(connections)
		.set({ status: check.status, lastCheckMessage: check.message, lastCheckedAt: check.at })
		.where(and(eq(connections.id, id), eq(connections.accountId, accountId)));
}

export interface ChangedConnection {
	readonly name: string;
	readonly config: Record<string, unknown>;
	readonly sealed: SealedText | null;
	/** `updatedAt` of what the change was made from. */
	readonly from: number;
	readonly now: number;
}

/** Writes a changed connection, `unchecked` again, unless it has changed since `from` or the name is another's: then false, and nothing is written. */
export async function replaceConnection({ $client }: Store, accountId: number, id: number, changed: ChangedConnection): Promise<boolean> {
	const { name, config, sealed, from, now } = changed;
	const { meta } = await $client
		.prepare(
			`UPDATE OR IGNORE connections SET name = ?1, config = ?2, secrets = ?3, key_id = ?4, status = 'unchecked', last_checked_at = NULL,
				last_check_message = NULL, updated_at = max(?5, updated_at + 1) WHERE id = ?6 AND account_id = ?7 AND updated_at = ?8 AND status <> 'creating'`,
		)
		.bind(name, JSON.stringify(config), sealed?.text ?? null, sealed?.keyId ?? null, now, id, accountId, from)
		.run();
	return meta.changes > 0;
}

/** The connection and its credentials are gone at once. Gives whether there was one. */
export async function deleteConnection(store: Store, accountId: number, id: number): Promise<boolean> {
	const gone = await store
		.delete(connections)
		.where(and(eq(connections.id, id), eq(connections.accountId, accountId), listed))
		.returning({ id: connections.id });
	return gone.length > 0;
}
