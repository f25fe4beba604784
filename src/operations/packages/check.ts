import { type BuildContext, type Discovery, isSchema } from '../../catalogue/build/context.ts';
import { probes } from '../../catalogue/build/probes.ts';
import { type BuildResult, buildPlan } from '../../catalogue/build.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import type { Fault } from '../../plan/fault.ts';
import type { FrozenColumns } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import { discoverSources } from './discover-sources.ts';
import { knownConnections } from './known-connections.ts';
import { knownPackages, type PackageViewer } from './known-packages.ts';
import { secretDefaults, secretValues } from './secret-variables.ts';

export interface CheckRequest extends Omit<BuildContext, 'connections' | 'packages' | 'discovered' | 'now'> {
	readonly accountId: number;
	readonly viewer: PackageViewer;
	/** Columns that were found when the version was saved; they stand as long as the source is configured the same. */
	readonly frozen: FrozenColumns;
	/** Rows for payload sources, where a run brings some. */
	readonly payload: readonly unknown[] | null;
}

export interface CheckedPackage {
	readonly result: BuildResult;
	/** Columns of the sources that name none, to be kept with a version. */
	readonly columns: FrozenColumns;
}

/** Everything that create, validate and run do to a definition before they go separate ways: look at its sources, then build the plan. */
export async function checkPackage(context: OperationContext, definition: unknown, request: CheckRequest): Promise<CheckedPackage> {
	const { accountId, viewer, frozen, payload, ...rest } = request;
	const [connections, packages] = await Promise.all([knownConnections(context, accountId, definition), knownPackages(context, viewer, definition)]);
	const base: BuildContext = { ...rest, connections, packages, now: context.clock() };
	const asked = probes(definition, base);
	const kept = (probe: { component: string; fingerprint: string }) => {
		const columns = Object.hasOwn(frozen, probe.component) ? frozen[probe.component] : undefined;
		return columns?.fingerprint === probe.fingerprint ? columns.schema : undefined;
	};
	const fresh = asked.filter((probe) => kept(probe) === undefined);
	const secrets = [...secretDefaults(definition), ...secretValues(definition, rest.values ?? {})];
	const found = await discoverSources(context, accountId, fresh, { payload, secrets });
	const discovered = new Map<string, Discovery>();
	const columns: Record<string, FrozenColumns[string]> = {};
	for (const probe of asked) {
		const discovery = kept(probe) ?? found.get(probe.component);
		if (discovery === undefined) continue;
		discovered.set(probe.component, discovery);
		if (isSchema(discovery) && probe.source.kind !== 'payload') columns[probe.component] = { fingerprint: probe.fingerprint, schema: discovery };
	}
	return { result: shown(buildPlan(definition, { ...base, discovered }), redactor(secrets)), columns };
}

/** Faults as they may be told: some repeat the value they found fault with. */
function shown(result: BuildResult, redact: Redact): BuildResult {
	const told = (faults: readonly Fault[]) => faults.map((fault) => ({ ...fault, message: redact(fault.message), hint: redact(fault.hint) }));
	const warnings = told(result.warnings);
	return 'faults' in result ? { ...result, warnings, faults: told(result.faults) } : { ...result, warnings };
}
