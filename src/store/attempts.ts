import { and, eq, gt, sql } from 'drizzle-orm';
import { attempts } from '../../schema/tables/attempts.ts';
import type { Store } from './store.ts';

/**
 * Counts one attempt unless the window is full. One statement: of any number of parallel attempts exactly `most` get true, and
 * those that get false are not counted.
 */
export async function takeAttempt(store: Store, key: string, window: number, expiresAt: number, most: number): Promise<boolean> {
	const taken = await store
		.insert(attempts)
		.values({ key, window, count: 1, expiresAt })
		.onConflictDoUpdate({
			target: [attempts.key, attempts.window],
			set: { count: sql`${attempts.count} + 1` },
			setWhere: sql`${attempts.count} < ${most}`,
		})
		.returning({ count: attempts.count });
	return taken.length === 1;
}

/** Takes one attempt out of the count again. */
export async function giveBackAttempt(store: Store, key: string, window: number): Promise<void> {
	await store
		.update(attempts)
		.set({ count: sql`${attempts.count} - 1` })
		.where(and(eq(attempts.key, key), eq(attempts.window, window), gt(attempts.count, 0)));
}
