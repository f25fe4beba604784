import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import { isLimited } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { RunStatus } from '../../model/run.ts';
import type { RunItem, RunListItem } from '../../model/views/run.ts';
import { countsOfRuns, type RunCounts } from '../../store/run-counts.ts';
import { searchRuns } from '../../store/run-search.ts';
import { type RunListRow, runsPage } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { cursorFor, type PageRequest, pageOf, pagePosition } from '../page.ts';
import { type TimeWindow, windowOf } from './window.ts';

export interface ListRunsInput extends PageRequest, TimeWindow {
	/** Runs that have all of these. */
	readonly labels?: readonly string[] | undefined;
	readonly package_id?: number | undefined;
	readonly status?: RunStatus | undefined;
	/** Any of these, beside `status`. */
	readonly statuses?: readonly RunStatus[] | undefined;
	/** Also runs that another run started (workflow tasks, automatic retries). */
	readonly include_children?: boolean | undefined;
}

const PAGE = { list: 'runs', normal: 20, most: 100 };

export interface SearchRunsInput extends ListRunsInput {
	/** Words that the errors of a run hold, in any case. */
	readonly text?: string | undefined;
}

export interface RunsPage {
	readonly runs: RunListItem[];
	readonly next_cursor: string | null;
}

/** Runs, newest first, 20 a page (most 100). By labels or words a page may be short although more follow: `next_cursor` says so. */
export async function listRuns(context: OperationContext, principal: Principal, input: SearchRunsInput): Promise<RunsPage> {
	const { limit, from } = pagePosition(input, PAGE);
	const filter = {
		packageId: input.package_id,
		statuses: [...(input.status === undefined ? [] : [input.status]), ...(input.statuses ?? [])],
		children: input.include_children ?? false,
		before: from ?? undefined,
		viewer: isLimited(principal) ? principal.user.id : null,
		...windowOf(input, context.clock()),
	};
	const words = wordsOf(input.text);
	const labels = [...new Set(input.labels ?? [])];
	if (words.length === 0 && labels.length === 0) {
		const { rows, next_cursor } = pageOf(await runsPage(context.store, principal.account.id, filter, limit + 1), limit, PAGE.list);
		return { runs: await shown(context, rows), next_cursor };
	}
	const { runs, behind } = await searchRuns(context.store, principal.account.id, { ...filter, words, labels }, limit + 1);
	const { rows, next_cursor } = pageOf(runs, limit, PAGE.list);
	return { runs: await shown(context, rows), next_cursor: next_cursor ?? (behind === null ? null : cursorFor(PAGE.list, behind)) };
}

const MOST_WORDS = 12;

/** At least one word must be long enough for the index. */
function wordsOf(text: string | undefined): string[] {
	if (text === undefined) return [];
	const words = text
		.replaceAll('\0', ' ')
		.split(/\s+/)
		.filter((word) => word !== '');
	if (words.length >= 1 && words.length <= MOST_WORDS && words.some((word) => [...word].length >= 3)) return words;
	throw new AppError('invalid_input', `text has ${words.length} words${words.length === 0 || words.length > MOST_WORDS ? '' : ', none of three letters'}`, {
		hint: `Give 1 to ${MOST_WORDS} words, at least one of them of three letters or more; all of them must be found.`,
	});
}

async function shown(context: OperationContext, rows: readonly RunListRow[]): Promise<RunListItem[]> {
	const now = context.clock();
	const counts = await countsOfRuns(
		context.store,
		rows.map((row) => row.id),
	);
	return rows.map((row) => ({ ...runItem(row, now), ...counted(row, counts.get(row.id)) }));
}

/** Every row that a source gave or refused was read. */
function counted({ components }: RunListRow, counts: RunCounts | undefined): Omit<RunListItem, keyof RunItem> {
	const sources = components.filter(({ component }) => component.endsWith('_source_component'));
	const read = sources.reduce((sum, { rows_out, rows_bad }) => sum + rows_out + rows_bad, 0);
	const bad = counts?.bad ?? 0;
	return {
		outputs: (counts?.outputs ?? []).map(({ name, target, records }) => ({ name, target, records_count: records })),
		bad_records: bad,
		error_rate: read === 0 ? null : Math.min(1, bad / read),
	};
}

/** A row as lists show it. A run that has not ended is `now` old. */
export function runItem(row: Omit<RunListRow, 'components'>, now: number): RunItem {
	return {
		id: row.id,
		package_id: row.packageId,
		package_name: row.packageName,
		package_version: row.packageVersion,
		cluster_id: row.clusterId,
		status: row.status,
		progress: row.progress,
		submitted_at: iso(row.submittedAt),
		started_at: iso(row.startedAt),
		completed_at: row.status === 'completed' ? iso(row.endedAt) : null,
		failed_at: row.status === 'failed' ? iso(row.endedAt) : null,
		runtime_in_seconds: row.startedAt === null ? null : Math.max(0, (row.endedAt ?? now) - row.startedAt) / 1000,
		last_error: row.lastError,
		labels: row.labels,
		schedule_id: row.scheduleId,
	};
}
