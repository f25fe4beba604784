import { and, eq, gt, gte, min, sql } from 'drizzle-orm';
import { attempts } from '../../schema/tables/attempts.ts';
import type { Store } from './store.ts';

/** Where an attempt is counted: a key, the slot of time it falls in, and the oldest slot that still counts with it. */
export interface AttemptSlot {
	readonly key: string;
	readonly slot: number;
	readonly oldest: number;
	/** Milliseconds since the epoch: when the slot counts no more and may be removed. */
	readonly expiresAt: number;
}

/**
 * Counts one attempt unless the slots that still count hold `most` together. One statement: of any number of parallel attempts
 * exactly `most` get true, and those that get false are not counted.
 */
export async function takeAttempt(store: Store, at: AttemptSlot, most: number): Promise<boolean> {
	const taken = await store.$client
		.prepare(
			`INSERT INTO attempts (key, window, count, expires_at)
			SELECT ?1, ?2, 1, ?4 WHERE (SELECT coalesce(sum(count), 0) FROM attempts WHERE key = ?1 AND window >= ?3) < ?5
			ON CONFLICT (key, window) DO UPDATE SET count = count + 1`,
		)
		.bind(at.key, at.slot, at.oldest, at.expiresAt, most)
		.run();
	return taken.meta.changes === 1;
}

/** The first of the slots that still count and hold something; null where there is none. */
export async function oldestAttempt(store: Store, { key, oldest }: AttemptSlot): Promise<number | null> {
	const [row] = await store
		.select({ slot: min(attempts.window) })
		.from(attempts)
		.where(and(eq(attempts.key, key), gte(attempts.window, oldest), gt(attempts.count, 0)));
	return row?.slot ?? null;
}

/** Takes one attempt out of the count again. */
export async function giveBackAttempt(store: Store, { key, slot }: AttemptSlot): Promise<void> {
	await store
		.update(attempts)
		.set({ count: sql`${attempts.count} - 1` })
		.where(and(eq(attempts.key, key), eq(attempts.window, slot), gt(attempts.count, 0)));
}
