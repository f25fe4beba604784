import { and, desc, eq, inArray, lt, notInArray, type SQL } from 'drizzle-orm';
import { packages } from '../../schema/tables/packages.ts';
import { runs } from '../../schema/tables/runs.ts';
import { users } from '../../schema/tables/users.ts';
import { ENDED, type RunStatus } from '../model/run.ts';
import type { Store } from './store.ts';

export type RunRow = typeof runs.$inferSelect;
export type NewRun = Omit<typeof runs.$inferInsert, 'id'>;

export const notEnded = notInArray(runs.status, [...ENDED]);

export async function insertRun(store: Store, run: NewRun): Promise<number> {
	const row = await store.insert(runs).values(run).returning({ id: runs.id }).get();
	return row.id;
}

export interface RunWithNames {
	readonly run: RunRow;
	readonly packageName: string;
	readonly creator: string;
}

export async function runById(store: Store, accountId: number, id: number): Promise<RunWithNames | null> {
	const row = await store
		.select({ run: runs, packageName: packages.name, creator: users.email })
		.from(runs)
		.innerJoin(packages, eq(packages.id, runs.packageId))
		.innerJoin(users, eq(users.id, runs.userId))
		.where(and(eq(runs.id, id), eq(runs.accountId, accountId)))
		.get();
	return row ?? null;
}

export interface RunFilter {
	readonly packageId: number | undefined;
	readonly status: RunStatus | undefined;
	readonly children: boolean;
	/** Ids below this; undefined begins with the newest. */
	readonly before: number | undefined;
}

const listed = {
	id: runs.id,
	packageId: runs.packageId,
	packageName: packages.name,
	packageVersion: runs.packageVersion,
	clusterId: runs.clusterId,
	status: runs.status,
	progress: runs.progress,
	submittedAt: runs.submittedAt,
	startedAt: runs.startedAt,
	endedAt: runs.endedAt,
	lastError: runs.lastError,
};

export type RunListRow = { readonly [Key in keyof typeof listed]: Key extends 'packageName' ? string : RunRow[Exclude<Key, 'packageName'>] };

/**
 * Newest first. Children stand apart in every index, so that a package of a thousand child runs costs no more to list:
 * with them the page is merged from both halves.
 */
export async function runsPage(store: Store, accountId: number, filter: RunFilter, rows: number): Promise<RunListRow[]> {
	const half = (child: 0 | 1) =>
		store
			.select(listed)
			.from(runs)
			.innerJoin(packages, eq(packages.id, runs.packageId))
			.where(and(eq(runs.accountId, accountId), eq(runs.child, child), ...narrowed(filter)))
			.orderBy(desc(runs.id))
			.limit(rows);
	if (!filter.children) return half(0).all();
	const [own, children] = await store.batch([half(0), half(1)]);
	return [...own, ...children].sort((a, b) => b.id - a.id).slice(0, rows);
}

function narrowed(filter: RunFilter): SQL[] {
	const conditions: SQL[] = [];
	if (filter.packageId !== undefined) conditions.push(eq(runs.packageId, filter.packageId));
	if (filter.status !== undefined) conditions.push(eq(runs.status, filter.status));
	if (filter.before !== undefined) conditions.push(lt(runs.id, filter.before));
	return conditions;
}

/** The package's latest run that completed, its own or another run's child. */
export async function lastCompletedRun(
	store: Store,
	accountId: number,
	packageId: number,
): Promise<{ readonly id: number; readonly submittedAt: number } | null> {
	const half = (child: 0 | 1) =>
		store
			.select({ id: runs.id, submittedAt: runs.submittedAt })
			.from(runs)
			.where(and(eq(runs.accountId, accountId), eq(runs.packageId, packageId), eq(runs.child, child), eq(runs.status, 'completed')))
			.orderBy(desc(runs.id))
			.limit(1);
	const [own, children] = await store.batch([half(0), half(1)]);
	return [...own, ...children].sort((a, b) => b.id - a.id)[0] ?? null;
}

/** Only from one of `from`: a report that comes late changes nothing. */
export async function moveRun(
	store: Store,
	runId: number,
	from: readonly RunStatus[],
	change: Partial<NewRun> & { readonly status: RunStatus },
): Promise<boolean> {
	const result = await store
		.update(runs)
		.set(change)
		.where(and(eq(runs.id, runId), inArray(runs.status, [...from])));
	return result.meta.changes > 0;
}
