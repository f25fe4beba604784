import type { Store } from './store.ts';

/** Users by their ids or addresses. */
export async function userEmails(
	{ $client }: Store,
	by: { readonly ids: readonly number[] } | { readonly emails: readonly string[] },
): Promise<readonly { readonly id: number; readonly email: string }[]> {
	const [column, values] = 'ids' in by ? (['id', by.ids] as const) : (['email', by.emails] as const);
	if (values.length === 0) return [];
	const { results } = await $client
		.prepare(`SELECT id, email FROM users WHERE ${column} IN (SELECT value FROM json_each(?1))`)
		.bind(JSON.stringify(values))
		.all<{ id: number; email: string }>();
	return results;
}

interface GrantName {
	readonly id: number;
	readonly name: string;
	readonly kind: 'oauth' | 'pat' | 'client';
	readonly client: string | null;
}

/** Grants, and the clients behind them. */
export async function grantNames({ $client }: Store, ids: readonly number[]): Promise<readonly GrantName[]> {
	if (ids.length === 0) return [];
	const { results } = await $client
		.prepare(
			`SELECT g.id, g.name, g.kind, coalesce(c.name, g.client_id) AS client FROM grants g LEFT JOIN oauth_clients c ON c.id = g.client_id
				WHERE g.id IN (SELECT value FROM json_each(?1))`,
		)
		.bind(JSON.stringify(ids))
		.all<GrantName>();
	return results;
}
