import { and, asc, eq, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { runErrorClasses } from '../../schema/tables/run-error-classes.ts';
import { runFailures } from '../../schema/tables/run-failures.ts';
import { runOutputs } from '../../schema/tables/run-outputs.ts';
import { runs } from '../../schema/tables/runs.ts';
import type { RunStatus } from '../model/run.ts';
import type { ComponentProgressView, TaskView } from '../model/views/run.ts';
import { notEnded } from './runs.ts';
import type { Store } from './store.ts';

export type RunOutputRow = typeof runOutputs.$inferSelect;
export type RunFailureRow = typeof runFailures.$inferSelect;

/** Reports may come twice and late: none changes a run that ended, and the first start stays. */
export async function noteRunStarted(store: Store, runId: number, at: number): Promise<void> {
	await store
		.update(runs)
		.set({ status: 'running', startedAt: sql`coalesce(${runs.startedAt}, ${at})`, updatedAt: at })
		.where(and(eq(runs.id, runId), notEnded));
}

export async function noteRunProgress(store: Store, runId: number, status: RunStatus, progress: number, at: number): Promise<void> {
	await store
		.update(runs)
		.set({ status, progress, updatedAt: at })
		.where(and(eq(runs.id, runId), notEnded));
}

export interface RunEnd {
	readonly runId: number;
	readonly status: 'completed' | 'failed' | 'stopped';
	readonly progress: number;
	readonly startedAt: number | null;
	readonly endedAt: number;
	readonly lastError: string | null;
	readonly components: ComponentProgressView[];
	/** Of a workflow; null for a dataflow. */
	readonly tasks: TaskView[] | null;
	readonly outputs: readonly Omit<RunOutputRow, 'runId' | 'position'>[];
	readonly failures: readonly Omit<RunFailureRow, 'runId' | 'position'>[];
	readonly errorClasses: readonly { readonly component: string; readonly class: string; readonly count: number }[];
}

/** Everything a run leaves, in one batch; saying it again changes nothing. */
export async function noteRunEnded(store: Store, end: RunEnd): Promise<void> {
	const { runId, outputs, failures, errorClasses, endedAt, startedAt, ...rest } = end;
	const update = store
		.update(runs)
		.set({ ...rest, endedAt, updatedAt: endedAt, ...(startedAt === null ? {} : { startedAt }) })
		.where(and(eq(runs.id, runId), notEnded));
	const details: BatchItem<'sqlite'>[] = [
		...outputs.map((output, position) =>
			store
				.insert(runOutputs)
				.values({ ...output, runId, position })
				.onConflictDoNothing(),
		),
		...errorClasses.map((each) =>
			store
				.insert(runErrorClasses)
				.values({ ...each, runId })
				.onConflictDoNothing(),
		),
		...failures.map((failure, position) =>
			store
				.insert(runFailures)
				.values({ ...failure, runId, position })
				.onConflictDoNothing(),
		),
	];
	await store.batch([update, ...details]);
}

/** From here on the log is in R2 and the run's object is empty. */
export async function noteRunArchived(store: Store, runId: number, logKey: string, logLines: number): Promise<void> {
	await store.update(runs).set({ logKey, logLines, lookAt: null }).where(eq(runs.id, runId));
}

/** What an ended run left. Only for runs that were found in the caller's account. */
export async function runRemains(
	store: Store,
	runId: number,
): Promise<{ readonly outputs: readonly RunOutputRow[]; readonly failures: readonly RunFailureRow[] }> {
	const [outputs, failures] = await store.batch([
		store.select().from(runOutputs).where(eq(runOutputs.runId, runId)).orderBy(asc(runOutputs.position)),
		store.select().from(runFailures).where(eq(runFailures.runId, runId)).orderBy(asc(runFailures.position)),
	]);
	return { outputs, failures };
}
