import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { packages } from '../../schema/tables/packages.ts';
import { runLabels } from '../../schema/tables/run-labels.ts';
import { runs } from '../../schema/tables/runs.ts';
import { scheduledRuns } from '../../schema/tables/scheduled-runs.ts';
import { listed, narrowed, type RunFilter, type RunListRow } from './runs.ts';
import { entryRange, matchAll } from './search.ts';
import type { Store } from './store.ts';

export interface RunSearch extends RunFilter {
	/** Words that the errors of a run hold, in any case. */
	readonly words: readonly string[];
	/** All of these. */
	readonly labels: readonly string[];
}

export interface RunsFound {
	/** Newest first; may be fewer than wanted although there are more. */
	readonly runs: readonly RunListRow[];
	/** The id behind which nothing was looked at; null where everything was. */
	readonly behind: number | null;
}

/** Runs that the index names are looked at in such portions; what other filters leave of one is a page. */
const LOOKED_AT = 128;

/**
 * Runs by their labels or by the words of their errors, newest first. The narrowest index gives the next portion of the account's runs, the
 * other filters are held against that: the cost is one portion, however many runs match.
 */
export async function searchRuns(store: Store, accountId: number, search: RunSearch, rows: number): Promise<RunsFound> {
	const match = matchAll(search.words);
	const [first, ...others] = match === null ? search.labels : [undefined, ...search.labels];
	const portion = match !== null ? byWords(accountId, match, search.before) : byLabel(accountId, first ?? '', search.before);
	const short = search.words.filter((word) => [...word].length < 3);
	const filters = [
		sql`${runs.id} IN (${portion})`,
		sql`+${runs.accountId} = ${accountId}`,
		search.children ? undefined : sql`+${runs.child} = 0`,
		search.statuses.length === 0 ? undefined : inArray(sql`+${runs.status}`, [...search.statuses]),
		...narrowed(accountId, search, 'looked_up'),
		...others.map((label) => sql`EXISTS (SELECT 1 FROM ${runLabels} l WHERE l.account_id = ${accountId} AND l.label = ${label} AND l.run_id = ${runs.id})`),
		...short.map((word) => sql`instr(lower(${runs.lastError}), lower(${word})) > 0`),
	];
	const [found, [reach]] = await store.batch([
		store
			.select(listed)
			.from(runs)
			.innerJoin(packages, eq(packages.id, runs.packageId))
			.leftJoin(scheduledRuns, eq(scheduledRuns.runId, runs.id))
			.where(and(...filters))
			.orderBy(desc(runs.id))
			.limit(rows),
		store.select({ count: sql<number>`count(*)`, last: sql<number | null>`min(id)` }).from(sql`(${portion})`),
	]);
	return { runs: found, behind: (reach?.count ?? 0) < LOOKED_AT ? null : (reach?.last ?? null) };
}

function byWords(accountId: number, match: string, before: number | undefined): SQL {
	const { first, last } = entryRange('run');
	const from = sql.join(
		first.split('?1').map((part) => sql.raw(part)),
		sql`${accountId}`,
	);
	const to =
		before === undefined
			? sql.join(
					last.split('?1').map((part) => sql.raw(part)),
					sql`${accountId}`,
				)
			: sql`${from} + CAST(${before} AS INTEGER) - 1`;
	return sql`SELECT rowid - (${from}) AS id FROM search_index WHERE search_index MATCH ${match} AND rowid BETWEEN ${from} AND ${to} ORDER BY rowid DESC LIMIT ${LOOKED_AT}`;
}

function byLabel(accountId: number, label: string, before: number | undefined): SQL {
	const behind = before === undefined ? sql`` : sql` AND run_id < ${before}`;
	return sql`SELECT run_id AS id FROM ${runLabels} WHERE account_id = ${accountId} AND label = ${label}${behind} ORDER BY run_id DESC LIMIT ${LOOKED_AT}`;
}
