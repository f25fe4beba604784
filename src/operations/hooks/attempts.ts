import { HOUR, MINUTE } from '../../lib/time.ts';
import type { Attempt } from './send.ts';

/** Pauses after each failed attempt: about 21 hours in all; then the message is dead. */
const PAUSES = [5_000, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR] as const;
const LONGEST_ASKED = 12 * HOUR;

export type Standing = { readonly status: 'delivered' | 'dead'; readonly nextAttemptAt: null } | { readonly status: 'pending'; readonly nextAttemptAt: number };

/** How a delivery stands after its attempt number `attempts`, as a pure function. `jitter` 0..1 keeps many from coming back together. */
export function standingAfter({ outcome, retryAfter }: Attempt, attempts: number, now: number, jitter: number): Standing {
	if (outcome === 'delivered') return { status: 'delivered', nextAttemptAt: null };
	const pause = PAUSES[attempts - 1];
	if (outcome === 'gone' || pause === undefined) return { status: 'dead', nextAttemptAt: null };
	const asked = Math.min(retryAfter ?? 0, LONGEST_ASKED);
	return { status: 'pending', nextAttemptAt: now + Math.max(asked, Math.round(pause * (1 + jitter / 5))) };
}
