import type { Plan } from '../../../../src/plan/plan.ts';
import { comparable, sorted } from './duckdb.ts';
import { type RunSetup, run } from './run.ts';

const SMALL = { bytes: 1, batches: 1 };

/** Every way in which a run may be cut up: in one go, step by step, opened anew after each step, with and without spilling. */
export const VARIANTS: Record<string, Partial<RunSetup>> = {
	'in one slice': {},
	'step by step': { budget: SMALL },
	'opened again after every step': { budget: SMALL, reopen: true },
	'spilling everything': { memory: 1 },
	'spilling, opened again after every few steps': { memory: 1, budget: { bytes: 1000, batches: 3 }, reopen: true },
};

/** The rows of the result in every variant, as comparable texts; sorted unless order is what it is about. */
export async function resultsOf(plan: Plan, setup: RunSetup, ordered = false): Promise<Record<string, string[]>> {
	const results: Record<string, string[]> = {};
	for (const [name, variant] of Object.entries(VARIANTS)) {
		const finished = await run(plan, { ...setup, ...variant });
		if (finished.outcome.state !== 'completed') throw new Error(`${name}: ${JSON.stringify(finished.outcome)}`);
		const rows = comparable(finished.rows());
		results[name] = ordered ? rows : sorted(rows);
	}
	return results;
}

/** The same rows for every variant. */
export function all(rows: readonly string[]): Record<string, string[]> {
	return Object.fromEntries(Object.keys(VARIANTS).map((name) => [name, [...rows]]));
}

/** Property tests run hundreds of runs each. */
export const SLOW = 60_000;
