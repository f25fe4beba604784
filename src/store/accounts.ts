import { eq } from 'drizzle-orm';
import { accounts } from '../../schema/tables/accounts.ts';
import type { Store } from './store.ts';

export type AccountRow = typeof accounts.$inferSelect;

export async function accountBySlug(store: Store, slug: string): Promise<AccountRow | null> {
	return (await store.select().from(accounts).where(eq(accounts.slug, slug)).get()) ?? null;
}

export async function accountById(store: Store, id: number): Promise<AccountRow | null> {
	return (await store.select().from(accounts).where(eq(accounts.id, id)).get()) ?? null;
}

/** What a new account begins with. */
export interface NewAccount {
	readonly slug: string;
	readonly name: string;
	readonly workspace: string;
	readonly cluster: { readonly name: string; readonly type: string; readonly nodes: number; readonly region: string };
	readonly connections: readonly { readonly name: string; readonly type: string }[];
	readonly now: number;
}

/**
 * Account and everything it begins with in one batch. Each statement adds only what is missing, so that repeating it after any
 * failure completes the account and otherwise changes nothing. Gives whether the account is new.
 */
export async function insertAccount(store: Store, account: NewAccount): Promise<boolean> {
	const { slug, name, workspace, cluster, now } = account;
	const d1 = store.$client;
	const [inserted] = await d1.batch([
		d1.prepare('INSERT INTO accounts (slug, name, created_at, updated_at) VALUES (?1, ?2, ?3, ?3) ON CONFLICT (slug) DO NOTHING').bind(slug, name, now),
		d1
			.prepare(
				`INSERT INTO workspaces (account_id, name, is_default, created_at) SELECT id, ?2, 1, ?3 FROM accounts WHERE slug = ?1
					AND NOT EXISTS (SELECT 1 FROM workspaces WHERE account_id = accounts.id AND is_default = 1)`,
			)
			.bind(slug, workspace, now),
		d1
			.prepare(
				`INSERT INTO clusters (account_id, name, is_default, type, status, nodes, region, created_at, available_at)
					SELECT id, ?2, 1, ?3, 'available', ?4, ?5, ?6, ?6 FROM accounts WHERE slug = ?1
					AND NOT EXISTS (SELECT 1 FROM clusters WHERE account_id = accounts.id AND is_default = 1)`,
			)
			.bind(slug, cluster.name, cluster.type, cluster.nodes, cluster.region, now),
		...account.connections.map((connection) =>
			d1
				.prepare(
					`INSERT INTO connections (account_id, name, type, status, created_at, updated_at) SELECT id, ?2, ?3, 'ok', ?4, ?4 FROM accounts WHERE slug = ?1
						AND NOT EXISTS (SELECT 1 FROM connections WHERE account_id = accounts.id AND type = ?3)`,
				)
				.bind(slug, connection.name, connection.type, now),
		),
	]);
	return inserted !== undefined && inserted.meta.changes > 0;
}
