import { AppError } from '../../lib/errors.ts';
import { REDACTED } from '../../lib/secret.ts';
import type { Principal } from '../../model/principal.ts';
import type { VariableValue } from '../../model/run.ts';
import type { SubmittedRun } from '../../model/views/run.ts';
import { clusterFor } from '../../store/clusters.ts';
import { versionByNumber } from '../../store/package-versions.ts';
import type { RunRow } from '../../store/runs.ts';
import { secretsOf } from '../connections/open.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { runState } from './state.ts';
import { submitRun } from './submit.ts';

export interface RetryRunInput {
	readonly run_id: number;
	/** The cluster it ran on unless given. */
	readonly cluster_id?: number | undefined;
	/** The package as that run had it; the current version unless given. */
	readonly same_version?: boolean | undefined;
}

/** Runs a failed or stopped run again, with its variables, as a new run that points at it (`retry_of`). The original stays as it is. */
export async function retryRun(context: OperationContext, principal: Principal, input: RetryRunInput): Promise<SubmittedRun & { readonly retry_of: number }> {
	const accountId = principal.account.id;
	const { cluster_id } = input;
	if (cluster_id !== undefined && (await clusterFor(context.store, accountId, cluster_id)) === null) throw notFound('cluster', cluster_id);
	const { run } = (await runState(context, principal, input.run_id, 0)).found;
	if (run.status !== 'failed' && run.status !== 'stopped') throw notRetried(run);
	await refuseLostPayload(context, run);
	const order = {
		package_id: run.packageId,
		cluster_id: cluster_id ?? run.clusterId,
		...(await givenVariables(context, run)),
	};
	const version = input.same_version === true ? run.packageVersion : null;
	return { ...(await submitRun(context, principal, order, { retried: { id: run.id, attempt: run.attempt, version } })), retry_of: run.id };
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
