import { DAY, HOUR, iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageErrorSummary, RunErrors } from '../../model/views/run-errors.ts';
import { classesOfRun, errorTotals } from '../../store/error-classes.ts';
import type { OperationContext } from '../context.ts';
import { packageFor } from '../packages/access.ts';
import { cursorFor, type PageRequest, pagePosition, within } from '../page.ts';
import { badRecords } from './bad-records.ts';
import { debuggedRun } from './debugged.ts';
import { type TimeWindow, windowOf } from './window.ts';

const PAGE = { list: 'run_errors', normal: 20, most: 100 };
const SAMPLE_SHOWN = 600;

/** Records that a run refused, 20 a page (most 100), and how many there were of each class. */
export async function runErrors(
	context: OperationContext,
	principal: Principal,
	input: PageRequest & { readonly run_id: number; readonly class?: string | undefined; readonly component?: string | undefined },
): Promise<RunErrors> {
	const { limit, from } = pagePosition(input, PAGE);
	const { run } = await debuggedRun(context, principal, input.run_id);
	const wanted = (record: { readonly class: string; readonly component: string; readonly name: string }) =>
		(input.class === undefined || record.class === input.class) &&
		(input.component === undefined || record.component === input.component || record.name === input.component);
	const [classes, { records, next }] = await Promise.all([classesOfRun(context.store, run.id), badRecords(context, run, wanted, { from: from ?? 0, limit })]);
	return {
		run_id: run.id,
		status: run.status,
		last_error: run.lastError,
		classes,
		errors: records.map(({ record, place: _, ...rest }) => ({
			...rest,
			record: record.length <= SAMPLE_SHOWN ? record : `${record.slice(0, SAMPLE_SHOWN - 1)}…`,
		})),
		next_cursor: next === null ? null : cursorFor(PAGE.list, next),
	};
}

/**
 * The most frequent error classes of a package's runs in a window: the last 7 days unless given, 10 classes (most 50). Runs are summed
 * by the hour, so the window is widened to whole hours; the answer says which.
 */
export async function packageErrorSummary(
	context: OperationContext,
	principal: Principal,
	input: TimeWindow & { readonly package_id: number; readonly limit?: number | undefined },
): Promise<PackageErrorSummary> {
	const limit = within('limit', input.limit ?? 10, 1, 50);
	const found = await packageFor(context, principal, input.package_id, 'read');
	const asked = windowOf(input, context.clock());
	const until = asked.until ?? context.clock() + 1;
	const hours = { first: Math.floor((asked.since ?? until - 7 * DAY) / HOUR), end: Math.ceil(until / HOUR) };
	const { classes, runs, failed } = await errorTotals(context.store, principal.account.id, input.package_id, hours, limit);
	return {
		package_id: found.package.id,
		package_name: found.package.name,
		since: iso(hours.first * HOUR),
		until: iso(hours.end * HOUR),
		runs,
		failed_runs: failed,
		classes,
	};
}
