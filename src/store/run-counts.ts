import { asc, inArray, sql } from 'drizzle-orm';
import { runErrorClasses } from '../../schema/tables/run-error-classes.ts';
import { runOutputs } from '../../schema/tables/run-outputs.ts';
import type { Store } from './store.ts';

/** D1 binds 100 parameters a statement. */
const IDS_A_QUERY = 90;

export interface RunCounts {
	readonly outputs: readonly { readonly name: string; readonly target: string | null; readonly records: number }[];
	readonly bad: number;
}

/** What each of these runs gave to its destinations, and its bad rows. Only for runs that were found in the caller's account. */
export async function countsOfRuns(store: Store, runIds: readonly number[]): Promise<ReadonlyMap<number, RunCounts>> {
	const counts = new Map<number, RunCounts>(runIds.map((id) => [id, { outputs: [], bad: 0 }]));
	for (let from = 0; from < runIds.length; from += IDS_A_QUERY) {
		const ids = runIds.slice(from, from + IDS_A_QUERY);
		const [outputs, classes] = await store.batch([
			store
				.select({ runId: runOutputs.runId, name: runOutputs.name, target: runOutputs.target, records: runOutputs.records })
				.from(runOutputs)
				.where(inArray(runOutputs.runId, ids))
				.orderBy(asc(runOutputs.runId), asc(runOutputs.position)),
			store
				.select({ runId: runErrorClasses.runId, bad: sql<number>`sum(${runErrorClasses.count})` })
				.from(runErrorClasses)
				.where(inArray(runErrorClasses.runId, ids))
				.groupBy(runErrorClasses.runId),
		]);
		const bad = new Map(classes.map((row) => [row.runId, row.bad]));
		for (const id of ids) {
			const own = outputs.filter((output) => output.runId === id).map(({ name, target, records }) => ({ name, target, records }));
			counts.set(id, { outputs: own, bad: bad.get(id) ?? 0 });
		}
	}
	return counts;
}
