import { members } from '../../schema/tables/members.ts';
import type { Role } from '../model/principal.ts';
import type { Store } from './store.ts';

/** How people come in. Each rule is a condition of the statement that writes: what parallel requests see cannot be out of date. */

interface Newcomer {
	readonly accountId: number;
	readonly email: string;
	/** Its salt is random, so it also tells what this very attempt wrote. */
	readonly passwordHash: string;
	readonly now: number;
}

/** The first user of a deployment, as owner of an account; null when there is one already. */
export async function insertFirstOwner(store: Store, { accountId, email, passwordHash, now }: Newcomer): Promise<number | null> {
	const d1 = store.$client;
	const [inserted] = await d1.batch<{ id: number }>([
		d1
			.prepare(
				`INSERT INTO users (email, password_hash, created_at, updated_at) SELECT ?1, ?2, ?3, ?3
					WHERE NOT EXISTS (SELECT 1 FROM users) RETURNING id`,
			)
			.bind(email, passwordHash, now),
		membership(d1, accountId, email, passwordHash, 'owner', now),
	]);
	return inserted?.results[0]?.id ?? null;
}

/**
 * A user and membership for somebody who comes by invitation and chose a password. Null where the address belongs to somebody:
 * a user with a password, a passkey, an identity elsewhere or a place in any account.
 */
export async function joinAsNewcomer(store: Store, newcomer: Newcomer & { readonly role: Role }): Promise<number | null> {
	const { accountId, email, passwordHash, role, now } = newcomer;
	const d1 = store.$client;
	const [written] = await d1.batch<{ id: number }>([
		d1
			.prepare(
				`INSERT INTO users (email, password_hash, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
					ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash, updated_at = excluded.updated_at
					WHERE users.password_hash IS NULL
						AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = users.id)
						AND NOT EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id)
						AND NOT EXISTS (SELECT 1 FROM identities WHERE user_id = users.id)
					RETURNING id`,
			)
			.bind(email, passwordHash, now),
		membership(d1, accountId, email, passwordHash, role, now),
	]);
	return written?.results[0]?.id ?? null;
}

/** A new password for a member of this account and no other. Null where the person is no member (any more) or has joined another account. */
export async function resetPassword(store: Store, { accountId, email, passwordHash, now }: Newcomer): Promise<number | null> {
	const row = await store.$client
		.prepare(
			`UPDATE users SET password_hash = ?3, updated_at = ?4
				WHERE email = ?2 AND EXISTS (SELECT 1 FROM members WHERE user_id = users.id AND account_id = ?1)
					AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = users.id AND account_id <> ?1)
				RETURNING id`,
		)
		.bind(accountId, email, passwordHash, now)
		.first<{ id: number }>();
	return row?.id ?? null;
}

/** A membership for somebody who has none in this account; one that exists keeps its role. */
export async function addMember(
	store: Store,
	{ now, ...member }: { readonly accountId: number; readonly userId: number; readonly role: Role; readonly now: number },
): Promise<void> {
	await store
		.insert(members)
		.values({ ...member, createdAt: now })
		.onConflictDoNothing();
}

/** Membership for whoever the statement before it in the batch wrote. */
function membership(d1: D1Database, accountId: number, email: string, passwordHash: string, role: Role, now: number): D1PreparedStatement {
	return d1
		.prepare('INSERT INTO members (account_id, user_id, role, created_at) SELECT ?1, id, ?4, ?5 FROM users WHERE email = ?2 AND password_hash = ?3')
		.bind(accountId, email, passwordHash, role, now);
}
