import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { VariableValue } from '../../model/run.ts';
import type { ComponentFailureView, ComponentProgressView } from '../../model/views/run.ts';
import type { RunComparison } from '../../model/views/run-comparison.ts';
import { countsOfRuns } from '../../store/run-counts.ts';
import { runBefore } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { diffVersions } from '../packages/versions.ts';
import { runItem } from './list.ts';
import { type RunState, runState } from './state.ts';

export interface CompareRunsInput {
	readonly run_id: number;
	/** The last completed run of the package before it unless given. */
	readonly other_run_id?: number | undefined;
}

/** What is different in a run from another one: version, variables, rows of each component, duration, errors. The older one is `before`. */
export async function compareRuns(context: OperationContext, principal: Principal, input: CompareRunsInput): Promise<RunComparison> {
	const one = await runState(context, principal, input.run_id, 0);
	const other = await runState(context, principal, input.other_run_id ?? (await completedBefore(context, one)), 0);
	const [before, after] = one.found.run.id < other.found.run.id ? [one, other] : [other, one];
	const counts = await countsOfRuns(context.store, [before.found.run.id, after.found.run.id]);
	const sides = [before, after].map((state) => side(state, counts.get(state.found.run.id)?.bad ?? 0, context.clock())) as [Side, Side];
	const [{ runtime_in_seconds: took }, { runtime_in_seconds: takes }] = sides;
	return {
		before: sides[0],
		after: sides[1],
		runtime_change_seconds: took === null || takes === null ? null : Math.round((takes - took) * 1000) / 1000,
		version_diff: await versionDiff(context, principal, before, after),
		variables: changedVariables(valuesOf(before), valuesOf(after)),
		components: changedCounts(before.components, after.components),
		new_errors: errorsOnlyIn(after.failures, before.failures),
		gone_errors: errorsOnlyIn(before.failures, after.failures),
	};
}

async function completedBefore({ store }: OperationContext, { found: { run } }: RunState): Promise<number> {
	const id = await runBefore(store, run.accountId, run.packageId, run.id);
	if (id !== null) return id;
	throw new AppError('not_found', `package ${run.packageId} has no completed run before run ${run.id}`, {
		hint: 'Give other_run_id: any other run, from list_runs.',
	});
}

type Side = RunComparison['before'];

function side({ found: { run, packageName } }: RunState, bad_records: number, now: number): Side {
	const { id, package_id, package_version, status, cluster_id, runtime_in_seconds, labels } = runItem({ ...run, packageName, scheduleId: null }, now);
	return { run_id: id, package_id, package_version, status, submitted_at: iso(run.submittedAt), cluster_id, runtime_in_seconds, bad_records, labels };
}

async function versionDiff(context: OperationContext, principal: Principal, before: RunState, after: RunState): Promise<RunComparison['version_diff']> {
	const { packageId: package_id, packageVersion: from_version } = before.found.run;
	const { packageId, packageVersion: to_version } = after.found.run;
	if (package_id !== packageId || from_version === to_version) return null;
	return (await diffVersions(context, principal, { package_id, from_version, to_version })).diff;
}

type Values = Readonly<Record<string, VariableValue>>;

/** Expressions stand for their values: what they gave is not kept. */
function valuesOf({ found: { run } }: RunState): Values {
	return { ...run.variables, ...run.dynamicVariables };
}

function changedVariables(before: Values, after: Values): RunComparison['variables'] {
	const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
	return names
		.filter((name) => before[name] !== after[name])
		.map((name) => ({
			name,
			...(Object.hasOwn(before, name) ? { before: before[name] } : {}),
			...(Object.hasOwn(after, name) ? { after: after[name] } : {}),
		}));
}

const COUNTS = ['rows_in', 'rows_out', 'rows_bad'] as const;

function changedCounts(before: readonly ComponentProgressView[], after: readonly ComponentProgressView[]): RunComparison['components'] {
	const old = new Map(before.map((component) => [component.id, component]));
	const fresh = new Map(after.map((component) => [component.id, component]));
	return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((id) => {
		const [was, is] = [old.get(id), fresh.get(id)];
		if (COUNTS.every((count) => was?.[count] === is?.[count])) return [];
		const both = (count: (typeof COUNTS)[number]) => [was?.[count] ?? null, is?.[count] ?? null];
		return [{ id, name: is?.name ?? was?.name ?? id, rows_in: both('rows_in'), rows_out: both('rows_out'), rows_bad: both('rows_bad') }];
	});
}

/** The same error is one of the same class in the same component: its message may name another row. */
function errorsOnlyIn(these: readonly ComponentFailureView[], those: readonly ComponentFailureView[]): RunComparison['new_errors'] {
	const key = (failure: ComponentFailureView) => `${failure.id} ${failure.class}`;
	const known = new Set(those.map(key));
	return these.filter((failure) => !known.has(key(failure))).map(({ id, class: errorClass, message }) => ({ component: id, class: errorClass, message }));
}
