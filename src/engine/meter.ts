import type { SliceBudget } from './ports.ts';

/**
 * Work is counted in cells: about what it takes to look at one value, up to 60 ns, and far less in loops over columns. After so many the isolate's other calls get
 * their turn. Clocks stand still in a Worker while it computes, so it has to be counted.
 */
const BREATH = 1_000_000;
/** What a step costs beside the cells it touches. */
const STEP = 2000;

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
	#cells = 0;
	/** Cells since others had their turn, which outlasts the slice. */
	#breath = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	restart(budget: SliceBudget): void {
		this.#budget = budget;
		this.#began = this.#now();
		this.bytes = 0;
		this.steps = 0;
		this.#cells = 0;
		this.newRound();
	}

	/** Behind a checkpoint nothing waits for one. */
	newRound(): void {
		this.checkpointWanted = false;
		this.wait = null;
	}

	step(): void {
		this.steps++;
		this.worked(STEP);
	}

	worked(cells: number): void {
		this.#cells += cells;
		this.#breath += cells;
	}

	/** Whether others should have their turn now; asked once, it counts anew. */
	takesBreath(): boolean {
		if (this.#breath < BREATH) return false;
		this.#breath = 0;
		return true;
	}

	/** The run was asked to stop. */
	get halted(): boolean {
		return this.#budget.halted?.() === true;
	}

	get spent(): boolean {
		const { bytes, batches, milliseconds, cells = Number.POSITIVE_INFINITY } = this.#budget;
		if (this.bytes >= bytes || this.steps >= batches || this.#cells >= cells || this.halted) return true;
		return milliseconds !== undefined && this.#now() - this.#began >= milliseconds;
	}
}
