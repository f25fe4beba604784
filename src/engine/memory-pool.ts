import type { Clock } from '../lib/time.ts';

/** What all runs in an isolate may hold together: operators' state, in 128 MB that also hold code, parsers and batches. */
const POOL_BYTES = 40 * 1024 * 1024;
const LEAST_BYTES = 8 * 1024 * 1024;
const MOST_BYTES = 32 * 1024 * 1024;
/** A run that has not worked for this long waits for something, or has gone with its object. */
const IDLE_MS = 10_000;

/**
 * Shares memory among the runs of an isolate: one alone gets 32 MB, four at once 10 MB each. It lives in memory because what it
 * counts does; losing it loses nothing.
 */
export class MemoryPool {
	readonly #lastWorked = new Map<object, number>();
	readonly #clock: Clock;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** How much a run may hold at this moment; asking counts as working. */
	share(run: object): number {
		const now = this.#clock();
		this.#lastWorked.set(run, now);
		for (const [other, at] of this.#lastWorked) if (now - at > IDLE_MS) this.#lastWorked.delete(other);
		return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.floor(POOL_BYTES / this.#lastWorked.size)));
	}

	leave(run: object): void {
		this.#lastWorked.delete(run);
	}
}

/** The isolate's own. */
export const ISOLATE_MEMORY = new MemoryPool(Date.now);
