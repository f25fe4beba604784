import { ok, type Result, refuse } from '../../auth/result.ts';
import type { AttemptLimit } from '../../auth/session.ts';
import { giveBackAttempt, takeAttempt } from '../../store/attempts.ts';
import type { Store } from '../../store/store.ts';

/** An attempt that was counted. */
export interface Attempt {
	giveBack(): Promise<void>;
}

/** Counts an attempt before it is made; refused once the window is full, with the seconds until it ends. */
export async function attempt(store: Store, limit: AttemptLimit, key: string, now: number): Promise<Result<Attempt>> {
	const window = Math.floor(now / limit.windowMs);
	const ends = (window + 1) * limit.windowMs;
	const counted = `${limit.name}:${key.toLowerCase().slice(0, 200)}`;
	return (await takeAttempt(store, counted, window, ends, limit.most))
		? ok({ giveBack: () => giveBackAttempt(store, counted, window) })
		: refuse({ tag: 'too_many_attempts', retryAfterSeconds: Math.max(1, Math.ceil((ends - now) / 1000)) });
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
