import { AppError } from '../../lib/errors.ts';
import { REDACTED } from '../../lib/secret.ts';
import type { Principal } from '../../model/principal.ts';
import { priorityOf, type VariableValue } from '../../model/run.ts';
import type { RunPreview, SubmittedRun } from '../../model/views/run.ts';
import { clusterFor } from '../../store/clusters.ts';
import { versionByNumber } from '../../store/package-versions.ts';
import type { RunRow } from '../../store/runs.ts';
import type { ScheduledFire } from '../../store/schedule-turns.ts';
import { reasonOf } from '../../store/store.ts';
import { secretsOf } from '../connections/open.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { requireRunRight } from './access.ts';
import type { RetriedRun } from './order.ts';
import { failedRecords, recordsOf } from './retry-failed-records.ts';
import { fromFailedTask } from './retry-failed-task.ts';
import { runState } from './state.ts';
import { submitRun } from './submit.ts';
import { tryRun } from './try-run.ts';

export interface RetryRunInput {
	readonly run_id: number;
	/** The cluster it ran on unless given. */
	readonly cluster_id?: number | undefined;
	/** The package as that run had it; the current version unless given. */
	readonly same_version?: boolean | undefined;
	/** What is done again: everything unless given. */
	readonly mode?: RetryMode | undefined;
	/** failed_records: whose. */
	readonly component?: string | undefined;
	/** Refused with `conflict` where the package is at another version. */
	readonly expected_version?: number | undefined;
}

export type RetryMode = 'all' | 'failed_records' | 'from_failed_task';

/**
 * Runs a run again, with its variables, as a new run that points at it (`retry_of`). The original stays as it is.
 *
 * `all`: a failed or stopped run, everything. `from_failed_task`: a workflow that failed or was stopped; tasks that completed keep their
 * results, all others and what follows them are done. `failed_records`: the records that one component of a completed run refused, through
 * that component and what is behind it; refused where that would not give exactly what the run would have given (see `plan/slice.ts`).
 *
 * `fire`: a schedule does so by itself.
 */
export async function retryRun(
	context: OperationContext,
	principal: Principal,
	input: RetryRunInput,
	fire?: ScheduledFire,
): Promise<SubmittedRun & { readonly retry_of: number }> {
	const { order, retried } = await preparedRetry(context, principal, input, fire);
	try {
		return { ...(await submitRun(context, principal, order, { retried, ...(fire === undefined ? {} : { fire }) })), retry_of: retried.id };
	} catch (error) {
		if (input.mode !== 'failed_records' || !/UNIQUE constraint/.test(reasonOf(error))) throw error;
		throw new AppError('conflict', `these records of run ${retried.id} are being retried or have been already`, {
			hint: 'list_runs shows the retry; doing it again would write them twice.',
		});
	}
}

/** What `retryRun` would start; nothing is written. */
export async function tryRetry(context: OperationContext, principal: Principal, input: RetryRunInput): Promise<RunPreview & { readonly retry_of: number }> {
	const { order, retried } = await preparedRetry(context, principal, input, undefined);
	return { ...(await tryRun(context, principal, order, { retried })), retry_of: retried.id };
}

async function preparedRetry(context: OperationContext, principal: Principal, input: RetryRunInput, fire: ScheduledFire | undefined) {
	const accountId = principal.account.id;
	const { cluster_id } = input;
	if (cluster_id !== undefined && (await clusterFor(context.store, accountId, cluster_id)) === null) throw notFound('cluster', cluster_id);
	const { run } = (await runState(context, principal, input.run_id, 0)).found;
	const mode = input.mode ?? 'all';
	if (input.component !== undefined && mode !== 'failed_records') {
		throw new AppError('invalid_input', `component was given with mode ${mode}`, { hint: 'Leave it out, or use mode failed_records.' });
	}
	if (mode !== 'failed_records' && run.status !== 'failed' && run.status !== 'stopped') throw notRetried(run);
	const part = mode === 'all' ? recordsOf(run) : null;
	// The whole package would write the good records of the first run a second time.
	if (part !== null) throw new AppError('conflict', `run ${run.id} was no run of the whole package`, { hint: part });
	// A schedule's run never had a payload.
	if (mode === 'all' && fire === undefined) await refuseLostPayload(context, run);
	// Its own may have been deleted since: then the default one takes it.
	const own = (await clusterFor(context.store, accountId, run.clusterId)) === null ? undefined : run.clusterId;
	const order = {
		package_id: run.packageId,
		cluster_id: cluster_id ?? own,
		expected_version: input.expected_version,
		priority: priorityOf(run.priority),
		...(await givenVariables(context, run)),
	};
	const version = input.same_version === true ? run.packageVersion : null;
	const retried = {
		id: run.id,
		attempt: run.attempt,
		version,
		automatic: fire !== undefined,
		...(await partOf(context, principal, run, mode, input.component)),
	};
	return { order, retried };
}

async function partOf(
	context: OperationContext,
	principal: Principal,
	run: RunRow,
	mode: RetryMode,
	component: string | undefined,
): Promise<Omit<RetriedRun, 'id' | 'attempt' | 'version'>> {
	if (mode === 'from_failed_task') return { mode, ...(await fromFailedTask(context, run)) };
	if (mode === 'all') return { mode };
	await requireRunRight(context, principal, run, 'debug');
	const { component: of, ...part } = await failedRecords(context, run, component);
	return { mode: `failed_records:${of}`, ...part };
}

/**
 * What the caller of the original gave. The row shows secret values as `[redacted]`: those come from where they are sealed. A secret
 * expression was never kept, so its value at that time stands in for it.
 */
async function givenVariables({ sealer }: OperationContext, run: RunRow) {
	const { accountId, sealedVariables } = run;
	const sealed = sealedVariables === null ? {} : secretsOf(await sealer.open({ kind: 'run_variables', accountId }, sealedVariables));
	const whole = ([name, value]: [string, VariableValue]): [string, VariableValue] =>
		value === REDACTED ? [name, (Object.hasOwn(sealed, name) ? sealed[name]?.reveal() : null) ?? null] : [name, value];
	const dynamic = Object.entries(run.dynamicVariables);
	const frozen = dynamic.filter(([, expression]) => expression === REDACTED);
	return {
		variables: Object.fromEntries([...Object.entries(run.variables), ...frozen].map(whole)),
		dynamic_variables: Object.fromEntries(dynamic.filter(([, expression]) => expression !== REDACTED)),
	};
}

/** Without its rows such a run would replace its destinations by nothing, and call that a success. */
async function refuseLostPayload({ store }: OperationContext, run: RunRow): Promise<void> {
	const version = await versionByNumber(store, run.packageId, run.packageVersion);
	if (version?.definition.components.every((component) => !('payload_source_component' in component)) !== false) return;
	throw new AppError('conflict', `run ${run.id} took its rows from a payload, and payloads are not kept`, {
		hint: `run_package with package_id ${run.packageId} and the payload starts it again.`,
	});
}

function notRetried(run: RunRow): AppError {
	const hint =
		run.status === 'completed'
			? 'It did what it should: run_package runs the package once more.'
			: `Wait until it ends, or stop it with cancel_job: run_id ${run.id}.`;
	return new AppError('conflict', `run ${run.id} is ${run.status}: only failed and stopped runs are retried`, { hint });
}
