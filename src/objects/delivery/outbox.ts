import type { RunStorage } from '../../engine/ports.ts';
import { DAY } from '../../lib/time.ts';
import type { HookMessage } from '../../model/hook.ts';

/** So much is on its way to one hook at a time: a receiver that hangs keeps no other from its messages. */
const DUE_A_HOOK = 2;
/** How long a message that is done is remembered, so that one that is told again is not sent again. */
const REMEMBERED = 3 * DAY;

export interface DueDelivery {
	readonly id: number;
	readonly hookId: number;
	readonly message: HookMessage;
	readonly attempts: number;
	readonly acceptedAt: number;
}

/** Messages on their way, in the object's SQLite: one row a hook and message. */
export class Outbox {
	readonly #storage: RunStorage;

	constructor(storage: RunStorage) {
		this.#storage = storage;
		storage.sql(
			`CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, hook_id INTEGER NOT NULL, message_id TEXT NOT NULL, message TEXT,
				attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER, accepted_at INTEGER NOT NULL, UNIQUE (hook_id, message_id)) STRICT`,
		);
		storage.sql('CREATE INDEX IF NOT EXISTS outbox_due ON outbox (next_at) WHERE next_at IS NOT NULL');
		storage.sql('CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (hook_id, next_at, id) WHERE next_at IS NOT NULL');
	}

	/** One that is known stays as it is. */
	add(message: HookMessage, hookId: number, now: number): void {
		this.#storage.sql(
			'INSERT INTO outbox (hook_id, message_id, message, next_at, accepted_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
			hookId,
			message.id,
			JSON.stringify(message),
			now,
			now,
		);
	}

	/** The first of each hook. Those on their way stay among them until they are settled. */
	due(now: number): DueDelivery[] {
		const all: DueDelivery[] = [];
		for (let hook = this.#hookBehind(0); hook !== null; hook = this.#hookBehind(hook)) {
			const first = this.#storage.sql<{ id: number; hookId: number; message: string; attempts: number; acceptedAt: number }>(
				`SELECT id, hook_id AS hookId, message, attempts, accepted_at AS acceptedAt FROM outbox
				WHERE hook_id = ? AND next_at <= ? AND next_at IS NOT NULL ORDER BY next_at, id LIMIT ?`,
				hook,
				now,
				DUE_A_HOOK,
			);
			all.push(...first.map(({ message, ...rest }) => ({ ...rest, message: JSON.parse(message) as HookMessage })));
		}
		return all;
	}

	/** One look into the index a hook, however many messages wait for it. */
	#hookBehind(hook: number): number | null {
		return (
			this.#storage.sql<{ next: number | null }>('SELECT min(hook_id) AS next FROM outbox WHERE hook_id > ? AND next_at IS NOT NULL', hook)[0]?.next ?? null
		);
	}

	/** `nextAt` null: it is done with, and only its name is remembered. */
	settle(id: number, attempts: number, nextAt: number | null): void {
		this.#storage.sql('UPDATE outbox SET attempts = ?, next_at = ?, message = iif(? IS NULL, NULL, message) WHERE id = ?', attempts, nextAt, nextAt, id);
	}

	forgetOld(now: number): void {
		this.#storage.sql('DELETE FROM outbox WHERE next_at IS NULL AND accepted_at < ?', now - REMEMBERED);
	}

	/** When something is to be sent; else when something can be forgotten; null where nothing is left. */
	nextAt(): number | null {
		const [row] = this.#storage.sql<{ due: number | null; oldest: number | null }>('SELECT min(next_at) AS due, min(accepted_at) AS oldest FROM outbox');
		return row?.due ?? (row?.oldest == null ? null : row.oldest + REMEMBERED + 1);
	}
}
