import { AppError } from '../../lib/errors.ts';
import type { PackageDefinition } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { Priority, VariableValue } from '../../model/run.ts';
import { type ClusterRow, clusterFor } from '../../store/clusters.ts';
import { versionByNumber } from '../../store/package-versions.ts';
import type { PackageWithVersion } from '../../store/packages.ts';
import { lastCompletedRun } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { packageFor } from '../packages/access.ts';
import { refuseOtherVersion } from '../packages/change.ts';
import { checkPackage } from '../packages/check.ts';
import { invalidPackage } from '../packages/create.ts';
import { declaredSecret, openSecretVariables } from '../packages/secret-variables.ts';
import { type FreezableRun, type RunOrigin, runnable } from './order.ts';
import { predefinedValues, type RunCircumstances } from './run-variables.ts';

export interface SubmitRunInput {
	readonly package_id: number;
	/** Refused with `conflict` where the package is at another version. */
	readonly expected_version?: number | undefined;
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

/** A run that could begin: everything is resolved and checked, nothing is written. */
export interface PreparedRun {
	readonly circumstances: RunCircumstances;
	/** With its secret variables open. */
	readonly definition: PackageDefinition;
	/** The plan for a run that has no number yet. */
	readonly first: FreezableRun;
	/** The plan for the run of that number. */
	planned(runId: number): Promise<FreezableRun>;
}

/** Stands for the run's number until it has one: whatever is valid with it is valid with any. */
const UNKNOWN_RUN = 1;

/** Finds package, version and cluster, resolves the variables and checks the plan, all as a run needs it. */
export async function prepareRun(context: OperationContext, principal: Principal, input: SubmitRunInput, { retried, parent }: RunOrigin): Promise<PreparedRun> {
	const { store, sealer } = context;
	const accountId = principal.account.id;
	const [current, cluster, lastCompleted] = await Promise.all([
		packageFor(context, principal, input.package_id, 'execute'),
		clusterFor(store, accountId, input.cluster_id ?? null),
		lastCompletedRun(store, accountId, input.package_id),
	]);
	if (current.package.status === 'archived') {
		throw new AppError('conflict', `package ${current.package.id} is archived`, { hint: 'Archived packages are not run; list_packages shows active ones.' });
	}
	refuseOtherVersion(current, input.expected_version);
	const found = await atVersion(context, current, retried?.version ?? null);
	const { definition: shown, sealedVariables: sealed, discovered: frozen } = found.version;
	const definition = declaredSecret(await openSecretVariables(sealer, accountId, { definition: shown, sealed }), parent?.secret ?? []);
	const circumstances: RunCircumstances = { principal, found, cluster: usable(cluster, input.cluster_id), lastCompleted, submittedAt: context.clock() };
	const payload = input.payload ?? null;
	const planned = async (runId: number) => {
		const { result } = await checkPackage(context, definition, {
			accountId,
			viewer: { principal, self: found.package.id },
			purpose: 'run',
			frozen,
			payload,
			values: input.variables ?? {},
			dynamic: input.dynamic_variables ?? {},
			predefined: predefinedValues(circumstances, runId),
		});
		if ('faults' in result) throw invalidPackage(result.faults, 'was not run');
		return runnable(result, payload ?? (retried?.slice === undefined ? null : 'retried'));
	};
	const first = await planned(UNKNOWN_RUN);
	// Before anything is written: what cannot be cut out exactly is refused.
	if ('plan' in first.work) retried?.slice?.(first.work.plan);
	return { circumstances, definition, first, planned };
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
