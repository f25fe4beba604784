import { REDACTED } from '../../lib/secret.ts';
import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { VariableValue } from '../../model/run.ts';
import type { BoundVariable } from '../../plan/fill.ts';
import type { PredefinedValues } from '../../plan/predefined.ts';
import type { ClusterRow } from '../../store/clusters.ts';
import type { PackageWithVersion } from '../../store/packages.ts';
import type { Sealer } from '../connections/seal.ts';

export interface RunCircumstances {
	readonly principal: Principal;
	readonly found: PackageWithVersion;
	readonly cluster: ClusterRow;
	readonly lastCompleted: { readonly id: number; readonly submittedAt: number } | null;
	readonly submittedAt: number;
}

/** Values of the variables that every run has. */
export function predefinedValues({ principal, found, cluster, lastCompleted, submittedAt }: RunCircumstances, runId: number): PredefinedValues {
	return {
		_ACCOUNT_ID: principal.account.id,
		_WORKSPACE_ID: found.package.workspaceId,
		_PACKAGE_ID: found.package.id,
		_PACKAGE_VERSION: found.version.number,
		_RUN_ID: runId,
		_JOB_ID: runId,
		_USER_ID: principal.user.id,
		_USER_EMAIL: principal.user.email,
		_JOB_SUBMITTER_EMAIL: principal.user.email,
		_PACKAGE_OWNER_EMAIL: found.ownerEmail,
		_CLUSTER_ID: cluster.id,
		_CLUSTER_NODES_COUNT: cluster.nodes,
		_JOB_SUBMISSION_TIMESTAMP: iso(submittedAt),
		_PACKAGE_LAST_SUCCESSFUL_JOB_ID: lastCompleted?.id ?? null,
		_PACKAGE_LAST_SUCCESSFUL_JOB_SUBMISSION_TIMESTAMP: iso(lastCompleted?.submittedAt ?? null),
	};
}

/** Whether a plan depends on the run's own number. */
export function namesRunId(definition: unknown, dynamic: Readonly<Record<string, string>>): boolean {
	return /_(?:RUN|JOB)_ID\b/.test(JSON.stringify([definition, dynamic]));
}

/** What the caller gave, as it is kept and shown. */
export function masked<T extends VariableValue>(values: Readonly<Record<string, T>>, variables: readonly BoundVariable[]): Record<string, T | string> {
	const secret = new Set(variables.filter((variable) => variable.secret).map((variable) => variable.name));
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, secret.has(name) ? REDACTED : value]));
}

/**
 * Values of secret variables, and the texts that a plan makes of them before it runs (`upper($key)`), sealed; null where there are
 * none. The texts have names that no variable has.
 */
export async function sealRunVariables(sealer: Sealer, accountId: number, variables: readonly BoundVariable[], plan: unknown): Promise<string | null> {
	const secret = variables.filter((variable) => variable.secret && variable.value !== null);
	if (secret.length === 0) return null;
	const values = secret.map(({ name, value }): [string, string] => [name, String(value)]);
	// A text that holds the value itself is blanked where the value stands.
	const other = [...secretTexts(plan)].filter((text) => !values.some(([, value]) => text.includes(value)));
	const made = other.map((text, index): [string, string] => [`made:${index}`, text]);
	return sealer.seal({ kind: 'run_variables', accountId }, JSON.stringify(Object.fromEntries([...values, ...made])));
}

/** Of literals that the type check marked; a plan is as deep as its expressions, which have a bound. */
function secretTexts(plan: unknown, found = new Set<string>()): Set<string> {
	if (plan === null || typeof plan !== 'object') return found;
	const { kind, secret, value } = plan as { readonly kind?: unknown; readonly secret?: unknown; readonly value?: unknown };
	if (kind === 'literal' && secret === true && typeof value === 'string') found.add(value);
	for (const part of Object.values(plan)) secretTexts(part, found);
	return found;
}
