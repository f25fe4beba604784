import type { SliceBudget } from './ports.ts';

/**
 * Work is counted in cells: about what it takes to look at one value, up to 60 ns, and less than one in loops over columns. After so many the
 * isolate's other calls get their turn. Clocks stand still in a Worker while it computes, so it has to be counted.
 */
const BREATH = 1_000_000;
/** Turns of others cost about as much as a million cells of the fastest loops, and come less often amid those. */
const LONGEST_BREATH = 8 * BREATH;
/** How long it may be from one turn of others to the next, ms: where it was shorter there are more cells before the one after it, where longer as few as to begin with. */
const SHORT = 20;
const LONG = 60;
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
	/** After so many they have their next. */
	#stretch = BREATH;
	/** When they had the last. */
	#breathed = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	restart(budget: SliceBudget): void {
		this.#budget = budget;
		this.#began = this.#now();
		this.#breathed = this.#began;
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
		if (this.#breath < this.#stretch) return false;
		this.#breath = 0;
		return true;
	}

	/** Others had their turn. Clocks have gone on meanwhile, which tells how long it was since the one before. */
	breathed(): void {
		const now = this.#now();
		const took = now - this.#breathed;
		if (took < SHORT) this.#stretch = Math.min(LONGEST_BREATH, this.#stretch * 2);
		else if (took > LONG) this.#stretch = BREATH;
		this.#breathed = now;
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
