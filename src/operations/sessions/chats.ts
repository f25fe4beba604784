import { AppError } from '../../lib/errors.ts';
import { DAY, iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import { type ChatRow, chatRow, listChats, rememberCall, useChat } from '../../store/chats.ts';
import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';
import type { EnabledTools } from './ports.ts';

/** A chat that nobody used for so long is forgotten. */
const LIFE = 7 * DAY;
const PAGE = { normal: 50, most: 200 };
/** What applications make ids of. */
const CHAT_ID = /^[\x21-\x7e]{1,128}$/;

type ChatContext = Pick<OperationContext, 'store' | 'clock' | 'log' | 'waitUntil'>;

/** A chat of the grant's, named by its application. */
export interface Chat extends EnabledTools {
	/** Remembers a call; the caller does not wait for it. */
	called(tool: string, outcome: string): void;
}

export function openChat({ store, clock, log, waitUntil }: ChatContext, { grant }: Principal, chatId: string): Chat {
	if (!CHAT_ID.test(chatId)) {
		throw new AppError('invalid_input', 'X-Chat-Id is no id of a chat', { hint: 'It has 1 to 128 characters of printable ASCII, without spaces.' });
	}
	const use = (enabled: readonly string[]): Promise<void> => {
		const now = clock();
		return useChat(store, { grantId: grant.id, chatId, now, expiresAt: now + LIFE }, enabled);
	};
	const remembered = async (tool: string, outcome: string): Promise<void> => {
		await use([]);
		await rememberCall(store, { grantId: grant.id, chatId }, { tool, outcome, at: clock() });
	};
	return {
		names: async () => new Set((await chatRow(store, grant.id, chatId, clock()))?.enabled ?? []),
		enable: use,
		called: (tool, outcome) =>
			waitUntil(remembered(tool, outcome).catch((error: unknown) => log.warn('a call of a chat was not remembered', { error: reasonOf(error) }))),
	};
}

/** A chat as it is listed to its application. */
export interface ChatView {
	readonly id: string;
	readonly created_at: string;
	readonly last_used_at: string;
	readonly expires_at: string;
	readonly calls: number;
	readonly enabled_tools: readonly string[];
	/** Oldest first. */
	readonly recent_calls: readonly { readonly tool: string; readonly outcome: string; readonly at: string }[];
}

/** The chats of the grant, last used first. */
export async function chatsOf(
	{ store, clock }: Pick<OperationContext, 'store' | 'clock'>,
	{ grant }: Principal,
	page: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Promise<{ readonly sessions: readonly ChatView[]; readonly next_cursor: string | null }> {
	const limit = within('limit', page.limit ?? PAGE.normal, 1, PAGE.most);
	const rows = await listChats(store, grant.id, page.cursor === undefined ? null : positionOf(page.cursor), limit + 1, clock());
	const shown = rows.slice(0, limit);
	const last = shown.at(-1);
	return { sessions: shown.map(viewOf), next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

function viewOf({ chatId, createdAt, lastUsedAt, expiresAt, calls, enabled, recentCalls }: ChatRow): ChatView {
	return {
		id: chatId,
		created_at: iso(createdAt),
		last_used_at: iso(lastUsedAt),
		expires_at: iso(expiresAt),
		calls,
		enabled_tools: enabled,
		recent_calls: recentCalls.map((call) => ({ ...call, at: iso(call.at) })),
	};
}

function cursorOf({ lastUsedAt, chatId }: ChatRow): string {
	return btoa(JSON.stringify([lastUsedAt, chatId]))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
}

function positionOf(cursor: string): { readonly lastUsedAt: number; readonly chatId: string } {
	try {
		const [lastUsedAt, chatId] = JSON.parse(atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))) as [unknown, unknown];
		if (Number.isSafeInteger(lastUsedAt) && typeof chatId === 'string') return { lastUsedAt: lastUsedAt as number, chatId };
	} catch {
		// Told below, as any other text that is no cursor.
	}
	throw new AppError('invalid_input', `cursor ${JSON.stringify(cursor.slice(0, 40))} is not one of this list`, {
		hint: 'Give next_cursor of the page before, unchanged, or leave cursor out to begin.',
	});
}
