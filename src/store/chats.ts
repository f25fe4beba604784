import { and, desc, eq, gt, lt, or } from 'drizzle-orm';
import { chatSessions, type RememberedCall } from '../../schema/tables/chat-sessions.ts';
import type { Store } from './store.ts';

export type ChatRow = typeof chatSessions.$inferSelect;

/** A chat of a grant at a moment, and until when that moment keeps it. */
export interface ChatUse {
	readonly grantId: number;
	readonly chatId: string;
	readonly now: number;
	readonly expiresAt: number;
}

/** Chats a grant keeps; the longest unused go first. */
const MOST_CHATS = 1_000;
const RECENT = 20;

const chat = ({ grantId, chatId }: Pick<ChatUse, 'grantId' | 'chatId'>) => and(eq(chatSessions.grantId, grantId), eq(chatSessions.chatId, chatId));

/** One that is over begins anew. */
const UPSERT = `INSERT INTO chat_sessions (grant_id, chat_id, created_at, last_used_at, expires_at, enabled) VALUES (?1, ?2, ?3, ?3, ?4, ?5)
	ON CONFLICT DO UPDATE SET last_used_at = excluded.last_used_at, expires_at = excluded.expires_at,
		created_at = iif(chat_sessions.expires_at <= ?3, ?3, chat_sessions.created_at),
		calls = iif(chat_sessions.expires_at <= ?3, 0, chat_sessions.calls),
		recent_calls = iif(chat_sessions.expires_at <= ?3, '[]', chat_sessions.recent_calls),
		enabled = iif(chat_sessions.expires_at <= ?3, ?5, (SELECT json_group_array(value) FROM
			(SELECT value FROM json_each(chat_sessions.enabled) UNION SELECT value FROM json_each(?5))))`;

/** Puts the chat into use, begins it where it is new, and adds to what is enabled in it. */
export async function useChat(store: Store, { grantId, chatId, now, expiresAt }: ChatUse, enabled: readonly string[]): Promise<void> {
	const database = store.$client;
	await database.batch([
		database.prepare(UPSERT).bind(grantId, chatId, now, expiresAt, JSON.stringify(enabled)),
		database
			.prepare(
				`DELETE FROM chat_sessions WHERE grant_id = ?1 AND chat_id IN
					(SELECT chat_id FROM chat_sessions WHERE grant_id = ?1 ORDER BY last_used_at DESC, chat_id DESC LIMIT -1 OFFSET ${MOST_CHATS})`,
			)
			.bind(grantId),
	]);
}

/** Adds a call to what is remembered of a chat that is in use. */
export async function rememberCall(store: Store, { grantId, chatId }: Pick<ChatUse, 'grantId' | 'chatId'>, call: RememberedCall): Promise<void> {
	await store.$client
		.prepare(
			`UPDATE chat_sessions SET calls = calls + 1,
				recent_calls = json_insert(iif(json_array_length(recent_calls) >= ${RECENT}, json_remove(recent_calls, '$[0]'), recent_calls), '$[#]', json(?3))
				WHERE grant_id = ?1 AND chat_id = ?2`,
		)
		.bind(grantId, chatId, JSON.stringify(call))
		.run();
}

/** Null for a chat that is not there, or is over. */
export async function chatRow(store: Store, grantId: number, chatId: string, now: number): Promise<ChatRow | null> {
	const row = await store
		.select()
		.from(chatSessions)
		.where(and(chat({ grantId, chatId }), gt(chatSessions.expiresAt, now)))
		.get();
	return row ?? null;
}

/** The grant's chats, last used first, after the given one. */
export async function listChats(
	store: Store,
	grantId: number,
	after: { readonly lastUsedAt: number; readonly chatId: string } | null,
	limit: number,
	now: number,
): Promise<readonly ChatRow[]> {
	const before =
		after === null
			? undefined
			: or(lt(chatSessions.lastUsedAt, after.lastUsedAt), and(eq(chatSessions.lastUsedAt, after.lastUsedAt), lt(chatSessions.chatId, after.chatId)));
	return store
		.select()
		.from(chatSessions)
		.where(and(eq(chatSessions.grantId, grantId), gt(chatSessions.expiresAt, now), before))
		.orderBy(desc(chatSessions.lastUsedAt), desc(chatSessions.chatId))
		.limit(limit);
}

/** Those that are over, some at a time; gives how many went. */
export async function deleteExpiredChats(store: Store, now: number): Promise<number> {
	const { meta } = await store.$client
		.prepare('DELETE FROM chat_sessions WHERE (grant_id, chat_id) IN (SELECT grant_id, chat_id FROM chat_sessions WHERE expires_at <= ?1 LIMIT 500)')
		.bind(now)
		.run();
	return meta.changes;
}
