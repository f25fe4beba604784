import { AppError } from '../../lib/errors.ts';
import { grantIdOf, type Principal } from '../../model/principal.ts';
import { type Priority, rankOf, type VariableValue } from '../../model/run.ts';
import type { SubmittedRun } from '../../model/views/run.ts';
import { type ClusterRow, clusterFor } from '../../store/clusters.ts';
import { versionByNumber } from '../../store/package-versions.ts';
import type { PackageWithVersion } from '../../store/packages.ts';
import { insertRun, lastCompletedRun, type NewRun } from '../../store/runs.ts';
import { insertScheduledRun, type ScheduledFire } from '../../store/schedule-turns.ts';
import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import { tellOfRun } from '../hooks/tell.ts';
import { notFound } from '../not-found.ts';
import { packageFor } from '../packages/access.ts';
import { checkPackage } from '../packages/check.ts';
import { invalidPackage } from '../packages/create.ts';
import { openSecretVariables } from '../packages/secret-variables.ts';
import { handOver } from './hand-over.ts';
import { type FreezableRun, freeze, type RunOrigin, runnable } from './order.ts';
import { keepPayload } from './payload.ts';
import { masked, namesRunId, predefinedValues, type RunCircumstances, sealRunVariables } from './run-variables.ts';

export interface SubmitRunInput {
	readonly package_id: number;
	/** The account's default cluster unless given. */
	readonly cluster_id?: number | undefined;
	readonly variables?: Readonly<Record<string, VariableValue>> | undefined;
	/** Expressions, evaluated once at submission. */
	readonly dynamic_variables?: Readonly<Record<string, string>> | undefined;
	/** Rows for payload sources. */
	readonly payload?: readonly unknown[] | undefined;
	/** Names to find the run by. */
	readonly labels?: readonly string[] | undefined;
	/** In the queue of its cluster; normal unless given. */
	readonly priority?: Priority | undefined;
}

/** Stands for the run's number until it has one: whatever is valid with it is valid with any. */
const UNKNOWN_RUN = 1;

/** Validates, freezes version, variables and plan, writes the run and hands it to its cluster. Does not wait: see `waitForRun`. */
export async function submitRun(context: OperationContext, principal: Principal, input: SubmitRunInput, origin: RunOrigin = {}): Promise<SubmittedRun> {
	const { store, sealer } = context;
	const accountId = principal.account.id;
	const { retried, parent, fire } = origin;
	const [current, cluster, lastCompleted] = await Promise.all([
		packageFor(context, principal, input.package_id, 'execute'),
		clusterFor(store, accountId, input.cluster_id ?? null),
		lastCompletedRun(store, accountId, input.package_id),
	]);
	const found = await atVersion(context, current, retried?.version ?? null);
	if (found.package.status === 'archived') {
		throw new AppError('conflict', `package ${found.package.id} is archived`, { hint: 'Archived packages are not run; list_packages shows active ones.' });
	}
	const readyCluster = usable(cluster, input.cluster_id);
	const { definition: shown, sealedVariables: sealed, discovered: frozen, number: version } = found.version;
	const definition = await openSecretVariables(sealer, accountId, { definition: shown, sealed });
	const submittedAt = context.clock();
	const circumstances: RunCircumstances = { principal, found, cluster: readyCluster, lastCompleted, submittedAt };
	const values = input.variables ?? {};
	const dynamic = input.dynamic_variables ?? {};
	const payload = input.payload ?? null;
	const planned = async (runId: number) => {
		const predefined = predefinedValues(circumstances, runId);
		const { result } = await checkPackage(context, definition, {
			accountId,
			viewer: { principal, self: found.package.id },
			purpose: 'run',
			frozen,
			payload,
			values,
			dynamic,
			predefined,
		});
		if ('faults' in result) throw invalidPackage(result.faults, 'was not run');
		return runnable(result, { payload, secret: parent?.secret ?? [] });
	};
	const first = await planned(UNKNOWN_RUN);
	// Before anything is written: what cannot be cut out exactly is refused.
	if ('plan' in first.work) retried?.slice?.(first.work.plan);
	const row: NewRun = {
		accountId,
		packageId: found.package.id,
		packageVersion: version,
		clusterId: readyCluster.id,
		userId: principal.user.id,
		grantId: grantIdOf(principal),
		via: context.via,
		...(retried === undefined ? {} : { retryOf: retried.id, retryMode: retried.mode, attempt: retried.attempt + 1, child: retried.automatic === true ? 1 : 0 }),
		...(parent === undefined ? {} : { child: 1, parentRunId: parent.runId, parentTask: parent.task }),
		status: 'pending',
		submittedAt,
		updatedAt: submittedAt,
		variables: masked(values, first.variables),
		dynamicVariables: masked(dynamic, first.variables),
		sealedVariables: await sealRunVariables(sealer, accountId, first.variables),
		priority: rankOf(input.priority ?? 'normal'),
		connectionIds: first.connections.map((connection) => connection.id),
		components: [],
		labels: [...new Set(input.labels ?? [])],
		payloadRows: payload?.length ?? null,
	};
	const id = parent?.interrupted ?? (await written(store, fire, row));
	if (payload !== null) await keepPayload(context, { id, accountId }, payload);
	context.waitUntil(tellSubmitted(context, id));
	const plan: FreezableRun = namesRunId(definition, dynamic) ? await planned(id) : first;
	const order = freeze(plan, { runId: id, circumstances, payload, origin, priority: row.priority ?? 0 });
	const { status, queuedBehind } = await handOver(context, order, readyCluster.region);
	return { run_id: id, status, package_id: found.package.id, package_version: version, cluster_id: readyCluster.id, queued_behind: queuedBehind };
}

/** Nobody waits for it, and a run is no less submitted where nobody could be told. */
async function tellSubmitted(context: OperationContext, id: number): Promise<void> {
	await tellOfRun(context, id, 'run.submitted').catch((error: unknown) => context.log.warn('a submission was not told', { run: id, error: reasonOf(error) }));
}

async function written(store: OperationContext['store'], fire: ScheduledFire | undefined, run: NewRun): Promise<number> {
	if (fire === undefined) return insertRun(store, run);
	const id = await insertScheduledRun(store, run, fire);
	if (typeof id === 'number') return id;
	throw new AppError('conflict', id === 'already' ? 'this fire of the schedule has its run' : 'the schedule is not enabled any more', {
		details: { fire: id },
	});
}

async function atVersion({ store }: OperationContext, current: PackageWithVersion, number: number | null): Promise<PackageWithVersion> {
	if (number === null || number === current.version.number) return current;
	const version = await versionByNumber(store, current.package.id, number);
	if (version === null) throw new Error(`package ${current.package.id} has lost its version ${number}`);
	return { ...current, version };
}

function usable(cluster: ClusterRow | null, asked: number | undefined): ClusterRow {
	if (cluster === null) {
		if (asked !== undefined) throw notFound('cluster', asked);
		throw new AppError('conflict', 'this account has no default cluster', { hint: 'Name one with cluster_id; list_clusters shows those there are.' });
	}
	// One that was terminated starts again for the run; one with a fault tries again.
	return cluster;
}
