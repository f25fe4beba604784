import type { Clock } from '../../lib/time.ts';

/** Whoever listens is told at most so often. */
const EVERY = 1_000;
/** Where nobody listened the last time: a call a second for nobody would be the dearest part of many runs. */
const UNHEARD = 5_000;

/** Tells the account's listeners that a run has something new. In memory only: what is lost with it is one notice, and more follow. */
export class RunNews {
	readonly #announce: () => Promise<number>;
	readonly #clock: Clock;
	#next = 0;
	/** Nobody listened; until then it is not worth another try. */
	#unheardUntil = 0;

	/** `announce` gives how many heard it. */
	constructor(announce: () => Promise<number>, clock: Clock) {
		this.#announce = announce;
		this.#clock = clock;
	}

	/** Somebody looks at the run, and perhaps listens: the next news is told without delay. */
	wanted(): void {
		this.#next = 0;
		this.#unheardUntil = 0;
	}

	/** Tells unless it has just been told; `last`: nothing follows for a while, so this must not be left out. The run does not wait for it. */
	tell(last = false): void {
		const now = this.#clock();
		if (now < Math.max(this.#unheardUntil, last ? 0 : this.#next)) return;
		this.#next = now + EVERY;
		this.#announce().then(
			(heard) => {
				// Unless somebody came meanwhile.
				if (heard === 0 && this.#next !== 0) this.#unheardUntil = now + UNHEARD;
			},
			// Notices are a courtesy: whoever misses one sees the next, or polls.
			() => undefined,
		);
	}
}
