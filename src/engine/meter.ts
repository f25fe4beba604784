import type { SliceBudget } from './ports.ts';

/** What a slice has done so far, against what it may. */
export class Meter {
	bytes = 0;
	steps = 0;
	/** Somebody has work that waits for a checkpoint. */
	checkpointWanted = false;
	/** A source must not be asked again before this time. */
	wait: { readonly until: number; readonly because: string } | null = null;
	#budget: SliceBudget = { bytes: 0, batches: 0 };
	readonly #now: () => number;
	#began = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	restart(budget: SliceBudget): void {
		this.#budget = budget;
		this.#began = this.#now();
		this.bytes = 0;
		this.steps = 0;
		this.newRound();
	}

	/** Behind a checkpoint nothing waits for one. */
	newRound(): void {
		this.checkpointWanted = false;
		this.wait = null;
	}

	/** The run was asked to stop. */
	get halted(): boolean {
		return this.#budget.halted?.() === true;
	}

	get spent(): boolean {
		const { bytes, batches, milliseconds } = this.#budget;
		if (this.bytes >= bytes || this.steps >= batches || this.halted) return true;
		return milliseconds !== undefined && this.#now() - this.#began >= milliseconds;
	}
}
