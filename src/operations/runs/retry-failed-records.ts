import { layOut } from '../../engine/graph.ts';
import { AppError } from '../../lib/errors.ts';
import { REDACTED } from '../../lib/secret.ts';
import type { Plan } from '../../plan/plan.ts';
import { sliceFrom } from '../../plan/slice.ts';
import { classesOfRun } from '../../store/error-classes.ts';
import { lastCompletedRun, type RunRow, wholeRun } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { badRecords } from './bad-records.ts';
import type { RetriedRun } from './order.ts';

const MODE = 'failed_records:';
const WHOLE = 'run_package runs the whole package again.';

/** They are kept in the run's object until it ends. */
const MOST = { records: 20_000, characters: 16 * 1024 * 1024 };
const PAGE = 1000;

/** Rows that one component of a completed run refused, and the part of the package that they go through again. */
export async function failedRecords(
	context: OperationContext,
	run: RunRow,
	asked: string | undefined,
): Promise<Pick<RetriedRun, 'slice' | 'records'> & { readonly component: string }> {
	if (run.status !== 'completed') {
		throw new AppError('conflict', `run ${run.id} is ${run.status}: nothing of it is at its destinations`, {
			hint: recordsOf(run) ?? 'Use mode all: its good records are missing as well.',
		});
	}
	const component = await onlyComponent(context, run, asked);
	const records = await wholeRecords(context, run, component);
	const [last, whole] = await Promise.all([lastCompletedRun(context.store, run.accountId, run.packageId), wholeRun(context.store, run.accountId, run)]);
	const slice = (plan: Plan): Plan => {
		const cut = sliceFrom(plan, component);
		if ('refused' in cut) throw inexact(run, cut.refused, cut.hint);
		if (cut.replaces && last?.id !== whole.id) throw inexact(run, `run ${last?.id} has replaced the rows of its table since`, WHOLE);
		// Columns that nobody read were not kept.
		const missing = layOut(cut.plan)[0]?.output.find((field) => !Object.hasOwn(records[0] ?? {}, field.name));
		if (missing !== undefined)
			throw inexact(run, `the records were kept without the column ${missing.name}, which is read now`, `Retry with same_version true. ${WHOLE}`);
		return cut.plan;
	};
	return { component, records, slice };
}

/** For a run that was itself a retry of failed records and did not come through: what does it again. */
export function recordsOf({ retryMode, retryOf }: Pick<RunRow, 'retryMode' | 'retryOf'>): string | null {
	if (retryMode?.startsWith(MODE) !== true) return null;
	return `It was to bring home records of run ${retryOf}: retry_job with run_id ${retryOf}, mode failed_records and component ${retryMode.slice(MODE.length)} does so again.`;
}

async function onlyComponent({ store }: OperationContext, run: RunRow, asked: string | undefined): Promise<string> {
	const classes = await classesOfRun(store, run.id);
	const components = [...new Set(classes.map((each) => each.component))];
	const listed = components.join(', ');
	if (components.length === 0)
		throw new AppError('conflict', `run ${run.id} refused no record`, { hint: 'There is nothing to retry; get_run_errors shows what a run refused.' });
	if (asked !== undefined && !components.includes(asked))
		throw new AppError('invalid_input', `component ${JSON.stringify(asked)} refused no record of run ${run.id}`, { hint: `Those that did: ${listed}.` });
	const only = asked ?? (components.length === 1 ? components[0] : undefined);
	if (only === undefined)
		throw new AppError('invalid_input', `${components.length} components of run ${run.id} refused records`, { hint: `Name one as component: ${listed}.` });
	return only;
}

/** Every record as it was, or none: what was cut, blanked or only counted could not be brought home whole. */
async function wholeRecords(context: OperationContext, run: RunRow, component: string): Promise<Record<string, unknown>[]> {
	const counted = (await classesOfRun(context.store, run.id)).filter((each) => each.component === component).reduce((sum, { count }) => sum + count, 0);
	const rows: Record<string, unknown>[] = [];
	let characters = 0;
	for (let from: number | null = 0; from !== null; ) {
		const page: Awaited<ReturnType<typeof badRecords>> = await badRecords(context, run, (record) => record.component === component, { from, limit: PAGE });
		for (const { record, row } of page.records) {
			characters += record.length;
			if (rows.length >= MOST.records || characters > MOST.characters) throw inexact(run, `${counted} records are too many to be handed over at once`, WHOLE);
			rows.push(parsed(run, record, row));
		}
		from = page.next;
	}
	if (rows.length === counted) return rows;
	throw inexact(run, `${counted} records were refused, and ${rows.length} of them are kept`, WHOLE);
}

function parsed(run: RunRow, record: string, row: number): Record<string, unknown> {
	if (record.includes(REDACTED)) throw inexact(run, `record ${row} holds a secret, which is not kept`, WHOLE);
	try {
		return JSON.parse(record) as Record<string, unknown>;
	} catch {
		throw inexact(run, `record ${row} is so long that only its beginning is kept`, WHOLE);
	}
}

function inexact(run: RunRow, because: string, hint: string): AppError {
	return new AppError('conflict', `the failed records of run ${run.id} cannot be brought home by themselves: ${because}`, { hint });
}
