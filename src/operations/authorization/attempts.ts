import { ok, type Result, refuse } from '../../auth/result.ts';
import type { AttemptLimit } from '../../auth/session.ts';
import { giveBackAttempt, oldestAttempt, takeAttempt } from '../../store/attempts.ts';
import type { Store } from '../../store/store.ts';

/** An attempt that was counted. */
export interface Attempt {
	giveBack(): Promise<void>;
}

/**
 * A window is this many slots long and slides by one at a time. A window that began anew at fixed times would let twice as many
 * through around its border; so no stretch of its length ever sees more than the limit, and an attempt counts for at most one slot
 * longer.
 */
const SLOTS = 15;

/** Counts an attempt before it is made; refused once the window behind it is full, with the seconds until there is room again. */
export async function attempt(store: Store, limit: AttemptLimit, key: string, now: number): Promise<Result<Attempt>> {
	const length = limit.windowMs / SLOTS;
	const ends = (slot: number) => (slot + SLOTS + 1) * length;
	const slot = Math.floor(now / length);
	const at = { key: `${limit.name}:${key.toLowerCase().slice(0, 200)}`, slot, oldest: slot - SLOTS, expiresAt: ends(slot) };
	if (await takeAttempt(store, at, limit.most)) return ok({ giveBack: () => giveBackAttempt(store, at) });
	const oldest = (await oldestAttempt(store, at)) ?? slot - SLOTS;
	return refuse({ tag: 'too_many_attempts', retryAfterSeconds: Math.max(1, Math.ceil((ends(oldest) - now) / 1000)) });
}

/**
 * Somebody proves who they are. Every guard counts before the proof is looked at, so that parallel guesses cannot slip past; a
 * proof that holds gives its counts back, so that only failures use a limit up, however often a person signs in.
 */
export async function proven<T>(
	store: Store,
	guards: readonly (readonly [AttemptLimit, string])[],
	now: number,
	prove: () => Promise<Result<T>>,
): Promise<Result<T>> {
	const taken: Attempt[] = [];
	const giveBack = () => Promise.all(taken.map((counted) => counted.giveBack()));
	for (const [limit, key] of guards) {
		const counted = await attempt(store, limit, key, now);
		if (counted.ok) {
			taken.push(counted.value);
			continue;
		}
		await giveBack();
		return counted;
	}
	const proof = await prove();
	if (proof.ok) await giveBack();
	return proof;
}
